import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { onTestFinished } from 'vitest';

export interface FileServer {
  readonly url: string;
  /** The requests so far. */
  readonly requests: readonly IncomingMessage[];
}

/** A web server on this machine that goes with the test; its files are all called disk.qcow2. */
export async function serve(listener: RequestListener): Promise<FileServer> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}/disk.qcow2?mirror=1`, requests };
}

export interface Version {
  readonly content: Buffer;
  readonly etag?: string;
}

export interface Manners {
  /** Breaks the connection off after so many bytes of the body. */
  readonly cutAfter?: number;
  /** Gives ranges of another version than the one asked for. */
  readonly ignoresIfRange?: boolean;
}

/** Serves a file as good servers do: with ranges, if they are of this version. */
export function serveFile({ content, etag }: Version, manners: Manners = {}): RequestListener {
  return ({ headers }, response) => {
    const start = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
    const sameVersion = headers['if-range'] === undefined || headers['if-range'] === etag;
    const from = sameVersion || manners.ignoresIfRange === true ? start : 0;
    if (etag !== undefined) response.setHeader('etag', etag);
    if (etag !== undefined && headers['if-none-match'] === etag) {
      response.writeHead(304).end();
      return;
    }
    if (from >= content.length) {
      response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end();
      return;
    }
    const body = content.subarray(from);
    if (from > 0) response.setHeader('content-range', `bytes ${from}-${content.length - 1}/${content.length}`);
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': body.length });
    if (manners.cutAfter === undefined || manners.cutAfter >= body.length) response.end(body);
    else
      response.write(body.subarray(0, manners.cutAfter), () => setTimeout(() => response.socket?.destroySoon(), 250));
  };
}
