import { connect, createServer, type Socket } from 'node:net';

export type Direction = 'up' | 'down';

export interface CuttingProxy {
  readonly port: number;
  /** Cuts the connection over which so many more bytes went in the given direction, counted from now over all. */
  cutAfter(bytes: number, direction: Direction): void;
  /** Leaves connections alone; true when the cut was not made. */
  disarm(): boolean;
  /** Cuts what is open. */
  cutNow(): void;
  close(): void;
}

/** A TCP proxy on 127.0.0.1 that cuts connections at a chosen byte. */
export async function startCuttingProxy(target: number): Promise<CuttingProxy> {
  let plan: { left: number; readonly direction: Direction } | undefined;
  const sockets = new Set<Socket>();
  const pass = (from: Socket, to: Socket, direction: Direction): void => {
    sockets.add(from);
    from.on('error', () => undefined);
    from.on('close', () => {
      sockets.delete(from);
      to.destroy();
    });
    from.on('drain', () => to.resume());
    from.on('data', (chunk: Buffer) => {
      const left = plan?.direction === direction ? plan.left : Infinity;
      if (plan?.direction === direction) plan.left -= chunk.length;
      if (chunk.length < left) {
        if (!to.write(chunk)) from.pause();
        return;
      }
      plan = undefined;
      to.write(chunk.subarray(0, left), () => {
        from.resetAndDestroy();
        to.resetAndDestroy();
      });
    });
  };
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    pass(client, upstream, 'up');
    pass(upstream, client, 'down');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const cutNow = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    port: address.port,
    cutAfter: (bytes, direction) => (plan = { left: bytes, direction }),
    disarm: () => {
      const armed = plan !== undefined;
      plan = undefined;
      return armed;
    },
    cutNow,
    close: () => {
      server.close();
      cutNow();
    },
  };
}
