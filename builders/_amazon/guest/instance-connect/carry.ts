import type { Socket } from 'node:net';
import { opened } from '../web-socket.ts';

/** What a frame may hold. Bytes. */
const FRAME = 65_000;
/** What may wait to be sent before the connection is held up. Bytes. */
const WAITING = 1024 * 1024;
const LOOK_EVERY = 10;

/** A WebSocket does not say when there is room again. */
function resumeWithRoom(connection: Socket, tunnel: WebSocket): void {
  if (connection.destroyed) return;
  if (tunnel.bufferedAmount < WAITING) connection.resume();
  else setTimeout(() => resumeWithRoom(connection, tunnel), LOOK_EVERY);
}

/** Why AWS does not open a tunnel; undefined when it does. */
export async function checkTunnel(url: string): Promise<string | undefined> {
  const tunnel = new WebSocket(url);
  try {
    await opened(tunnel, 'the tunnel');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    tunnel.close();
  }
}

/**
 * Carries a paused connection through a tunnel of its own; when one of them ends, so does the other. Rejects when the
 * tunnel does not open.
 */
export async function carry(connection: Socket, url: string): Promise<void> {
  const tunnel = new WebSocket(url);
  tunnel.binaryType = 'arraybuffer';
  tunnel.addEventListener('message', ({ data }: { readonly data: unknown }) => {
    if (data instanceof ArrayBuffer) connection.write(Buffer.from(data));
  });
  tunnel.addEventListener('close', () => connection.end());
  connection.on('close', () => tunnel.close());
  connection.on('data', (data: Buffer) => {
    for (let at = 0; at < data.length; at += FRAME) tunnel.send(data.subarray(at, at + FRAME));
    if (tunnel.bufferedAmount < WAITING) return;
    connection.pause();
    resumeWithRoom(connection, tunnel);
  });
  await opened(tunnel, 'the tunnel');
  connection.resume();
}
