import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expandHome, writeTemporaryFile } from '../../plugins/sdk/files.ts';
import type { CommunicatorOptions } from '../../plugins/sdk/guest.ts';
import { aboutOption, type BuildRun, type JsonObject } from '../../plugins/sdk/index.ts';

/** How an instance is logged in to by its provider's key pairs. */
export interface KeyPair {
  /** The name of the key pair at the provider; undefined: the instance gets none. */
  readonly name: string | undefined;
  /** Those of a temporary key pair. */
  readonly privateKey: string | undefined;
  readonly privateKeyFile: string | undefined;
}

/** An instance that a build provisions, and the key to its guest. */
export interface BakeInstance {
  readonly id: string;
  readonly key: KeyPair;
  /** What else another process has to know of it. */
  readonly about?: JsonObject;
}

export const noKeyPair: KeyPair = { name: undefined, privateKey: undefined, privateKeyFile: undefined };

/** Whether the administrator's password has to be asked for. */
export function needsPassword(config: CommunicatorOptions): boolean {
  return config.communicator === 'winrm' && config.winrm_password === undefined;
}

/** Whether the template leaves it to Kiln how to log in. */
export function needsKeyPair(config: CommunicatorOptions): boolean {
  if (config.ssh_keypair_name !== undefined) return false;
  if (config.communicator !== 'ssh') return needsPassword(config);
  return config.ssh_password === undefined && config.ssh_private_key_file === undefined && !config.ssh_agent_auth;
}

/** The name of a temporary key pair at the provider. */
export function temporaryName(config: CommunicatorOptions, { runId }: Pick<BuildRun, 'runId'>): string {
  return config.temporary_key_pair_name ?? `packer_${runId}_${crypto.randomUUID().slice(0, 8)}`;
}

/** Writes the key to a file that goes with the build, and resolves with its path. */
export async function writePrivateKey(privateKey: string, build: BuildRun): Promise<string> {
  const path = join(await build.temporaryDirectory(), 'key');
  await writeTemporaryFile(path, privateKey.endsWith('\n') ? privateKey : `${privateKey}\n`);
  return path;
}

/** The text of the private key, from the template's file if there is no temporary one. Throws the system's error. */
export async function privateKeyText(config: CommunicatorOptions, { privateKey }: KeyPair): Promise<string> {
  const { ssh_private_key_file: file = '' } = config;
  if (privateKey !== undefined) return privateKey;
  return aboutOption('/ssh_private_key_file', () => readFile(expandHome(file), 'utf8'));
}
