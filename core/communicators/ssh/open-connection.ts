import { setTimeout as delay } from 'node:timers/promises';
import type { Duplex } from 'node:stream';
import { throwIfCancelled } from '../../errors/cancelled.ts';
import { CommandError, StepError, type KilnError } from '../../errors/errors.ts';
import { watchBoots } from './command/boot-watch.ts';
import { chooseBackend } from './login/choose-backend.ts';
import { type Credentials, credentialsOf } from './login/credentials.ts';
import { firstAnswer } from './login/first-answer.ts';
import { hostKeyPin, type HostKeyPin, trustedKeys } from './login/host-key-pin.ts';
import { connectSsh2 } from './ssh2/connect-ssh2.ts';
import type { ReconnectingConnection, SshConnection } from './connection.ts';
import { openTcp, placeOf } from './login/open-tcp.ts';
import { atServer, blaming } from './blamed-option.ts';
import type { SshBackend, SshConnectOptions, SshEndpoint } from './options.ts';
import type { ConnectRun } from '../../contract/communicator-type.ts';
import { openThroughProxy } from './login/socks5.ts';
import { waitForLogin } from './login/wait-for-login.ts';

const PAUSE = 'the pause before connecting';

/** One way of logging in. */
interface Dialer {
  readonly backend: SshBackend;
  dial(signal: AbortSignal, onFailure: (failure: KilnError) => void): Promise<SshConnection>;
  knownHostsLine(server: 'guest' | 'bastion'): string | undefined;
}

interface Host {
  readonly endpoint: SshEndpoint;
  readonly credentials: Credentials;
  readonly pin: HostKeyPin;
}

async function hostOf(endpoint: SshEndpoint, options: SshConnectOptions): Promise<Host> {
  const hostKeys = endpoint === options.guest ? (options.hostKeys ?? []) : [];
  const trusted = await trustedKeys(endpoint, hostKeys, options.knownHostsFile);
  const credentials = await credentialsOf(endpoint);
  return { endpoint, credentials, pin: hostKeyPin(endpoint.host, endpoint.port, trusted) };
}

function openThroughJumpHost(jump: SshConnection, guest: SshEndpoint): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const refuse = (reason: string): void => {
      const through = `${placeOf(guest.host, guest.port)} cannot be reached through the jump host`;
      reject(new StepError(`${through}: ${reason}`, { code: 'SSH_UNREACHABLE' }));
    };
    void jump.ended.then(refuse);
    jump
      .openForward(guest.host, guest.port)
      .then(resolve, (error: unknown) => refuse(error instanceof Error ? error.message : String(error)));
  });
}

async function dial(
  options: SshConnectOptions,
  guest: Host,
  jumpHost: Host | undefined,
  signal: AbortSignal,
  onFailure: (failure: KilnError) => void,
): Promise<SshConnection> {
  const { host, port } = guest.endpoint;
  const place = placeOf(host, port);
  const onGuestFailure = blaming(guest.endpoint, options, onFailure);
  if (jumpHost === undefined) {
    const { proxy } = options;
    const open = (limit: AbortSignal): Promise<Duplex> =>
      proxy === undefined ? openTcp(host, port, limit) : openThroughProxy(proxy, host, port, limit);
    return atServer(guest.endpoint, options, async () =>
      connectSsh2(await firstAnswer({ open, place, signal, onFailure: onGuestFailure }), { ...guest, options, signal }),
    );
  }
  const { endpoint } = jumpHost;
  const jumpOptions = { ...options, forwardAgent: false, ciphers: undefined, keyExchangeAlgorithms: undefined };
  const jump = await atServer(endpoint, options, async () => {
    const stream = await firstAnswer({
      open: (limit) => openTcp(endpoint.host, endpoint.port, limit),
      place: placeOf(endpoint.host, endpoint.port),
      signal,
      onFailure: blaming(endpoint, options, onFailure),
    });
    return connectSsh2(stream, { ...jumpHost, options: jumpOptions, signal });
  });
  const jumpLost = new AbortController();
  void jump.ended.then(() => jumpLost.abort());
  const whileJump = AbortSignal.any([signal, jumpLost.signal]);
  try {
    const open = (): Promise<Duplex> => openThroughJumpHost(jump, guest.endpoint);
    const login = await atServer(guest.endpoint, options, async () =>
      connectSsh2(await firstAnswer({ open, place, signal: whileJump, onFailure: onGuestFailure }), {
        ...guest,
        options,
        signal,
      }),
    );
    void login.ended.then(() => jump.end());
    return login;
  } catch (error) {
    void jump.end();
    throw error;
  }
}

async function dialerOf(options: SshConnectOptions, run: ConnectRun): Promise<Dialer> {
  const backend = await chooseBackend(options);
  if (backend === 'openssh') {
    return { backend, ...(await (await import('./openssh/dial-openssh.ts')).openSshDialer(options, run)) };
  }
  const guest = await hostOf(options.guest, options);
  const jumpHost = options.bastion === undefined ? undefined : await hostOf(options.bastion, options);
  return {
    backend,
    dial: (signal, onFailure) => dial(options, guest, jumpHost, signal, onFailure),
    knownHostsLine: (server) => (server === 'guest' ? guest : jumpHost)?.pin.knownHostsLine(),
  };
}

/** Logs in for the first time; see `connectSsh` for what it throws. */
export async function openConnection(options: SshConnectOptions, run: ConnectRun): Promise<ReconnectingConnection> {
  const { guest: endpoint, timeout, timeoutOption, attempts, nameTimeout } = options;
  const dialer = await dialerOf(options, run);
  const place = placeOf(endpoint.host, endpoint.port);
  const listeners: ((login: SshConnection) => void)[] = [];
  const closing = new AbortController();

  const wait = async (limit: number, signal: AbortSignal): Promise<SshConnection> => {
    const limits = { timeout: limit, option: timeoutOption, attempts, nameTimeout, signal };
    const login = await waitForLogin(place, (...given) => dialer.dial(...given), limits, run);
    if (closing.signal.aborted) void login.end();
    for (const listener of listeners) listener(login);
    return login;
  };

  run.say(`waiting for SSH at ${place}`);
  let current = await wait(timeout, run.signal);
  if (options.pauseBeforeConnecting > 0) {
    await current.end();
    run.say(`SSH answers; pausing ${options.pauseBeforeConnecting / 1000} s before connecting`);
    run.waiting?.(PAUSE, { limit: options.pauseBeforeConnecting });
    await delay(options.pauseBeforeConnecting, undefined, { signal: run.signal }).catch(() => undefined);
    run.waiting?.(PAUSE, undefined);
    throwIfCancelled(run.signal);
    current = await wait(timeout, run.signal);
  }
  run.say(`connected to ${place}`);

  const boots = watchBoots();
  const again = async (limit: number, signal: AbortSignal): Promise<SshConnection> => {
    const login = await wait(limit, signal);
    const restarted = await boots.hasRestarted(login, signal);
    if (restarted === true) run.say(`the guest at ${place} has restarted`);
    else if (restarted === false) run.debug(`connected to ${place} again; the guest went on running meanwhile`);
    current = login;
    return login;
  };

  let renewal: Promise<SshConnection> | undefined;
  const renew = (limit: number, signal: AbortSignal): Promise<SshConnection> => {
    if (closing.signal.aborted) {
      return Promise.reject(new CommandError('the connection was closed', { code: 'COMMUNICATOR_CLOSED' }));
    }
    void current.end();
    // Commands that run side by side share one new login.
    renewal ??= again(limit, AbortSignal.any([signal, closing.signal])).finally(() => (renewal = undefined));
    return renewal;
  };
  return {
    backend: dialer.backend,
    knownHostsLine: (server) => dialer.knownHostsLine(server),
    renew,
    login: (signal, limit = timeout) => {
      if (current.alive() && renewal === undefined) return Promise.resolve(current);
      run.debug(`the connection to ${place} was lost, connecting again`);
      return renewal ?? renew(limit, signal);
    },
    onLogin: (listener) => {
      listeners.push(listener);
      listener(current);
    },
    close: () => {
      closing.abort();
      return current.end();
    },
  };
}
