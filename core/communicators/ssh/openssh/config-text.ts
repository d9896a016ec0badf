import { StepError } from '../../../errors/errors.ts';
import type { EndpointOptions } from '../options.ts';

/** A server as OpenSSH's configuration describes it. */
export interface ConfiguredHost {
  /** The template's options that it comes from. */
  readonly options: EndpointOptions;
  /** What the program is called with. */
  readonly name: string;
  /** Undefined where the user's own configuration says it. */
  readonly hostName: string | undefined;
  readonly port: number | undefined;
  readonly user: string;
  readonly identityFile: string | undefined;
  readonly certificateFile: string | undefined;
  /** The agent's socket. */
  readonly agent: string | undefined;
  readonly password: boolean;
  readonly interactive: boolean;
  /** The name of its host key; undefined for OpenSSH's own choice. */
  readonly hostKeyAlias: string | undefined;
  readonly knownHostsFile: string;
  /** Take no other key than one of that file; otherwise the first that comes. */
  readonly verified: boolean;
  readonly proxyCommand: string | undefined;
}

export interface ConfiguredConnection {
  readonly guest: ConfiguredHost;
  readonly jump: ConfiguredHost | undefined;
  /** The socket of the agent that the guest gets; undefined for none. */
  readonly forwardAgent: string | undefined;
  /** Seconds; 0 switches it off. */
  readonly aliveInterval: number;
  readonly ciphers: readonly string[] | undefined;
  readonly keyExchangeAlgorithms: readonly string[] | undefined;
  /** Read for what is not said here. */
  readonly userConfig: string | undefined;
}

/** What ssh2 knows and OpenSSH does not. */
const NOT_IN_OPENSSH = ['diffie-hellman-group15-sha512', 'diffie-hellman-group17-sha512'];

/** `pointer` is the option that the value comes from, where it is one. */
function quoted(value: string, pointer?: string): string {
  if (/["\\\r\n]/.test(value)) {
    throw new StepError(`OpenSSH cannot be given ${JSON.stringify(value)}: it has a quote, a backslash or a line end`, {
      code: 'SSH_OPTION_UNUSABLE',
      pointer,
    });
  }
  return `"${value}"`;
}

/** For options in which OpenSSH expands "%h" and the like. */
function literal(value: string, pointer?: string): string {
  return quoted(value.replaceAll('%', '%%'), pointer);
}

function when(condition: boolean, ...lines: readonly string[]): readonly string[] {
  return condition ? lines : [];
}

function given(
  option: string,
  value: string | number | undefined,
  write: (value: string, pointer?: string) => string,
  pointer?: string,
): readonly string[] {
  return value === undefined ? [] : [`${option} ${write(String(value), pointer)}`];
}

function hostLines(host: ConfiguredHost, forwarded?: string): readonly string[] {
  // OpenSSH forwards the agent that it uses itself; for the login, "IdentitiesOnly" leaves its keys out.
  const agent = host.agent ?? forwarded;
  const { options: names } = host;
  if (/[\s*?!,"]/.test(host.name)) quoted(`"${host.name}`, `/${names.host}`);
  const methods = [
    ...(host.identityFile === undefined && host.agent === undefined ? [] : ['publickey']),
    ...(host.password ? ['password'] : []),
    ...(host.password || host.interactive ? ['keyboard-interactive'] : []),
  ];
  return [
    `Host ${host.name}`,
    ...given('HostName', host.hostName, literal, `/${names.host}`),
    ...given('Port', host.port, String),
    `User ${quoted(host.user, `/${names.username}`)}`,
    ...given('IdentityFile', host.identityFile, literal, `/${names.key}`),
    ...when(host.identityFile === undefined, 'IdentityFile none'),
    ...given('CertificateFile', host.certificateFile, literal, '/ssh_certificate_file'),
    `IdentityAgent ${agent === undefined ? 'none' : literal(agent)}`,
    `IdentitiesOnly ${host.agent === undefined ? 'yes' : 'no'}`,
    ...when(methods.length > 0, `PreferredAuthentications ${methods.join(',')}`),
    'NumberOfPasswordPrompts 1',
    ...given('HostKeyAlias', host.hostKeyAlias, quoted),
    `UserKnownHostsFile ${literal(host.knownHostsFile, '/ssh_known_hosts_file')}`,
    'GlobalKnownHostsFile /dev/null',
    `StrictHostKeyChecking ${host.verified ? 'yes' : 'accept-new'}`,
    'UpdateHostKeys no',
    'HashKnownHosts no',
    'CheckHostIP no',
    ...given('ProxyCommand', host.proxyCommand, String),
    'ControlPersist no',
    'ConnectTimeout 15',
    'PermitLocalCommand no',
    'ForwardX11 no',
  ];
}

/** The text of a configuration file for OpenSSH. Throws `StepError` SSH_OPTION_UNUSABLE. */
export function configText(connection: ConfiguredConnection): string {
  const { guest, jump, ciphers, userConfig, forwardAgent } = connection;
  const kex = connection.keyExchangeAlgorithms?.filter((name) => !NOT_IN_OPENSSH.includes(name));
  const old = kex !== undefined;
  const alive = [`ServerAliveInterval ${connection.aliveInterval}`, 'ServerAliveCountMax 3'];
  return [
    // Tells how commands ended, even while something that they left behind holds their output open.
    'IgnoreUnknown LogVerbose',
    'LogVerbose channels.c:channel_new():*,mux.c:mux_exit_message():*,clientloop.c:client_input_channel_req():*',
    ...hostLines(guest, forwardAgent),
    `ForwardAgent ${forwardAgent === undefined ? 'no' : 'yes'}`,
    ...alive,
    ...given('Ciphers', ciphers?.join(','), String),
    ...given('KexAlgorithms', kex?.join(','), String),
    // A server for which key exchanges are named may know no other host keys.
    ...when(old, 'HostKeyAlgorithms +ssh-rsa', 'PubkeyAcceptedAlgorithms +ssh-rsa'),
    ...(jump === undefined
      ? []
      : [...hostLines(jump), 'ControlMaster no', 'ControlPath none', 'ForwardAgent no', ...alive]),
    ...(userConfig === undefined ? [] : ['Host *', `Include ${quoted(userConfig, '/ssh_config_file')}`]),
    '',
  ].join('\n');
}
