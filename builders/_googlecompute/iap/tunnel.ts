import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Socket } from 'node:net';
import { openRelay, RelayError, type RelayOptions, type RelayTarget } from '../../../clients/google-iap/index.ts';
import type { GoogleLogin } from '../../../clients/google-login/index.ts';
import { listenOnLoopback, waitFor, type PollResult, type Tunnel } from '../../../plugins/sdk/cloud.ts';
import { StepError, type BuildRun } from '../../../plugins/sdk/index.ts';

export interface IapTunnelOptions {
  readonly target: RelayTarget;
  /** Where the relay is: "wss://tunnel.cloudproxy.app/v4/". */
  readonly root: string;
  /** The port on this machine's loopback address; 0 is any. */
  readonly localPort: number;
  /** How long the port of the instance may take to answer. Milliseconds. */
  readonly limit: number;
  /** How long IAP may refuse: it hears of new instances and roles some seconds later. Milliseconds. */
  readonly refusals: number;
}

/** Who opens a tunnel. */
interface IapBuild {
  readonly build: BuildRun;
  readonly login: Pick<GoogleLogin, 'headers' | 'renew'>;
}

/** Milliseconds after which somebody is told what is mostly the reason. */
const TELL_AFTER = 60_000;
const LONGEST_PAUSE = 3000;

function isRefusal({ problem }: RelayError): boolean {
  return problem === 'forbidden' || problem === 'unknown-instance';
}

function withHint({ message, hint }: RelayError): { readonly failed: string; readonly hint?: string } {
  return { failed: message, ...(hint === undefined ? {} : { hint }) };
}

/** Asks the relay until the port of the instance answers. */
async function firstWay(options: IapTunnelOptions, relay: RelayOptions, build: BuildRun): Promise<Duplex> {
  const { target, limit, refusals } = options;
  const started = performance.now();
  let told = false;
  const look = async (): Promise<PollResult<Duplex>> => {
    try {
      return { done: await openRelay(relay) };
    } catch (error) {
      if (!(error instanceof RelayError)) throw error;
      const passed = performance.now() - started;
      const refused = isRefusal(error) && passed >= refusals;
      if (refused || error.problem === 'unauthorized') return withHint(error);
      if (!told && passed > TELL_AFTER && error.problem === 'no-answer') {
        told = true;
        build.say(`IAP does not reach port ${target.port} of the instance yet: ${error.hint ?? error.message}`);
      }
      return { state: error.message };
    }
  };
  return waitFor({
    what: `IAP to reach port ${target.port} of the instance ${target.instance}`,
    limit: {
      milliseconds: limit,
      pointer: '/use_iap',
      hint: `a firewall rule of the network has to let 35.235.240.0/20 in at port ${target.port}, and the guest's server has to run`,
    },
    codes: { failed: 'GOOGLE_IAP', timeout: 'GOOGLE_IAP' },
    longestPause: LONGEST_PAUSE,
    signal: build.signal,
    onState: (state) => build.debug(`IAP: ${state}`),
    waiting: (what, state) => build.waiting(what, state),
    look,
  });
}

async function carry(connection: Socket, way: Duplex): Promise<void> {
  await Promise.all([pipeline(connection, way), pipeline(way, connection)]);
}

/**
 * Opens a port on this machine that leads through Identity-Aware Proxy to one of the instance; each connection has a way of
 * its own, which survives that the connection to Google breaks. Waits until the instance's port answers. Throws `StepError`
 * and `TimeoutError` GOOGLE_IAP, `StepError` GOOGLE_PORT.
 */
export async function openIapTunnel(options: IapTunnelOptions, google: IapBuild): Promise<Tunnel> {
  const { build, login } = google;
  const { target, root, localPort } = options;
  const relay: RelayOptions = {
    ...{ target, root, signal: build.signal },
    headers: (again) => {
      if (again) login.renew();
      return login.headers();
    },
    onCut: (reason) => build.debug(`IAP: the connection is taken up again: ${reason}`),
  };
  const ways = new Set<Duplex>();
  const keep = (way: Duplex): Duplex => {
    ways.add(way);
    way.once('close', () => ways.delete(way));
    way.on('error', (error) => build.debug(`IAP: ${error.message}`));
    return way;
  };
  // What was opened to see that it can be is for the first connection.
  let spare: Duplex | undefined = keep(await firstWay(options, relay, build));
  const next = async (): Promise<Duplex> => {
    const way = spare;
    spare = undefined;
    return way === undefined || way.destroyed || way.readableEnded ? keep(await openRelay(relay)) : way;
  };
  const listener = await listenOnLoopback(localPort, async (connection) => {
    try {
      await carry(connection, await next());
    } catch (error) {
      build.debug(`IAP: ${error instanceof Error ? error.message : String(error)}`);
      throw error;
    }
  }).catch((error: unknown) => {
    for (const way of ways) way.destroy();
    const why = error instanceof Error ? error.message : String(error);
    throw new StepError(`port ${localPort} of this machine cannot be used: ${why}`, {
      code: 'GOOGLE_PORT',
      pointer: '/iap_localhost_port',
      cause: error,
    });
  });
  build.say(`port ${listener.port} of this machine leads to port ${target.port} of the instance by IAP`);
  return {
    port: listener.port,
    close: () => {
      listener.close();
      for (const way of ways) way.destroy();
      return Promise.resolve();
    },
  };
}
