import { listenOnLoopback } from '../../../../plugins/sdk/cloud.ts';
import { StepError, throwIfCancelled, type Acquired } from '../../../../plugins/sdk/index.ts';
import { locatorOf, type AmazonBuild } from '../../amazon-build.ts';
import { amazonCode } from '../../api/failure.ts';
import { waitFor } from '../../api/wait.ts';
import type { ChannelAddress } from './data-channel.ts';
import { openPortSession, type PortSession, type SessionOptions } from './session.ts';

export interface TunnelOptions {
  readonly instanceId: string;
  /** The port on the instance. */
  readonly port: number;
  /** The port on this machine's loopback address; 0 is any. */
  readonly localPort: number;
  /** How long the instance may take to connect to Session Manager. Milliseconds. */
  readonly limit: number;
  readonly stallLimit?: SessionOptions['stallLimit'];
}

/** A port on this machine that leads to one on an instance. */
export interface Tunnel {
  readonly port: number;
  /** Ends it and its session. */
  readonly close: () => Promise<void>;
}

const DOCUMENT = 'AWS-StartPortForwardingSession';
const HINT =
  'the instance needs the agent of Session Manager, an iam_instance_profile with the policy AmazonSSMManagedInstanceCore, and a way to the endpoints ssm and ssmmessages';

interface OpenSession {
  readonly session: PortSession;
  readonly acquired: Acquired<string, ChannelAddress>;
}

interface Started {
  readonly StreamUrl?: string | undefined;
  readonly TokenValue?: string | undefined;
}

function addressIn({ StreamUrl = '', TokenValue = '' }: Started): ChannelAddress {
  return { url: StreamUrl, token: TokenValue };
}

/** Has AWS start a session; waits while the agent is not there yet. */
async function startSession(options: TunnelOptions, amazon: AmazonBuild): Promise<Acquired<string, ChannelAddress>> {
  const { build, cloud, kinds, polling } = amazon;
  const { instanceId, port, limit } = options;
  return build.acquire(kinds.session, {
    describe: `Session Manager session to ${instanceId}`,
    locator: locatorOf(cloud, { target: instanceId }),
    create: (token) =>
      kinds.session.createUnlessRefused(token, () =>
        waitFor({
          what: `the instance ${instanceId} to connect to Session Manager`,
          limit: { milliseconds: limit, pointer: '/ssh_interface', hint: HINT },
          polling,
          signal: build.signal,
          onState: (state) => build.debug(`Session Manager: the instance ${instanceId} is ${state}`),
          look: async () => {
            try {
              const started = await cloud.ssm('StartSession', {
                Target: instanceId,
                DocumentName: DOCUMENT,
                Parameters: { portNumber: [String(port)] },
                Reason: token,
              });
              return { done: { id: started.SessionId ?? '', handle: addressIn(started) } };
            } catch (error) {
              if (amazonCode(error) !== 'TargetNotConnected') throw error;
              return { state: 'not connected' };
            }
          },
        }),
      ),
  });
}

/** A session that can carry connections. Throws `StepError` AMAZON_SESSION. */
async function openSession(options: TunnelOptions, amazon: AmazonBuild): Promise<OpenSession> {
  const { build, cloud } = amazon;
  const acquired = await startSession(options, amazon);
  const { id: SessionId, handle: address } = acquired;
  build.addSecret(address.token);
  const session = openPortSession({
    address,
    resume: async () => {
      const resumed = await cloud.ssm('ResumeSession', { SessionId });
      build.debug(`Session Manager: the session ${SessionId} goes on`);
      const { url, token } = addressIn(resumed);
      build.addSecret(token);
      return token === '' ? undefined : { url: url === '' ? address.url : url, token };
    },
    onRefused: () => build.debug(`Session Manager: nothing answers at port ${options.port} of the instance yet`),
    ...(options.stallLimit === undefined ? {} : { stallLimit: options.stallLimit }),
  });
  const cancel = (): void => session.close();
  build.signal.addEventListener('abort', cancel, { once: true });
  void session.over.then(async (reason) => {
    build.signal.removeEventListener('abort', cancel);
    build.debug(`Session Manager: the session ${SessionId} is over: ${reason}`);
    await acquired.release().catch(() => undefined);
  });
  try {
    await session.ready;
  } catch (error) {
    throwIfCancelled(build.signal);
    throw new StepError(`Session Manager: ${error instanceof Error ? error.message : String(error)}`, {
      code: 'AMAZON_SESSION',
      pointer: '/ssh_interface',
      cause: error,
    });
  }
  return { session, acquired };
}

/**
 * Opens a port on this machine that leads to one of the instance. Connections share one session; when it is over, after
 * a reboot for example, the next connection has another one started. Throws `StepError` AMAZON_SESSION, AMAZON_PORT.
 */
export async function openTunnel(options: TunnelOptions, amazon: AmazonBuild): Promise<Tunnel> {
  const { build } = amazon;
  let closed = false;
  let current: Promise<OpenSession> | undefined;

  function sessionNow(): Promise<OpenSession> {
    if (closed) return Promise.reject(new Error('the tunnel is closed'));
    if (current !== undefined) return current;
    const opening = openSession(options, amazon);
    current = opening;
    const forget = (): void => {
      if (current === opening) current = undefined;
    };
    opening.then(({ session }) => session.over.then(forget), forget);
    return opening;
  }
  await sessionNow();
  const listener = await listenOnLoopback(options.localPort, async (socket) => {
    const { session } = await sessionNow();
    session.carry(socket);
    socket.resume();
  }).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new StepError(`port ${options.localPort} of this machine cannot be used: ${why}`, {
      code: 'AMAZON_PORT',
      pointer: '/session_manager_port',
      cause: error,
    });
  });
  build.say(`port ${listener.port} of this machine leads to port ${options.port} of the instance by Session Manager`);
  return {
    port: listener.port,
    close: async () => {
      closed = true;
      listener.close();
      const open = await current?.catch(() => undefined);
      open?.session.close();
      await open?.acquired.release();
    },
  };
}
