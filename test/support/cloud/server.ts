import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** A request whose body was read. */
export interface Request {
  readonly method: string;
  /** Path and query as they were sent. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Answer {
  readonly status: number;
  /** The content's type; "" leaves the header out. */
  readonly type: string;
  readonly body: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Thrown instead of an answer: the connection breaks. */
export class ConnectionLost extends Error {}

/** What a cloud's test server does with what comes in. */
export interface Handling {
  /** What it throws beside `ConnectionLost` is an error of the server itself. */
  answer(request: Request): Promise<Answer>;
  /** Answers requests under /_test/ from other processes of the test. */
  control(path: string, body: Buffer): Answer;
  /** Takes over a connection that is to be a web socket. */
  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void;
  /** Hears of errors in the server itself. */
  report(error: unknown): void;
}

export interface HttpServer {
  /** "http://127.0.0.1:PORT" */
  readonly endpoint: string;
  readonly port: number;
  close(): Promise<void>;
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts);
}

function send(response: ServerResponse, answer: Answer, head: boolean): void {
  response.writeHead(answer.status, {
    ...(answer.type === '' ? {} : { 'content-type': answer.type }),
    ...(head ? {} : { 'content-length': Buffer.byteLength(answer.body) }),
    ...answer.headers,
  });
  response.end(head ? undefined : answer.body);
}

/** Listens on a free port of 127.0.0.1. */
export async function listen(handling: Handling): Promise<HttpServer> {
  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await read(incoming);
    const method = incoming.method ?? 'GET';
    const url = incoming.url ?? '/';
    if (url.startsWith('/_test/')) {
      send(response, handling.control(url.slice('/_test/'.length), body), false);
      return;
    }
    send(response, await handling.answer({ method, url, headers: incoming.headers, body }), method === 'HEAD');
  }
  const server = createServer((incoming, response) => {
    serve(incoming, response).catch((error: unknown) => {
      // A client that goes away in the middle of a request is no error of the server.
      if (!(error instanceof ConnectionLost) && incoming.complete) handling.report(error);
      incoming.socket.destroy();
    });
  });
  server.on('upgrade', (request, stream, head) => handling.upgrade(request, stream, head));
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
