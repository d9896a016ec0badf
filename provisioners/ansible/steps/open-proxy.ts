import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeKeyPair, type SshKeyPair } from '../../../plugins/sdk/keys.ts';
import { StepError, type ProvisionRun } from '../../../plugins/sdk/index.ts';
import { writeTemporaryFile } from '../../../plugins/sdk/files.ts';
import type { AnsibleProvisionerConfig } from '../config.gen.ts';
import { startServer } from '../proxy/driver.ts';
import { sessionServer } from '../proxy/serve-session.ts';
import type { WayToGuest } from '../way-to-guest.ts';
import type { Workspace } from '../../_ssh-client/make-workspace.ts';

const HOST = '127.0.0.1';
const HOST_KEY = '/ssh_host_key_file';
const CLIENT_KEY = '/ssh_authorized_key_file';
/** Enough for a key that lives as long as a play, and made much faster than a longer one. */
const RSA_BITS = 3072;

async function readKey(path: string, pointer: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StepError(`cannot read the key ${path}: ${reason}`, { code: 'ANSIBLE_PROXY_KEY', pointer, cause });
  }
}

/**
 * Starts the SSH server through which Ansible gets to the guest by Kiln's own connection. Throws `StepError`
 * ANSIBLE_PROXY_KEY or ANSIBLE_PROXY_PORT.
 */
export async function openProxy(
  config: AnsibleProvisionerConfig,
  { directory }: Workspace,
  run: ProvisionRun,
): Promise<WayToGuest> {
  const makeKey = (): Promise<SshKeyPair> =>
    config.ansible_proxy_key_type === 'RSA' ? makeKeyPair('rsa', RSA_BITS) : makeKeyPair('ecdsa');
  const givenHostKey = config.ssh_host_key_file ?? '';
  const hostKey = givenHostKey === '' ? (await makeKey()).privateKey : await readKey(givenHostKey, HOST_KEY);
  const privateKeyFile = join(directory, 'proxy-key');
  const givenClientKey = config.ssh_authorized_key_file ?? '';
  let clientKey: string;
  if (givenClientKey === '') {
    const pair = await makeKey();
    await writeTemporaryFile(privateKeyFile, pair.privateKey);
    clientKey = pair.publicKey;
  } else clientKey = await readKey(givenClientKey, CLIENT_KEY);

  let failure: unknown;
  const { sftp_command: sftpCommand } = config;
  const serve = sessionServer(run, sftpCommand, (error) => (failure = error));
  const server = await startServer({ hostKey, clientKey, port: config.local_port, serve });
  run.say(`Ansible gets to the guest through Kiln's proxy at ${HOST}:${server.port}`);
  return {
    address: {
      host: HOST,
      port: server.port,
      user: run.communicator.address?.user ?? 'root',
      knownHostsLine: `[${HOST}]:${server.port} ${server.publicHostKey}`,
      // Whoever gave a key has its private part where SSH clients find it.
      ...(givenClientKey === '' ? { privateKeyFile } : {}),
    },
    failure: () => failure,
    close: () => server.close(),
  };
}
