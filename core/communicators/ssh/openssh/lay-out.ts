import { chmod, copyFile, readlink, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isatty } from 'node:tty';
import { StepError } from '../../../errors/errors.ts';
import { shellWord } from '../../../scripts/quote.ts';
import { agentSocket } from '../login/credentials.ts';
import { expandHome } from '../login/key-file.ts';
import { knownHostsName } from '../login/known-hosts.ts';
import { GUEST_OPTIONS } from '../blamed-option.ts';
import type { SshConnectOptions, SshEndpoint } from '../options.ts';
import { ASKPASS, layOutSecrets } from './askpass.ts';
import { configText, type ConfiguredHost } from './config-text.ts';
import { JUMP_LOG } from './start-master.ts';
import { writeTemporaryFile } from '../../../run/scope/temporary-directory.ts';

type Role = 'guest' | 'jump';

/** Where OpenSSH connects to, when it is not the guest itself. */
export interface Detour {
  readonly host: string;
  readonly port: number;
}

export interface LaidOut {
  /** What OpenSSH is called with. */
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
}

interface Side {
  readonly host: ConfiguredHost;
  readonly env: Readonly<Record<string, string>>;
}

function said(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

/** OpenSSH refuses keys that others may read, which is no concern of the template's. */
async function identityFile(endpoint: SshEndpoint, directory: string, role: Role): Promise<string | undefined> {
  const copy = join(directory, `${role}-key`);
  if (endpoint.privateKey !== undefined) {
    await writeTemporaryFile(copy, endpoint.privateKey);
    return copy;
  }
  if (said(endpoint.privateKeyFile) === undefined) return undefined;
  const path = expandHome(endpoint.privateKeyFile ?? '');
  try {
    if (((await stat(path)).mode & 0o077) === 0) return path;
    await copyFile(path, copy);
    await chmod(copy, 0o600);
    return copy;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : '';
    throw new StepError(`the private key ${path} cannot be read: ${reason}`, {
      code: 'SSH_KEY_FILE_UNREADABLE',
      pointer: `/${(endpoint.options ?? GUEST_OPTIONS).key}`,
      cause,
    });
  }
}

/** The guest's known_hosts file; one with the key of the first login stays as it is. */
async function knownHosts(
  options: SshConnectOptions,
  endpoint: SshEndpoint,
  pinned: boolean,
  directory: string,
  role: Role,
): Promise<Pick<ConfiguredHost, 'knownHostsFile' | 'verified'>> {
  const keys = role === 'guest' ? (options.hostKeys ?? []) : [];
  const path = join(directory, `${role}-known_hosts`);
  if (keys.length > 0) {
    const name = knownHostsName(endpoint.host, endpoint.port);
    await writeTemporaryFile(path, keys.map((key) => `${name} ${key}\n`).join(''));
    return { knownHostsFile: path, verified: true };
  }
  const own = said(options.knownHostsFile);
  if (own !== undefined) return { knownHostsFile: expandHome(own), verified: true };
  // A first boot may replace its keys before it lets anybody in.
  if (!pinned) await rm(path, { force: true });
  return { knownHostsFile: path, verified: pinned };
}

/** The path of the terminal that Kiln has. Throws `StepError` SSH_TERMINAL_MISSING. */
async function ownTerminal(): Promise<string> {
  const path = isatty(0) ? await readlink('/proc/self/fd/0').catch(() => '') : '';
  if (path !== '') return path;
  throw new StepError('the jump host asks questions, and there is no terminal to answer them at', {
    code: 'SSH_TERMINAL_MISSING',
    pointer: '/ssh_bastion_interactive',
  });
}

async function sideOf(
  options: SshConnectOptions,
  endpoint: SshEndpoint,
  pinned: boolean,
  directory: string,
  role: Role,
): Promise<Side> {
  const byUser = said(options.configFile) !== undefined;
  const key = await identityFile(endpoint, directory, role);
  const verification = await knownHosts(options, endpoint, pinned, directory, role);
  // What the user's configuration calls the host is not known here.
  const named = byUser && said(options.knownHostsFile) !== undefined ? undefined : endpoint;
  const certificateFile = said(endpoint.certificateFile);
  const secrets = join(directory, `${role}-secrets`);
  await layOutSecrets(secrets, { password: endpoint.password, passphrase: endpoint.passphrase });
  const host: ConfiguredHost = {
    options: endpoint.options ?? GUEST_OPTIONS,
    name: byUser ? endpoint.host : role,
    hostName: byUser ? undefined : endpoint.host,
    port: byUser && endpoint.port === 22 ? undefined : endpoint.port,
    user: endpoint.username,
    identityFile: key,
    certificateFile: certificateFile === undefined ? undefined : expandHome(certificateFile),
    agent: endpoint.agent ? agentSocket((endpoint.options ?? GUEST_OPTIONS).agent) : undefined,
    password: said(endpoint.password) !== undefined,
    interactive: endpoint.interactive === true,
    hostKeyAlias: named === undefined ? undefined : knownHostsName(named.host, named.port),
    ...verification,
    proxyCommand: undefined,
  };
  const env = {
    KILN_SECRETS: secrets,
    KILN_LOGIN: `${endpoint.username}@${host.hostKeyAlias ?? endpoint.host}`,
    KILN_KEY: key ?? '',
    KILN_TERMINAL: endpoint.interactive === true ? (options.terminalDevice ?? (await ownTerminal())) : '',
  };
  return { host, env };
}

/** OpenSSH counts in seconds, and knows no limit of silence: unanswered questions stand for it. */
function aliveInterval({ keepAliveInterval, silenceLimit }: SshConnectOptions): number {
  const wanted = [keepAliveInterval, silenceLimit / 3].filter((milliseconds) => milliseconds > 0);
  return wanted.length === 0 ? 0 : Math.max(1, Math.round(Math.min(...wanted) / 1000));
}

function jumpCommand(jump: Side, directory: string): string {
  const env = Object.entries(jump.env).map(([name, value]) => shellWord(`${name}=${value}`));
  const files = ['-F', join(directory, 'config'), '-E', join(directory, JUMP_LOG)].map(shellWord);
  const words = ['env', ...env, 'ssh', ...files].join(' ').replaceAll('%', '%%');
  return `${words} -W [%h]:%p -- ${shellWord(jump.host.name)}`;
}

/**
 * Writes what OpenSSH needs for one login into the directory: configuration, keys, host keys, and secrets in files of
 * mode 0600, for `removeSecrets` to take away. Throws `StepError` SSH_OPTION_UNUSABLE, SSH_KEY_FILE_UNREADABLE or
 * SSH_AGENT_MISSING.
 */
export async function layOut(
  options: SshConnectOptions,
  directory: string,
  pinned: boolean,
  detour: Detour | undefined,
): Promise<LaidOut> {
  const guest = await sideOf(options, options.guest, pinned, directory, 'guest');
  const jump =
    options.bastion === undefined ? undefined : await sideOf(options, options.bastion, pinned, directory, 'jump');
  const text = configText({
    guest: {
      ...guest.host,
      ...(detour === undefined ? {} : { hostName: detour.host, port: detour.port }),
      proxyCommand: jump === undefined ? undefined : jumpCommand(jump, directory),
    },
    jump: jump?.host,
    forwardAgent: options.forwardAgent ? agentSocket('ssh_disable_agent_forwarding') : undefined,
    aliveInterval: aliveInterval(options),
    ciphers: options.ciphers,
    keyExchangeAlgorithms: options.keyExchangeAlgorithms,
    userConfig: said(options.configFile) === undefined ? undefined : expandHome(options.configFile ?? ''),
  });
  await writeTemporaryFile(join(directory, 'config'), text);
  await writeTemporaryFile(join(directory, 'askpass'), ASKPASS, 0o700);
  const askpass = { SSH_ASKPASS: join(directory, 'askpass'), SSH_ASKPASS_REQUIRE: 'force' };
  return { name: guest.host.name, env: { DISPLAY: process.env['DISPLAY'] ?? 'none', ...askpass, ...guest.env } };
}

/** Takes away what `layOut` wrote that opens something. Never throws. */
export async function removeSecrets(directory: string): Promise<void> {
  const names = ['guest-secrets', 'jump-secrets', 'guest-key', 'jump-key'];
  await Promise.allSettled(names.map((name) => rm(join(directory, name), { recursive: true, force: true })));
}
