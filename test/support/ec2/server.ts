import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { openTunnel } from './instance-connect/tunnels.ts';
import { AwsProblem } from './problem.ts';
import { ConnectionLost } from './run-call.ts';
import type { Answer, Service } from './service.ts';
import { authenticate, type SignedRequest } from './sign-v4.ts';
import { unsignedScope } from './unsigned.ts';
import type { World } from './world.ts';

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

/** The service that a request is signed for, without a look at whether the signature holds. */
function serviceNamed(request: SignedRequest): string {
  return /Credential=[^/]+\/[^/]+\/[^/]+\/([^/]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? 'ec2';
}

async function answerTo(
  world: World,
  services: ReadonlyMap<string, Service>,
  request: SignedRequest,
  report: (error: unknown) => void,
): Promise<Answer> {
  const unsigned = unsignedScope(world, request);
  const service = services.get(unsigned?.service ?? serviceNamed(request));
  if (service === undefined) {
    return { status: 403, type: 'text/plain', body: `The test server has no service ${serviceNamed(request)}.` };
  }
  try {
    return await service.answer(world, unsigned ?? authenticate(world, request), request);
  } catch (error) {
    if (error instanceof AwsProblem) return service.failure(error);
    if (error instanceof ConnectionLost) throw error;
    report(error);
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return service.failure(new AwsProblem('TestServerBroken', message, 500));
  }
}

function send(response: ServerResponse, answer: Answer, head: boolean): void {
  response.writeHead(answer.status, {
    'content-type': answer.type,
    ...(head ? {} : { 'content-length': Buffer.byteLength(answer.body) }),
    ...answer.headers,
  });
  response.end(head ? undefined : answer.body);
}

/**
 * Listens on a free port of 127.0.0.1.
 * @param control answers requests under /_test/ from other processes of the test
 * @param report hears of errors in the server itself
 */
export async function listen(
  world: World,
  services: ReadonlyMap<string, Service>,
  control: (path: string, body: Buffer) => Answer,
  report: (error: unknown) => void,
): Promise<HttpServer> {
  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await read(incoming);
    const method = incoming.method ?? 'GET';
    const url = incoming.url ?? '/';
    if (url.startsWith('/_test/')) {
      send(response, control(url.slice('/_test/'.length), body), false);
      return;
    }
    const answer = await answerTo(world, services, { method, url, headers: incoming.headers, body }, report);
    send(response, answer, method === 'HEAD');
  }
  const server = createServer((incoming, response) => {
    serve(incoming, response).catch((error: unknown) => {
      // A client that goes away in the middle of a request is no error of the server.
      if (!(error instanceof ConnectionLost) && incoming.complete) report(error);
      incoming.socket.destroy();
    });
  });
  server.on('upgrade', (request, stream, head) => {
    if (request.url?.startsWith('/openTunnel?') === true) openTunnel(world, request, stream, head);
    else world.sessions.upgrade(request, stream, head);
  });
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
