import { createServer, type AddressInfo, type Socket } from 'node:net';

/** A port of this machine's loopback address. */
export interface Listener {
  readonly port: number;
  close(): void;
}

/**
 * Listens on 127.0.0.1; 0 is any free port. A connection that `onConnection` rejects is destroyed. Throws the system's
 * error when the port is taken.
 */
export async function listenOnLoopback(
  port: number,
  onConnection: (socket: Socket) => Promise<void>,
): Promise<Listener> {
  const sockets = new Set<Socket>();
  const server = createServer({ pauseOnConnect: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    onConnection(socket).catch(() => socket.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close();
      for (const each of sockets) each.destroy();
    },
  };
}
