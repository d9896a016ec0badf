import { connect, createServer, type Socket } from 'node:net';

/** What becomes of a connection at a byte that a client sends. */
export type Fault = 'cut' | 'stall';

/** A TCP proxy on 127.0.0.1 that breaks connections. */
export interface FaultyProxy {
  readonly port: number;
  /** Breaks one connection, once so many bytes more have come from clients. */
  breakAfter(bytes: number, fault: Fault): void;
  /** Answers the next so many connections with a status of HTTP instead of the server's answer. */
  answer(times: number, status: string): void;
  /** Whether what was asked for has come about. */
  done(): boolean;
  /** Bytes that clients have sent. */
  sent(): number;
  /** Bytes that clients have sent and after which the server has said something on the same connection. */
  answered(): number;
  close(): void;
}

/** Has a client's request read to its end, as far as it can be told, and answers it. */
function answerOnly(client: Socket, status: string): void {
  client.on('error', () => undefined);
  client.once('data', () => {
    client.write(`HTTP/1.1 ${status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`);
    client.resume();
    setTimeout(() => client.end(), 50);
  });
}

export async function startFaultyProxy(target: number): Promise<FaultyProxy> {
  let plan: { left: number; readonly fault: Fault } | undefined;
  let answers = { left: 0, status: '' };
  let sent = 0;
  let answered = 0;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    sockets.add(client);
    client.on('close', () => sockets.delete(client));
    if (answers.left > 0) {
      answers.left -= 1;
      answerOnly(client, answers.status);
      return;
    }
    const upstream = connect(target, '127.0.0.1');
    for (const socket of [client, upstream]) socket.on('error', () => undefined);
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
    let unanswered = 0;
    upstream.on('data', () => {
      answered += unanswered;
      unanswered = 0;
    });
    upstream.pipe(client);
    client.on('data', (chunk: Buffer) => {
      sent += chunk.length;
      unanswered += chunk.length;
      if (plan !== undefined) plan.left -= chunk.length;
      if (plan === undefined || plan.left > 0) {
        if (!upstream.write(chunk)) client.pause();
        return;
      }
      const { fault, left } = plan;
      plan = undefined;
      upstream.write(chunk.subarray(0, Math.max(0, chunk.length + left)));
      if (fault === 'cut') setImmediate(() => [client, upstream].forEach((socket) => socket.resetAndDestroy()));
      else {
        client.pause();
        upstream.unpipe(client);
        // Nobody hears of a client that goes while it is not read from, and a server may serve one at a time.
        setTimeout(() => [client, upstream].forEach((socket) => socket.destroy()), 6000).unref();
      }
    });
    upstream.on('drain', () => client.resume());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    breakAfter: (left, fault) => (plan = { left, fault }),
    answer: (left, status) => (answers = { left, status }),
    done: () => plan === undefined && answers.left === 0,
    sent: () => sent,
    answered: () => answered,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
