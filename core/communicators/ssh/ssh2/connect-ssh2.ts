import type { Duplex } from 'node:stream';
import ssh2, { type ConnectConfig } from 'ssh2';
import { StepError } from '../../../errors/errors.ts';
import { agentSocket, type Credentials } from '../login/credentials.ts';
import type { HostKeyPin } from '../login/host-key-pin.ts';
import { ssh2Connection } from './ssh2-connection.ts';
import type { SshConnection } from '../connection.ts';
import { placeOf } from '../login/open-tcp.ts';
import type { SshConnectOptions, SshEndpoint } from '../options.ts';

/** Slow guests under emulation take long over a key exchange. */
const LOGIN_MILLISECONDS = 60_000;
/** The names of the signatures that keys of type ssh-rsa make. */
const RSA = ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'];

export interface LoginRequest {
  readonly endpoint: SshEndpoint;
  readonly credentials: Credentials;
  readonly pin: HostKeyPin;
  readonly options: Pick<
    SshConnectOptions,
    'keepAliveInterval' | 'silenceLimit' | 'ciphers' | 'keyExchangeAlgorithms' | 'forwardAgent'
  >;
  readonly signal: AbortSignal;
}

interface Progress {
  stage: 'handshake' | 'login';
  /** What the server said it would accept. */
  accepts: readonly string[];
  failure: Error | undefined;
}

/** Offers the credentials one after the other, leaving out what the server does not take. */
function authHandler(credentials: Credentials, progress: Progress): NonNullable<ConnectConfig['authHandler']> {
  const left = [...credentials.methods];
  return (accepted: readonly string[] | null, _partial, next) => {
    progress.accepts = accepted ?? progress.accepts;
    for (let method = left.shift(); method !== undefined; method = left.shift()) {
      const name = method.type === 'agent' ? 'publickey' : method.type;
      if (accepted === null || accepted.includes(name)) {
        next(method);
        return;
      }
    }
    // The library takes `false` for "no more"; its types do not say so.
    Reflect.apply(next, undefined, [false]);
  };
}

function configOf(request: LoginRequest, stream: Duplex, progress: Progress): ConnectConfig {
  const { options, endpoint } = request;
  const { ciphers, keyExchangeAlgorithms } = options;
  const hostKeys = request.pin.types().flatMap((type) => (type === 'ssh-rsa' ? RSA : [type]));
  const algorithms = {
    ...(ciphers === undefined ? {} : { cipher: ciphers }),
    ...(keyExchangeAlgorithms === undefined ? {} : { kex: keyExchangeAlgorithms }),
    // A server has keys of several types, and shows one of the type that is asked for.
    ...(hostKeys.length === 0 ? {} : { serverHostKey: hostKeys }),
  };
  const config: ConnectConfig = {
    sock: stream,
    username: endpoint.username,
    authHandler: authHandler(request.credentials, progress),
    hostVerifier: (key: Buffer) => request.pin.admits(key),
    readyTimeout: 0,
    keepaliveInterval: options.keepAliveInterval,
    keepaliveCountMax: 3,
    ...(options.forwardAgent ? { agent: agentSocket('ssh_disable_agent_forwarding') } : {}),
  };
  return Object.keys(algorithms).length === 0 ? config : Object.assign(config, { algorithms });
}

function failureOf(request: LoginRequest, progress: Progress, reason: string): StepError {
  const { endpoint, pin, credentials } = request;
  const place = placeOf(endpoint.host, endpoint.port);
  const refusal = pin.refusal();
  const cause = progress.failure;
  if (refusal !== undefined) return refusal;
  if (progress.stage === 'handshake') {
    return new StepError(`the SSH handshake with ${place} failed: ${reason}`, {
      code: 'SSH_HANDSHAKE_FAILED',
      guest: 'not-ready',
      cause,
    });
  }
  const accepts = progress.accepts.length === 0 ? '' : `; the server accepts ${progress.accepts.join(', ')}`;
  const refused = reason.startsWith('All configured') ? '' : ` (${reason})`;
  return new StepError(
    `${place} refused the login of "${endpoint.username}" with ${credentials.described}${refused}${accepts}`,
    { code: 'SSH_LOGIN_REFUSED', guest: 'not-ready', cause },
  );
}

/** Ends the connection when nothing was received for `limit` milliseconds. */
function watchSilence(stream: Duplex, limit: number, end: (reason: string) => void): void {
  if (limit <= 0) return;
  const timer = setTimeout(() => end(`nothing was received for ${limit / 1000} s`), limit);
  stream.on('data', () => timer.refresh());
  stream.on('close', () => clearTimeout(timer));
}

/**
 * Logs in over a connection on which the server has begun to speak, which belongs to the login from then on. Throws `StepError`
 * SSH_HANDSHAKE_FAILED, SSH_LOGIN_REFUSED or SSH_HOST_KEY_CHANGED, also when the signal aborts.
 */
export async function connectSsh2(stream: Duplex, request: LoginRequest): Promise<SshConnection> {
  const { signal } = request;
  const client = new ssh2.Client();
  const progress: Progress = { stage: 'handshake', accepts: [], failure: undefined };
  let alive = true;
  let why: string | undefined;
  const end = (reason: string): void => {
    why ??= reason;
    stream.destroy();
  };
  const ended = new Promise<string>((resolve) => {
    stream.once('close', () => {
      alive = false;
      resolve(why ?? progress.failure?.message ?? 'the server ended the connection');
    });
  });
  client.on('error', (error: Error & { level?: string }) => {
    progress.failure = error;
    // An agent that fails to sign is followed by the next key; anything else is the end of this connection.
    if (error.level !== 'agent') end(error.message);
  });
  const onAbort = (): void => end('there was no more time');
  signal.addEventListener('abort', onAbort, { once: true });
  const timer = setTimeout(() => end('it took too long'), LOGIN_MILLISECONDS);
  try {
    if (signal.aborted) onAbort();
    const ready = new Promise<true>((resolve) => client.once('ready', () => resolve(true)));
    client.once('handshake', () => (progress.stage = 'login'));
    client.connect(configOf(request, stream, progress));
    // Not before connect(): the library pauses the stream, and a listener would set it flowing.
    watchSilence(stream, request.options.silenceLimit, end);
    const outcome = await Promise.race([ready, ended]);
    if (outcome !== true) throw failureOf(request, progress, outcome);
  } catch (error) {
    stream.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
  request.pin.confirm();
  return ssh2Connection(client, {
    ended,
    alive: () => alive,
    lag: 0,
    end: () => {
      why ??= 'closed';
      client.end();
      // A server that is gone never answers the goodbye.
      setTimeout(() => stream.destroy(), 1000).unref();
      return Promise.resolve();
    },
  });
}
