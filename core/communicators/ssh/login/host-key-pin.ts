import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { StepError } from '../../../errors/errors.ts';
import { expandHome } from './key-file.ts';
import { knownHostsName, knownKeys, parsePublicKey } from './known-hosts.ts';

/** Remembers the key with which a host let Kiln in, for as long as the build lasts; or has been told which it is. */
export interface HostKeyPin {
  /** False when another key than the pinned one is shown; the key shown is kept for the message. */
  admits(key: Buffer): boolean;
  /** Pins the key shown last. Called once the host let Kiln in: a first boot may replace its keys before that. */
  confirm(): void;
  /** A known_hosts line of the pinned key. */
  knownHostsLine(): string | undefined;
  /** Set once a key was refused. */
  refusal(): StepError | undefined;
  /** The types of the keys that would be taken; empty for any. */
  types(): readonly string[];
}

export interface TrustedKeys {
  /** In SSH's wire format. Empty: no key is trusted. */
  readonly keys: readonly Buffer[];
  readonly revoked: readonly Buffer[];
}

/** "SHA256:…", as OpenSSH shows it. */
function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

function typeOf(key: Buffer): string {
  return key.subarray(4, 4 + key.readUInt32BE(0)).toString('latin1');
}

function named(key: Buffer): string {
  return `${typeOf(key)} ${fingerprint(key)}`;
}

/** A host shows another key than at the build's first login. */
export function hostKeyChanged(message: string): StepError {
  return new StepError(message, {
    code: 'SSH_HOST_KEY_CHANGED',
    hint: 'another machine answers at this address, or something in the guest made new keys',
  });
}

/** Without `trusted`, the first key that comes is it. */
export function hostKeyPin(host: string, port: number, trusted?: TrustedKeys): HostKeyPin {
  let shown: Buffer | undefined;
  let pinned: Buffer | undefined;
  let refused: StepError | undefined;
  const place = `${host}:${port}`;
  const untrusted = (key: Buffer): StepError | undefined => {
    const known = trusted?.keys ?? [];
    if (
      trusted === undefined ||
      (known.some((one) => one.equals(key)) && !trusted.revoked.some((one) => one.equals(key)))
    )
      return undefined;
    const expected = known.length === 0 ? 'none is known' : `known are ${known.map(named).join(', ')}`;
    return new StepError(
      `the host key of ${place} is not among those that are known: it showed ${named(key)}, and ${expected}`,
      {
        code: 'SSH_HOST_KEY_UNKNOWN',
        hint: 'check ssh_host_key and ssh_known_hosts_file, or that the machine at this address is the one you mean',
      },
    );
  };
  return {
    admits: (key) => {
      shown = Buffer.from(key);
      refused = untrusted(shown);
      if (refused !== undefined) return false;
      if (pinned === undefined || pinned.equals(shown)) return true;
      refused = hostKeyChanged(
        `the host key of ${place} has changed: it showed ${named(shown)}, and ${named(pinned)} before`,
      );
      return false;
    },
    confirm: () => {
      pinned ??= shown;
    },
    knownHostsLine: () => {
      if (pinned === undefined) return undefined;
      return `${knownHostsName(host, port)} ${typeOf(pinned)} ${pinned.toString('base64')}`;
    },
    refusal: () => refused,
    types: () => [...new Set((pinned === undefined ? (trusted?.keys ?? []) : [pinned]).map(typeOf))],
  };
}

/** Keys that the template names for a host; undefined when it names none. Throws `StepError` SSH_KNOWN_HOSTS_UNREADABLE. */
export async function trustedKeys(
  place: { readonly host: string; readonly port: number },
  hostKeys: readonly string[],
  knownHostsFile: string | undefined,
): Promise<TrustedKeys | undefined> {
  if (hostKeys.length > 0) {
    return { keys: hostKeys.map(parsePublicKey).filter((key) => key !== undefined), revoked: [] };
  }
  if (knownHostsFile === undefined || knownHostsFile === '') return undefined;
  const path = expandHome(knownHostsFile);
  try {
    return knownKeys(await readFile(path, 'utf8'), place.host, place.port);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : '';
    throw new StepError(`the file of known hosts cannot be read: ${reason}`, {
      code: 'SSH_KNOWN_HOSTS_UNREADABLE',
      pointer: '/ssh_known_hosts_file',
      cause,
    });
  }
}
