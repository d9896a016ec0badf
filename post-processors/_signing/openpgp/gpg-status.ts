/** What gpg says of one signature, by its lines for programs. */
export interface GpgVerdict {
  /** Why the signature is not good; undefined when it is. */
  readonly fault: string | undefined;
  /** User id of the key, as it says of itself. */
  readonly user: string | undefined;
  /** Fingerprints of the key that signed and of the one it belongs to. */
  readonly fingerprints: readonly string[];
  /** Whether the user, or whom the user trusts, has certified whose key it is. */
  readonly certified: boolean;
}

const faults: Readonly<Record<string, string>> = {
  BADSIG: 'the file, or its signature, was changed',
  EXPSIG: 'the signature has expired',
  EXPKEYSIG: 'the key had expired',
  REVKEYSIG: 'the key was revoked',
};

/** Reads what `gpg --status-fd` wrote: the fault of any signature counts, else the last signature. */
export function readGpgStatus(status: string): GpgVerdict {
  const said = new Map<string, readonly string[]>();
  for (const [, keyword = '', rest = ''] of status.matchAll(/^\[GNUPG:\] (\w+) ?(.*)$/gm)) {
    said.set(keyword, rest.split(' '));
  }
  const [fault] = Object.keys(faults).filter((keyword) => said.has(keyword));
  const missing = said.get('NO_PUBKEY')?.[0];
  const user = (said.get('GOODSIG') ?? said.get(fault ?? ''))?.slice(1).join(' ');
  const valid = said.get('VALIDSIG') ?? [];
  return {
    fault:
      missing !== undefined
        ? `the key ${missing} is not among those that are trusted`
        : fault !== undefined
          ? faults[fault]
          : said.has('GOODSIG') && valid.length > 0
            ? undefined
            : 'gpg finds no signature in it',
    user,
    fingerprints: [valid[0], valid[9]].filter((each) => each !== undefined),
    certified: said.has('TRUST_FULLY') || said.has('TRUST_ULTIMATE'),
  };
}
