import { connectGuest } from '../communicators/connect-guest.ts';
import type { ConnectionOverrides } from '../contract/communicator-type.ts';
import type { CommunicatorOptions } from '../communicators/options.gen.ts';
import type { BuildRun } from '../contract/build-run.ts';
import type { Communicator } from '../contract/communicator.ts';
import { throwIfCancelled } from '../errors/cancelled.ts';
import { KilnError, StepError, TimeoutError } from '../errors/errors.ts';

/** A way into an instance that ends at a port of this machine. */
export interface Tunnel {
  readonly port: number;
  readonly close: () => Promise<void>;
}

/** How one instance of a provider is reached, and what is known of it. */
export interface InstanceAccess {
  /** How to log in, as far as the template does not say so. */
  readonly login: Pick<ConnectionOverrides, 'username' | 'password' | 'privateKey' | 'privateKeyFile'>;
  /**
   * Waits for the address of the instance; not asked when the template names a host, or there is a tunnel. `build` has a
   * signal that also aborts when the instance is gone.
   */
  readonly address: (build: BuildRun) => Promise<string>;
  /** Opens a tunnel to the instance instead; not asked when the template names a host. */
  readonly tunnel?: ((build: BuildRun) => Promise<Tunnel>) | undefined;
  /** The error that says why the instance does not run any more; undefined while it runs, or that is not known. */
  readonly gone: () => Promise<KilnError | undefined>;
  /** What the guest wrote to its console; empty when the provider does not know. */
  readonly consoleTail: () => Promise<string>;
  /** Milliseconds between two looks whether the instance is gone; default 15 s. */
  readonly lookEvery?: number;
}

const LOOK_EVERY = 15_000;
const CONSOLE_LINES = 15;

function watch({ gone, lookEvery = LOOK_EVERY }: InstanceAccess, build: BuildRun, over: AbortController): () => void {
  const look = async (): Promise<void> => {
    const error = await gone().catch(() => undefined);
    if (error !== undefined) over.abort(error);
  };
  const timer = setInterval(() => {
    if (!build.signal.aborted) void look();
  }, lookEvery);
  return () => clearInterval(timer);
}

/** The end of the console as a part of an error's message. */
async function endOfConsole({ consoleTail }: InstanceAccess): Promise<string> {
  const lines = (await consoleTail().catch(() => '')).trimEnd().split(/\r?\n/).slice(-CONSOLE_LINES);
  return lines.join('').trim() === '' ? '' : `\nThe end of the instance's console:\n${lines.join('\n')}`;
}

/** Where the guest can be reached, and what to do when nobody wants to reach it any more. */
interface Route {
  readonly host: string;
  readonly port?: number;
  readonly close: () => Promise<void>;
}

async function findRoute(config: CommunicatorOptions, access: InstanceAccess, build: BuildRun): Promise<Route> {
  const given = (config.communicator === 'winrm' ? config.winrm_host : config.ssh_host) ?? '';
  if (given === '' && access.tunnel !== undefined) {
    const { port, close } = await access.tunnel(build);
    return { host: '127.0.0.1', port, close };
  }
  return { host: given === '' ? await access.address(build) : given, close: () => Promise.resolve() };
}

function withConsole(error: KilnError, end: string): KilnError {
  const { code, pointer, hint } = error;
  const details = { code, pointer, hint, cause: error };
  const message = `${error.message}${end}`;
  return error instanceof TimeoutError ? new TimeoutError(message, details) : new StepError(message, details);
}

/**
 * Waits until the guest of an instance lets Kiln in, and looks meanwhile whether the instance still runs. The tunnel is
 * closed with the communicator. Throws `CancelledError`; the error of `gone` whatever else went wrong; and what `address`,
 * `tunnel` and the communicator throw, the latter with the end of the instance's console in the message.
 */
export async function connectToInstance(
  config: CommunicatorOptions,
  access: InstanceAccess,
  build: BuildRun,
): Promise<Communicator> {
  if (config.communicator === 'none') return connectGuest(config, {}, build);
  const over = new AbortController();
  const stopWatching = watch(access, build, over);
  const watched = { ...build, signal: AbortSignal.any([build.signal, over.signal]) };
  let route: Route | undefined;
  try {
    route = await findRoute(config, access, watched);
    const { close, ...address } = route;
    const guest = await connectGuest(config, { ...address, ...access.login }, watched);
    return {
      ...guest,
      close: async () => {
        await guest.close();
        await close();
      },
    };
  } catch (error) {
    await route?.close();
    throwIfCancelled(build.signal);
    over.signal.throwIfAborted();
    if (route === undefined || !(error instanceof KilnError)) throw error;
    throw withConsole(error, await endOfConsole(access));
  } finally {
    stopWatching();
  }
}
