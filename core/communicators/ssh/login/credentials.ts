import ssh2, { type AnyAuthMethod, type ParsedKey } from 'ssh2';
import { aboutOption, StepError } from '../../../errors/errors.ts';
import { GUEST_OPTIONS } from '../blamed-option.ts';
import { expandHome, readKeyFile } from './key-file.ts';
import type { SshEndpoint } from '../options.ts';

/** The ways to log in, in the order in which they are tried. */
export interface Credentials {
  readonly methods: readonly AnyAuthMethod[];
  /** For messages: "key ~/.ssh/id_ed25519, password". */
  readonly described: string;
}

function isEncrypted(error: unknown): boolean {
  return error instanceof StepError && error.code === 'SSH_KEY_PASSPHRASE';
}

function parse(text: string, endpoint: SshEndpoint, where: string): ParsedKey {
  const { passphrase, privateKey, options = GUEST_OPTIONS } = endpoint;
  // The library's types leave out that it may find several keys; they come as a list then.
  const parsed: (ParsedKey | Error)[] = [ssh2.utils.parseKey(text, passphrase)].flat();
  const key = parsed[0] ?? new Error('it holds no key');
  if (key instanceof Error) {
    const encrypted = /passphrase|encrypted/i.test(key.message);
    throw new StepError(`${where} cannot be used: ${key.message}`, {
      code: encrypted ? 'SSH_KEY_PASSPHRASE' : 'SSH_KEY_MALFORMED',
      ...(encrypted
        ? { hint: `set ssh_private_key_passphrase, or add the key to an agent and set ${options.agent}` }
        : {}),
      pointer:
        privateKey !== undefined
          ? undefined
          : encrypted && passphrase !== undefined
            ? '/ssh_private_key_passphrase'
            : `/${options.key}`,
    });
  }
  if (key.isPrivateKey()) return key;
  throw new StepError(`${where} is a public key, not a private one`, {
    code: 'SSH_KEY_MALFORMED',
    ...(privateKey === undefined ? { pointer: `/${options.key}` } : {}),
  });
}

export function hasAgent(): boolean {
  return (process.env['SSH_AUTH_SOCK'] ?? '') !== '';
}

/** The path of the agent's socket, which `option` asks for; throws `StepError` SSH_AGENT_MISSING. */
export function agentSocket(option: string): string {
  const path = process.env['SSH_AUTH_SOCK'] ?? '';
  if (path !== '') return path;
  throw new StepError('an SSH agent is asked for and SSH_AUTH_SOCK is not set', {
    code: 'SSH_AGENT_MISSING',
    pointer: `/${option}`,
  });
}

/**
 * Reads what an endpoint is logged in to with. Throws `StepError` SSH_KEY_FILE_UNREADABLE, SSH_KEY_MALFORMED,
 * SSH_KEY_PASSPHRASE or SSH_AGENT_MISSING.
 */
export async function credentialsOf(endpoint: SshEndpoint): Promise<Credentials> {
  const { username, password, privateKeyFile, options = GUEST_OPTIONS } = endpoint;
  const methods: AnyAuthMethod[] = [{ type: 'none', username }];
  const described: string[] = [];
  if (endpoint.privateKey !== undefined) {
    methods.push({ type: 'publickey', username, key: parse(endpoint.privateKey, endpoint, "the build's key") });
    described.push("the build's key");
  } else if (privateKeyFile !== undefined && privateKeyFile !== '') {
    const text = await aboutOption(`/${options.key}`, () => readKeyFile(privateKeyFile));
    const where = `the private key ${expandHome(privateKeyFile)}`;
    try {
      methods.push({ type: 'publickey', username, key: parse(text, endpoint, where) });
      described.push(`key ${privateKeyFile}`);
    } catch (error) {
      // The agent has the key, as a rule; OpenSSH leaves it to it too.
      if (!endpoint.agent || !isEncrypted(error) || endpoint.passphrase !== undefined) throw error;
      described.push(`key ${privateKeyFile}, which is encrypted and left to the agent`);
    }
  }
  if (endpoint.agent) {
    methods.push({ type: 'agent', username, agent: agentSocket(options.agent) });
    described.push('the agent');
  }
  if (password !== undefined && password !== '') {
    methods.push({ type: 'password', username, password });
    methods.push({
      type: 'keyboard-interactive',
      username,
      prompt: (_name, _instructions, _language, prompts, finish) => finish(prompts.map(() => password)),
    });
    described.push('password');
  }
  return { methods, described: described.length === 0 ? 'nothing' : described.join(', ') };
}
