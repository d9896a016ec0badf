import { createHash } from 'node:crypto';

/** Remembers the key with which a host let Kiln in, for as long as the build lasts. */
export interface HostKeyPin {
  /** False when another key than the pinned one is shown; the key shown is kept for the message. */
  admits(key: Buffer): boolean;
  /** Pins the key shown last. Called once the host let Kiln in: a first boot may replace its keys before that. */
  confirm(): void;
  /** A known_hosts line of the pinned key. */
  knownHostsLine(): string | undefined;
  /** Set once a key was refused. */
  refusal(): string | undefined;
}

function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

function typeOf(key: Buffer): string {
  return key.subarray(4, 4 + key.readUInt32BE(0)).toString('latin1');
}

export function hostKeyPin(host: string, port: number): HostKeyPin {
  let shown: Buffer | undefined;
  let pinned: Buffer | undefined;
  let refused: string | undefined;
  return {
    admits: (key) => {
      shown = Buffer.from(key);
      if (pinned === undefined || pinned.equals(shown)) return true;
      refused = `it showed ${typeOf(shown)} ${fingerprint(shown)}, and ${typeOf(pinned)} ${fingerprint(pinned)} before`;
      return false;
    },
    confirm: () => {
      pinned ??= shown;
    },
    knownHostsLine: () => {
      if (pinned === undefined) return undefined;
      const name = port === 22 ? host : `[${host}]:${port}`;
      return `${name} ${typeOf(pinned)} ${pinned.toString('base64')}`;
    },
    refusal: () => refused,
  };
}
