import { readFile } from 'node:fs/promises';
import { aboutOption, StepError } from '../../../errors/errors.ts';
import { GUEST_OPTIONS } from '../blamed-option.ts';
import { expandHome, readKeyFile } from './key-file.ts';
import { knownKeys } from './known-hosts.ts';
import type { SshBackend, SshConnectOptions, SshEndpoint } from '../options.ts';

const MAGIC = 'openssh-key-v1\0';

/** The type of a private key in OpenSSH's own format ("ssh-ed25519"), which stands in it openly. */
export function privateKeyType(text: string): string | undefined {
  const base64 = /-----BEGIN OPENSSH PRIVATE KEY-----([\sA-Za-z0-9+/=]+)-----END/.exec(text)?.[1];
  if (base64 === undefined) return undefined;
  const bytes = Buffer.from(base64, 'base64');
  if (!bytes.toString('latin1').startsWith(MAGIC)) return undefined;
  let offset = MAGIC.length;
  const next = (): Buffer | undefined => {
    if (offset + 4 > bytes.length) return undefined;
    const start = offset + 4;
    offset = start + bytes.readUInt32BE(offset);
    return offset > bytes.length ? undefined : bytes.subarray(start, offset);
  };
  // Cipher, key derivation and its options; then the number of keys, and the public one.
  for (let skipped = 0; skipped < 3; skipped += 1) next();
  offset += 4;
  const blob = next();
  if (blob === undefined || blob.length < 4) return undefined;
  return blob.toString('latin1', 4, 4 + blob.readUInt32BE(0));
}

async function keyReason(endpoint: SshEndpoint): Promise<readonly string[]> {
  const { certificateFile, privateKey, privateKeyFile, options = GUEST_OPTIONS } = endpoint;
  if (certificateFile !== undefined && certificateFile !== '') return [`the certificate ${certificateFile}`];
  if (privateKey !== undefined || privateKeyFile === undefined || privateKeyFile === '') return [];
  const type = privateKeyType(await aboutOption(`/${options.key}`, () => readKeyFile(privateKeyFile)));
  return type?.startsWith('sk-') === true ? [`the key ${privateKeyFile}, which is in a security key`] : [];
}

async function authorityReason({ knownHostsFile, guest, bastion }: SshConnectOptions): Promise<readonly string[]> {
  if (knownHostsFile === undefined || knownHostsFile === '') return [];
  const text = await readFile(expandHome(knownHostsFile), 'utf8').catch(() => '');
  const hosts = [guest, ...(bastion === undefined ? [] : [bastion])];
  const trusting = hosts.some(({ host, port }) => knownKeys(text, host, port).authority);
  return trusting ? [`the certificate authority in ${knownHostsFile}`] : [];
}

/**
 * The backend that does what is asked for. Throws `StepError` SSH_BACKEND_UNFIT when the library is demanded for what it
 * cannot do, and SSH_KEY_FILE_UNREADABLE.
 */
export async function chooseBackend(options: SshConnectOptions): Promise<SshBackend> {
  const { backend, configFile, guest, bastion } = options;
  if (backend === 'openssh') return backend;
  const reasons = [
    ...(configFile === undefined || configFile === '' ? [] : [`the configuration ${configFile}`]),
    ...(await keyReason(guest)),
    ...(bastion === undefined ? [] : await keyReason(bastion)),
    ...(bastion?.interactive === true ? ['questions of the jump host'] : []),
    ...(await authorityReason(options)),
  ];
  if (reasons.length === 0) return 'ssh2';
  if (backend === undefined) return 'openssh';
  throw new StepError(`the SSH backend ssh2 cannot use ${reasons.join(', ')}`, {
    code: 'SSH_BACKEND_UNFIT',
    pointer: '/ssh_backend',
    hint: 'leave ssh_backend out, or set it to "openssh"',
  });
}
