import type { InstalledPackage } from '../package.ts';

const TAGS = {
  name: 1000,
  version: 1001,
  release: 1002,
  epoch: 1003,
  vendor: 1011,
  licence: 1014,
  arch: 1022,
  source: 1044,
};
const INT32 = 4;

/** Where the values of a header's tags are: type, and offset into the store. */
function indexOf(header: Buffer): {
  readonly entries: ReadonlyMap<number, readonly [number, number]>;
  readonly store: Buffer;
} {
  const count = header.readUInt32BE(0);
  const start = 8 + count * 16;
  const entries = new Map<number, readonly [number, number]>();
  for (let at = 8; at < start; at += 16) {
    entries.set(header.readUInt32BE(at), [header.readUInt32BE(at + 4), header.readUInt32BE(at + 8)]);
  }
  return { entries, store: header.subarray(start) };
}

/** The package of a header as rpm's database keeps it; undefined for the keys that are kept as packages. */
export function readRpmHeader(header: Buffer): InstalledPackage | undefined {
  const { entries, store } = indexOf(header);
  const text = (tag: number): string | undefined => {
    const [type, offset = 0] = entries.get(tag) ?? [];
    if (type === undefined || type === INT32) return undefined;
    return store.toString('utf8', offset, store.indexOf(0, offset));
  };
  const [, epochAt] = entries.get(TAGS.epoch) ?? [];
  const name = text(TAGS.name);
  if (name === undefined || name === 'gpg-pubkey') return undefined;
  const source = text(TAGS.source)?.replace(/-[^-]+-[^-]+\.(no)?src\.rpm$/, '');
  const [licence, supplier] = [text(TAGS.licence), text(TAGS.vendor)];
  return {
    kind: 'rpm',
    name,
    version: `${text(TAGS.version) ?? ''}-${text(TAGS.release) ?? ''}`,
    architecture: text(TAGS.arch) ?? 'noarch',
    ...(epochAt === undefined ? {} : { epoch: store.readUInt32BE(epochAt) }),
    ...(source === undefined || source === name || source === '' ? {} : { source }),
    ...(licence === undefined ? {} : { licence }),
    ...(supplier === undefined || supplier === '(none)' ? {} : { supplier }),
  };
}
