import { createReadStream, type Stats } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { extname, join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { StepError } from '../../../plugins/sdk/index.ts';
import { portsInTurn, type PortRange } from '../port-range.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.json': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
  '.cfg': 'text/plain; charset=utf-8',
  '.sh': 'text/plain; charset=utf-8',
};

/** What is served: a directory, or contents by path. */
export type Served = { readonly directory: string } | { readonly contents: Readonly<Record<string, string>> };

export interface HttpServer extends AsyncDisposable {
  readonly port: number;
}

type ListenAddress = Pick<HttpAddress, 'bound' | 'ipv6Only'>;

interface Body {
  readonly length: number;
  send(response: ServerResponse): Promise<unknown>;
}

function inMemory(text: string): Body {
  const bytes = Buffer.from(text);
  return { length: bytes.length, send: (response) => Promise.resolve(response.end(bytes)) };
}

/** A file inside of the directory, links followed; undefined when there is none, or it is outside. */
async function fileBelow(directory: string, path: string): Promise<Body | undefined> {
  try {
    const root = await realpath(directory);
    let place = await realpath(join(root, path));
    let found: Stats = await stat(place);
    if (found.isDirectory()) {
      place = await realpath(join(place, 'index.html'));
      found = await stat(place);
    }
    if (!place.startsWith(root === sep ? root : `${root}${sep}`) || !found.isFile()) return undefined;
    const file = place;
    return { length: found.size, send: (response) => pipeline(createReadStream(file), response) };
  } catch {
    return undefined;
  }
}

async function find(served: Served, path: string): Promise<Body | undefined> {
  if ('directory' in served) return fileBelow(served.directory, path);
  const bare = path.replace(/^\/+/, '');
  const name = Object.keys(served.contents).find((key) => key.replace(/^\/+/, '') === bare);
  return name === undefined ? undefined : inMemory(served.contents[name] ?? '');
}

async function answer(served: Served, request: IncomingMessage, response: ServerResponse): Promise<number> {
  const end = (status: number): number => {
    response.writeHead(status, { 'content-type': 'text/plain' }).end(`${status}\n`);
    return status;
  };
  if (request.method !== 'GET' && request.method !== 'HEAD') return end(405);
  let path: string;
  try {
    path = decodeURIComponent(new URL(request.url ?? '/', 'http://guest').pathname);
  } catch {
    return end(400);
  }
  const body = path.includes('\0') ? undefined : await find(served, path);
  if (body === undefined) return end(404);
  const type = TYPES[extname(path)] ?? 'application/octet-stream';
  response.writeHead(200, { 'content-type': type, 'content-length': body.length });
  if (request.method === 'HEAD') response.end();
  else await body.send(response);
  return 200;
}

function listen(server: Server, port: number, address: ListenAddress): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => {
      if (error.code === 'EADDRINUSE') resolve(false);
      else
        reject(
          new StepError(`the HTTP server cannot listen on ${address.bound}: ${error.message}`, {
            code: 'HTTP_LISTEN',
            pointer: '/http_bind_address',
            cause: error,
          }),
        );
    };
    server.once('error', failed);
    server.listen({ port, host: address.bound, ipv6Only: address.ipv6Only }, () => {
      server.off('error', failed);
      resolve(true);
    });
  });
}

/**
 * Serves files over HTTP, read only, on the first free port of the range. `onRequest` is told of every answer. Throws
 * `StepError` HTTP_NO_PORT or HTTP_LISTEN.
 */
export async function startHttpServer(
  served: Served,
  address: ListenAddress,
  range: PortRange,
  onRequest: (line: string) => void,
): Promise<HttpServer> {
  const server = createServer((request, response) => {
    answer(served, request, response).then(
      (status) => onRequest(`${request.method ?? ''} ${request.url ?? ''}: ${status}`),
      (error: unknown) => {
        onRequest(`${request.method ?? ''} ${request.url ?? ''}: ${String(error)}`);
        response.destroy();
      },
    );
  });
  for (const port of portsInTurn(range)) {
    if (!(await listen(server, port, address))) continue;
    return {
      port,
      [Symbol.asyncDispose]: () =>
        new Promise((resolve) => {
          server.close(() => resolve());
          server.closeAllConnections();
        }),
    };
  }
  throw new StepError(`no port from ${range.first} to ${range.last} is free for the HTTP server`, {
    code: 'HTTP_NO_PORT',
    pointer: '/http_port_min',
    hint: 'widen http_port_min and http_port_max, or end what listens there',
  });
}

export interface HttpAddress {
  /** Where the server listens. */
  readonly bound: string;
  readonly ipv6Only: boolean;
  /** What the guest finds it by, as in a URL. */
  readonly seen: string;
}
