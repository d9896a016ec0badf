/** An SSH server and how to log in to it. */
export interface SshEndpoint {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string | undefined;
  /** Text of a private key. */
  readonly privateKey: string | undefined;
  /** Path of a private key; a leading "~/" is the home directory. Not read when `privateKey` is given. */
  readonly privateKeyFile: string | undefined;
  /** Opens the private key when it is encrypted. */
  readonly passphrase?: string | undefined;
  /** Use the agent at SSH_AUTH_SOCK. */
  readonly agent: boolean;
  /** The template's options that all this comes from, for messages; default: those of the guest. */
  readonly options?: EndpointOptions;
  /** Path of a user certificate that belongs to the private key; a leading "~/" is the home directory. */
  readonly certificateFile?: string | undefined;
  /** Have the user answer the server's questions at the terminal. */
  readonly interactive?: boolean;
}

export interface SocksProxy {
  readonly host: string;
  readonly port: number;
  readonly username: string | undefined;
  readonly password: string | undefined;
}

/** All durations are milliseconds. */
export interface SshConnectOptions {
  readonly guest: SshEndpoint;
  /** Deadline of the whole wait for the guest. */
  readonly timeout: number;
  /** The template's option that says the deadline; default: ssh_timeout. */
  readonly timeoutOption?: string;
  /** How many refused logins or failed handshakes end the wait; 0 for no limit. */
  readonly attempts: number;
  /** After how long a host name that does not exist is taken for wrong; default: never, it may come to exist. */
  readonly nameTimeout?: number | undefined;
  readonly bastion: SshEndpoint | undefined;
  readonly proxy: SocksProxy | undefined;
  readonly forwardAgent: boolean;
  readonly pty: boolean;
  /** 0 switches it off. */
  readonly keepAliveInterval: number;
  /** The connection counts as lost when nothing came for so long; 0 switches it off. */
  readonly silenceLimit: number;
  readonly ciphers: readonly string[] | undefined;
  readonly keyExchangeAlgorithms: readonly string[] | undefined;
  readonly transferMethod: 'scp' | 'sftp';
  /** LOCAL_PORT:REMOTE_HOST:REMOTE_PORT */
  readonly localTunnels: readonly string[];
  /** REMOTE_PORT:LOCAL_HOST:LOCAL_PORT */
  readonly remoteTunnels: readonly string[];
  readonly pauseBeforeConnecting: number;
  /** Without it: the library, or OpenSSH for what the library cannot do. */
  readonly backend?: SshBackend | undefined;
  /** Path of an ssh_config file that is read for what is not said here. */
  readonly configFile?: string | undefined;
  /** The guest's host keys, as "TYPE BASE64"; without any, and without `knownHostsFile`, the first that comes is it. */
  readonly hostKeys?: readonly string[] | undefined;
  /** Path of a known_hosts file that guest and jump host must be in. */
  readonly knownHostsFile?: string | undefined;
  /** From how many bytes on a file goes over a second connection; see `uploadRoute`. Default: `LARGE_BYTES`. */
  readonly largeBytes?: number;
  /** Path of the terminal at which `interactive` questions are asked. */
  readonly terminalDevice?: string | undefined;
}

export type SshBackend = 'ssh2' | 'openssh';

/** The template's options that say where a server is and how to log in to it. */
export interface EndpointOptions {
  readonly host: string;
  readonly username: string;
  readonly password: string;
  readonly key: string;
  readonly agent: string;
}
