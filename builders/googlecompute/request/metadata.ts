import { readFile } from 'node:fs/promises';
import { expandHome } from '../../../plugins/sdk/files.ts';
import { publicKeyOf } from '../../../plugins/sdk/keys.ts';
import { aboutOption } from '../../../plugins/sdk/index.ts';
import { needsPassword, type KeyPair } from '../../_cloud/key-pair.ts';
import { ENABLE_OS_LOGIN } from '../../_googlecompute/os-login/wanted.ts';
import type { GooglecomputeBuilderConfig } from '../config.gen.ts';
import { GUEST_ATTRIBUTES, STARTUP_SCRIPT, WRAPPED_SCRIPT, WRAPPER } from '../startup/wrapper.ts';
import { WINDOWS_KEYS, windowsKeyLine } from '../windows/windows-key.ts';

type Texts = Readonly<Record<string, string>>;

/** What of the metadata is not the template's. */
export interface MetadataParts {
  readonly key: KeyPair;
  /** Whom the build logs in as by SSH. */
  readonly user: string;
  /** Whether the source is a Windows, which runs no script of sh. */
  readonly isWindows: boolean;
}

export const SSH_KEYS = 'ssh-keys';
/** How long beyond the wait for it the key for a password is good for: clocks of guests differ. Milliseconds. */
const LEEWAY = 15 * 60_000;

/** Whether Kiln runs the template's startup script by its own, so that it hears how that ends. */
export function hasWrappedScript(config: GooglecomputeBuilderConfig): boolean {
  const { startup_script_file: file, metadata = {}, metadata_files: files = {}, wrap_startup_script: wrap } = config;
  const has = file !== undefined || (metadata[STARTUP_SCRIPT] ?? '') !== '' || files[STARTUP_SCRIPT] !== undefined;
  return has && wrap;
}

async function fromFiles({ metadata_files: files = {} }: GooglecomputeBuilderConfig): Promise<Texts> {
  const read = Object.entries(files).map(async ([key, path]) => {
    const pointer = `/metadata_files/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    return [key, await aboutOption(pointer, () => readFile(expandHome(path), 'utf8'))] as const;
  });
  return Object.fromEntries(await Promise.all(read));
}

async function scriptOf(config: GooglecomputeBuilderConfig, given: Texts): Promise<Texts> {
  const { startup_script_file: file } = config;
  const script =
    file === undefined
      ? (given[STARTUP_SCRIPT] ?? '')
      : await aboutOption('/startup_script_file', () => readFile(expandHome(file), 'utf8'));
  if (script === '') return {};
  if (!hasWrappedScript(config)) return { [STARTUP_SCRIPT]: script };
  return { [STARTUP_SCRIPT]: WRAPPER, [WRAPPED_SCRIPT]: script, [GUEST_ATTRIBUTES]: 'TRUE' };
}

function osLoginOf({ use_os_login: said }: GooglecomputeBuilderConfig): Texts {
  return said === undefined ? {} : { [ENABLE_OS_LOGIN]: said ? 'TRUE' : 'FALSE' };
}

/** A line for each key; the build's own stands before those that the template names. */
function lines(...texts: readonly (string | undefined)[]): string {
  return texts.filter((text) => text !== undefined && text.trim() !== '').join('\n');
}

/** The keys that are let in by SSH; empty when there are none. */
export function sshKeys(given: Texts, { key, user }: Pick<MetadataParts, 'key' | 'user'>): Texts {
  const { privateKey, name = '' } = key;
  const own = privateKey === undefined ? undefined : `${user}:${publicKeyOf(privateKey, name)}`;
  const all = lines(own, given[SSH_KEYS]);
  return all === '' ? {} : { [SSH_KEYS]: all };
}

function windowsKeys(config: GooglecomputeBuilderConfig, given: Texts, { key }: MetadataParts): Texts {
  const { privateKey } = key;
  if (!needsPassword(config) || privateKey === undefined) return {};
  const { winrm_username: userName = '', windows_password_timeout: wait } = config;
  const line = windowsKeyLine(privateKey, { userName, email: 'kiln', expires: Date.now() + wait + LEEWAY });
  return { [WINDOWS_KEYS]: lines(given[WINDOWS_KEYS], line) };
}

/** All of an instance's metadata: the template's, and what lets the build in. Throws the system's errors about files. */
export async function instanceMetadata(config: GooglecomputeBuilderConfig, parts: MetadataParts): Promise<Texts> {
  const given: Texts = { ...config.metadata, ...(await fromFiles(config)) };
  const byKey = config.communicator === 'ssh' ? sshKeys(given, parts) : {};
  return {
    ...given,
    ...(parts.isWindows ? {} : await scriptOf(config, given)),
    ...osLoginOf(config),
    ...byKey,
    ...windowsKeys(config, given, parts),
  };
}
