import type { Socket } from 'node:net';
import { aboutOption, StepError } from '../../../errors/errors.ts';
import { openTcp, placeOf } from './open-tcp.ts';
import type { SocksProxy } from '../options.ts';

const REPLIES: Readonly<Record<number, string>> = {
  1: 'general failure',
  2: 'not allowed by its rules',
  3: 'network unreachable',
  4: 'host unreachable',
  5: 'connection refused',
  6: 'time to live expired',
  7: 'command not supported',
  8: 'address type not supported',
};
const ANSWER_MILLISECONDS = 20_000;

type ReadBytes = (count: number) => Promise<Buffer>;

/** Reads exact numbers of bytes and leaves what follows them in the socket. */
function reader(socket: Socket, signal: AbortSignal): ReadBytes {
  return (count) =>
    new Promise((resolve, reject) => {
      const done = (): void => {
        clearTimeout(timer);
        socket.off('readable', attempt).off('end', onEnd).off('error', reject);
        signal.removeEventListener('abort', onEnd);
      };
      const onEnd = (): void => {
        done();
        reject(new Error('it ended the connection'));
      };
      const timer = setTimeout(() => {
        done();
        reject(new Error('it does not answer'));
      }, ANSWER_MILLISECONDS);
      const attempt = (): void => {
        const bytes: unknown = socket.read(count);
        if (!Buffer.isBuffer(bytes)) return;
        done();
        resolve(bytes);
      };
      socket.on('readable', attempt).on('end', onEnd).on('error', reject);
      signal.addEventListener('abort', onEnd, { once: true });
      attempt();
    });
}

function withLength(text: string): Buffer {
  const bytes = Buffer.from(text);
  if (bytes.length > 255) throw new Error(`${bytes.length} bytes are too long for a name or password of SOCKS5`);
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}

async function logIn(socket: Socket, read: ReadBytes, proxy: SocksProxy): Promise<void> {
  const withPassword = proxy.username !== undefined && proxy.username !== '';
  socket.write(Buffer.from(withPassword ? [5, 2, 0, 2] : [5, 1, 0]));
  const [version, method] = await read(2);
  if (version !== 5) throw new Error('it does not speak SOCKS5');
  if (method === 0) return;
  if (method !== 2 || !withPassword) throw new Error('it accepts no way to log in that was given');
  socket.write(Buffer.concat([Buffer.from([1]), withLength(proxy.username), withLength(proxy.password ?? '')]));
  const [, status] = await read(2);
  if (status !== 0) throw new Error('it refused user name and password');
}

async function ask(socket: Socket, read: ReadBytes, host: string, port: number): Promise<void> {
  const portBytes = Buffer.from([port >> 8, port & 255]);
  socket.write(Buffer.concat([Buffer.from([5, 1, 0, 3]), withLength(host), portBytes]));
  const [, reply = 1, , addressType] = await read(4);
  if (reply !== 0) throw new Error(REPLIES[reply] ?? `reply ${reply}`);
  const length = addressType === 1 ? 4 : addressType === 4 ? 16 : (await read(1)).readUInt8(0);
  await read(length + 2);
}

/** Opens a connection through a SOCKS5 proxy, which resolves the name. Throws `StepError` SSH_UNREACHABLE. */
export async function openThroughProxy(
  proxy: SocksProxy,
  host: string,
  port: number,
  signal: AbortSignal,
): Promise<Socket> {
  const socket = await aboutOption('/ssh_proxy_host', () => openTcp(proxy.host, proxy.port, signal));
  const read = reader(socket, signal);
  let pointer: string | undefined = '/ssh_proxy_host';
  try {
    await logIn(socket, read, proxy);
    // From here on it is the guest that cannot be reached.
    pointer = undefined;
    await ask(socket, read, host, port);
    return socket;
  } catch (cause) {
    socket.destroy();
    const reason = cause instanceof Error ? cause.message : String(cause);
    const by = `the SOCKS5 proxy ${placeOf(proxy.host, proxy.port)}`;
    throw new StepError(`${placeOf(host, port)} cannot be reached through ${by}: ${reason}`, {
      code: 'SSH_UNREACHABLE',
      pointer,
      cause,
    });
  }
}
