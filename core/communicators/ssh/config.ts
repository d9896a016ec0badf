import type { ConnectionOverrides } from '../../contract/communicator-type.ts';
import type { CommunicatorOptions } from '../options.gen.ts';
import type { SshConnectOptions, SshEndpoint } from './options.ts';

const MINUTE = 60_000;
const DEFAULT_TIMEOUT = 5 * MINUTE;
/** A template that only limits the attempts means to wait as long as it takes; a build must end some time. */
const LONGEST_TIMEOUT = 24 * 60 * MINUTE;
const DEFAULT_ATTEMPTS = 10;
/** A name server may be slow to learn of a name, and asks again what it did not know a moment ago. */
const NAME_TIMEOUT = 20_000;

function limits(config: CommunicatorOptions): Pick<SshConnectOptions, 'timeout' | 'timeoutOption' | 'attempts'> {
  const timeout = config.ssh_timeout ?? config.ssh_wait_timeout;
  const attempts = config.ssh_handshake_attempts;
  return {
    timeoutOption: config.ssh_wait_timeout === undefined ? 'ssh_timeout' : 'ssh_wait_timeout',
    timeout: config.ssh_wait_timeout ?? timeout ?? (attempts === undefined ? DEFAULT_TIMEOUT : LONGEST_TIMEOUT),
    attempts: attempts ?? (timeout === undefined ? DEFAULT_ATTEMPTS : 0),
  };
}

function bastion(config: CommunicatorOptions): SshEndpoint | undefined {
  if (config.ssh_bastion_host === undefined) return undefined;
  const keyFile =
    config.ssh_bastion_private_key_file ??
    (config.ssh_bastion_password === undefined ? config.ssh_private_key_file : undefined);
  return {
    host: config.ssh_bastion_host,
    port: config.ssh_bastion_port,
    username: config.ssh_bastion_username ?? config.ssh_username ?? '',
    password: config.ssh_bastion_password,
    privateKey: undefined,
    privateKeyFile: keyFile,
    passphrase: config.ssh_private_key_passphrase,
    agent: config.ssh_bastion_agent_auth,
    options: {
      key: keyFile === config.ssh_bastion_private_key_file ? 'ssh_bastion_private_key_file' : 'ssh_private_key_file',
      agent: 'ssh_bastion_agent_auth',
      host: 'ssh_bastion_host',
      username: config.ssh_bastion_username === undefined ? 'ssh_username' : 'ssh_bastion_username',
      password: 'ssh_bastion_password',
    },
    certificateFile:
      config.ssh_bastion_certificate_file ??
      (keyFile !== undefined && keyFile === config.ssh_private_key_file ? config.ssh_certificate_file : undefined),
    interactive: config.ssh_bastion_interactive,
  };
}

function proxy(config: CommunicatorOptions): SshConnectOptions['proxy'] {
  if (config.ssh_proxy_host === undefined) return undefined;
  return {
    host: config.ssh_proxy_host,
    port: config.ssh_proxy_port,
    username: config.ssh_proxy_username,
    password: config.ssh_proxy_password,
  };
}

/** What `connectSsh` needs, from a builder's options and from what the builder knows itself. */
export function sshOptionsFrom(config: CommunicatorOptions, known: ConnectionOverrides = {}): SshConnectOptions {
  const [jumpHost, socks] = [bastion(config), proxy(config)];
  return {
    guest: {
      host: known.host ?? config.ssh_host ?? '',
      port: known.port ?? config.ssh_port,
      username: known.username ?? config.ssh_username ?? '',
      password: known.password ?? config.ssh_password,
      privateKey: known.privateKey,
      privateKeyFile: known.privateKeyFile ?? config.ssh_private_key_file,
      passphrase: config.ssh_private_key_passphrase,
      agent: config.ssh_agent_auth,
      certificateFile: config.ssh_certificate_file,
    },
    ...limits(config),
    // The name that a cloud has given to a new machine may be known a little later.
    nameTimeout: known.host === undefined || jumpHost !== undefined || socks !== undefined ? NAME_TIMEOUT : undefined,
    bastion: jumpHost,
    proxy: socks,
    forwardAgent: config.ssh_disable_agent_forwarding === false,
    pty: config.ssh_pty,
    keepAliveInterval: Math.max(0, config.ssh_keep_alive_interval),
    silenceLimit: Math.max(0, config.ssh_read_write_timeout),
    ciphers: config.ssh_ciphers,
    keyExchangeAlgorithms: config.ssh_key_exchange_algorithms,
    transferMethod: config.ssh_file_transfer_method,
    localTunnels: config.ssh_local_tunnels ?? [],
    remoteTunnels: config.ssh_remote_tunnels ?? [],
    pauseBeforeConnecting: config.pause_before_connecting,
    backend: config.ssh_backend,
    configFile: config.ssh_config_file,
    hostKeys: config.ssh_host_key,
    knownHostsFile: config.ssh_known_hosts_file,
  };
}
