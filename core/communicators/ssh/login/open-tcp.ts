import { connect, type Socket } from 'node:net';
import { StepError } from '../../../errors/errors.ts';

/** A guest that drops packets is asked again rather than waited for: its network may come up any moment. */
const CONNECT_MILLISECONDS = 4000;

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there (connection refused)',
  ECONNRESET: 'the connection was reset',
  ENOTFOUND: 'there is no host of that name',
  EAI_AGAIN: 'its name cannot be resolved at the moment',
  EHOSTUNREACH: 'there is no way to the host',
  ENETUNREACH: 'there is no way to its network',
  ETIMEDOUT: 'it does not answer',
};

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? String(error.code) : '';
  return REASONS[code] ?? error.message;
}

/** "host:port", with brackets around an IPv6 address. */
export function placeOf(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/**
 * Opens a TCP connection. Throws `StepError` SSH_NAME_UNKNOWN when there is no such host, SSH_UNREACHABLE when there is no
 * connection within 4 s or the signal aborts.
 */
export async function openTcp(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  const socket = connect({ host, port, noDelay: true });
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  const onAbort = (): void => reject(new Error('it does not answer'));
  const timer = setTimeout(() => reject(new Error('it does not answer')), CONNECT_MILLISECONDS);
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  socket.once('connect', () => resolve(undefined));
  socket.on('error', reject);
  try {
    await promise;
    return socket;
  } catch (cause) {
    socket.destroy();
    throw new StepError(`${placeOf(host, port)} cannot be reached: ${reasonOf(cause)}`, {
      code:
        cause instanceof Error && 'code' in cause && cause.code === 'ENOTFOUND'
          ? 'SSH_NAME_UNKNOWN'
          : 'SSH_UNREACHABLE',
      cause,
    });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}
