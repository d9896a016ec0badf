import { KilnError } from '../../errors/errors.ts';
import type { EndpointOptions, SshConnectOptions, SshEndpoint } from './options.ts';

/** Those of the guest, which is what an endpoint is that does not say. */
export const GUEST_OPTIONS: EndpointOptions = {
  host: 'ssh_host',
  username: 'ssh_username',
  password: 'ssh_password',
  key: 'ssh_private_key_file',
  agent: 'ssh_agent_auth',
};

function isGiven(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}

/** What a login is made with; the user's name when it is a key that the build has made itself. */
function loginOption(endpoint: SshEndpoint): string {
  const { options = GUEST_OPTIONS, privateKey, privateKeyFile, password, agent } = endpoint;
  if (privateKey === undefined && isGiven(privateKeyFile)) return options.key;
  if (isGiven(password)) return options.password;
  return agent ? options.agent : options.username;
}

/** What the two sides have nothing in common of. */
function handshakeOption(message: string): string | undefined {
  if (/no matching key exchange/.test(message)) return 'ssh_key_exchange_algorithms';
  return /no matching (?:cipher|[CS]->[CS] cipher)/.test(message) ? 'ssh_ciphers' : undefined;
}

/** Which of the template's options a failure at a server is about, as a pointer; undefined where none is. */
export function blamedOption(
  endpoint: SshEndpoint,
  { code, message }: { readonly code: string; readonly message: string },
  { guest, hostKeys = [] }: Pick<SshConnectOptions, 'guest' | 'hostKeys'>,
): string | undefined {
  const { options = GUEST_OPTIONS } = endpoint;
  switch (code) {
    case 'SSH_LOGIN_REFUSED':
      return `/${loginOption(endpoint)}`;
    case 'SSH_HANDSHAKE_FAILED':
      return `/${handshakeOption(message) ?? options.host}`;
    case 'SSH_NAME_UNKNOWN':
      return `/${options.host}`;
    case 'SSH_UNREACHABLE':
    case 'SSH_NO_BANNER':
      // A guest may only be slow; a jump host has to be there.
      return endpoint === guest ? undefined : `/${options.host}`;
    case 'SSH_HOST_KEY_UNKNOWN':
    case 'SSH_HOST_KEY_CHANGED':
      return endpoint === guest && hostKeys.length > 0 ? '/ssh_host_key' : '/ssh_known_hosts_file';
    case 'SSH_KEY_PASSPHRASE':
      return endpoint.passphrase === undefined ? `/${options.key}` : '/ssh_private_key_passphrase';
    case 'SSH_OPTION_UNUSABLE':
      return '/ssh_config_file';
    default:
      return undefined;
  }
}

/** Lets `onFailure` know which option a failure at a server is about. */
export function blaming(
  endpoint: SshEndpoint,
  options: Pick<SshConnectOptions, 'guest' | 'hostKeys'>,
  onFailure: (failure: KilnError) => void,
): (failure: KilnError) => void {
  return (failure) => onFailure(failure.at(blamedOption(endpoint, failure, options)));
}

/** Runs what is done at a server; what is thrown of it is about the option that is to blame. */
export async function atServer<T>(
  endpoint: SshEndpoint,
  options: Pick<SshConnectOptions, 'guest' | 'hostKeys'>,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof KilnError ? error.at(blamedOption(endpoint, error, options)) : error;
  }
}
