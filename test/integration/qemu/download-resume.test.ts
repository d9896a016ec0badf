import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, RequestListener } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { Checksum } from '../../../builders/_shared/download/checksum.ts';
import { download } from '../../../builders/_shared/download/download.ts';
import { serve, serveFile } from '../../support/kiln/file-server.ts';
import { newHome } from './bake.ts';
import { smallBuild } from './small-build-run.ts';

const content = randomBytes(500_000);
const other = randomBytes(500_000);
const none: Checksum = { kind: 'none' };

function digestOf(bytes: Buffer): Checksum {
  return { kind: 'digest', algorithm: 'sha256', digest: createHash('sha256').update(bytes).digest('hex') };
}

interface Fetched {
  readonly bytes: Buffer;
  readonly lines: readonly string[];
}

/** One try of one build. */
async function fetchOnce(url: string, checksum: Checksum, home: string): Promise<Fetched> {
  const small = await smallBuild({ home });
  const limits = { idleMilliseconds: 1000, retryMilliseconds: 10 };
  try {
    const path = await download({ url, checksum, checksumPointer: '/iso_checksum' }, small.build, limits);
    return { bytes: readFileSync(path), lines: small.lines };
  } finally {
    await small.end();
  }
}

/** Answers in this order, the last one from then on. */
function inTurn(...listeners: readonly RequestListener[]): RequestListener {
  let turn = 0;
  return (request, response) => {
    listeners[Math.min(turn, listeners.length - 1)]?.(request, response);
    turn += 1;
  };
}

/** The first byte that was asked for. */
function startOf(request: IncomingMessage | undefined): number {
  return Number(/^bytes=(\d+)-$/.exec(request?.headers.range ?? '')?.[1] ?? 0);
}

const refuses: RequestListener = (_request, response) => void response.writeHead(503).end();
const cut = { cutAfter: 200_000 };

describe('an interrupted download', () => {
  it('goes on by itself where it stopped, if the server still has that version', async () => {
    const file = { content, etag: '"one"' };
    const server = await serve(inTurn(serveFile(file, cut), serveFile(file, cut), serveFile(file)));
    const { bytes, lines } = await fetchOnce(server.url, none, newHome());
    expect(bytes.equals(content)).toBe(true);
    expect(server.requests.map(({ headers }) => headers['if-range'])).toEqual([undefined, '"one"', '"one"']);
    const [first = 0, second = 0, third = 0] = server.requests.map(startOf);
    expect([first, second > 0, third > second]).toEqual([0, true, true]);
    expect(lines.join('\n')).toMatch(/interrupted[^]*going on[^]*at byte/);
  });

  it('goes on in the next run when the server was gone', async () => {
    const home = newHome();
    const file = { content, etag: '"one"' };
    const server = await serve(inTurn(serveFile(file, cut), refuses, refuses, refuses, serveFile(file)));
    await expect(fetchOnce(server.url, none, home)).rejects.toMatchObject({ code: 'DOWNLOAD_REFUSED' });
    const { bytes } = await fetchOnce(server.url, none, home);
    expect(bytes.equals(content)).toBe(true);
    expect(startOf(server.requests.at(-1))).toBeGreaterThan(0);
  });

  it('begins anew when the file has changed', async () => {
    const server = await serve(
      inTurn(serveFile({ content, etag: '"one"' }, cut), serveFile({ content: other, etag: '"two"' })),
    );
    expect((await fetchOnce(server.url, none, newHome())).bytes.equals(other)).toBe(true);
  });

  it('begins anew when the file has changed and the server gives the range all the same', async () => {
    const changed = serveFile({ content: other, etag: '"two"' }, { ignoresIfRange: true });
    const server = await serve(inTurn(serveFile({ content, etag: '"one"' }, cut), changed));
    expect((await fetchOnce(server.url, none, newHome())).bytes.equals(other)).toBe(true);
  });

  it('begins anew when the file has become shorter than the part', async () => {
    const short = other.subarray(0, 1000);
    const server = await serve(inTurn(serveFile({ content }, cut), serveFile({ content: short })));
    expect((await fetchOnce(server.url, digestOf(short), newHome())).bytes.equals(short)).toBe(true);
  });

  it('goes on without a version when a checksum is compared, and begins anew when that is wrong', async () => {
    const server = await serve(inTurn(serveFile({ content }, cut), serveFile({ content: other })));
    const { bytes, lines } = await fetchOnce(server.url, digestOf(other), newHome());
    expect(bytes.equals(other)).toBe(true);
    expect(server.requests.map((request) => startOf(request) > 0)).toEqual([false, true, false]);
    expect(lines.join('\n')).toContain('has changed since its first part was downloaded');
  });

  it('begins anew without a version and without a checksum', async () => {
    const server = await serve(inTurn(serveFile({ content }, cut), serveFile({ content })));
    expect((await fetchOnce(server.url, none, newHome())).bytes.equals(content)).toBe(true);
    expect(server.requests.map(({ headers }) => headers.range)).toEqual([undefined, undefined]);
  });

  it('is given up when no try brings it further', async () => {
    const lies: RequestListener = (_request, response) => {
      response.writeHead(200, { 'content-length': content.length + 1 });
      response.write(content, () => response.destroy());
    };
    const server = await serve(lies);
    await expect(fetchOnce(server.url, none, newHome())).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' });
    expect(server.requests.length).toBeLessThan(6);
  });

  it('is given up when the server sends more than it says, each time', async () => {
    const [head, rest] = [content.subarray(0, 200_000), content.length - 200_000];
    const more: RequestListener = (request, response) => {
      if (request.headers.range === undefined) {
        response.writeHead(200, { 'content-length': content.length, etag: '"one"' });
        response.write(head, () => setTimeout(() => response.destroy(), 100));
        return;
      }
      const from = startOf(request);
      response.writeHead(206, { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` });
      response.end(Buffer.concat([content, content.subarray(0, rest)]));
    };
    const server = await serve(more);
    await expect(fetchOnce(server.url, none, newHome())).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' });
    expect(server.requests.length).toBeLessThan(10);
  });

  it('goes on when the server has stopped sending without a word', async () => {
    const file = { content, etag: '"one"' };
    const hangs: RequestListener = (_request, response) => {
      response.writeHead(200, { 'content-length': content.length, etag: file.etag });
      response.write(content.subarray(0, 100_000));
    };
    const server = await serve(inTurn(hangs, serveFile(file)));
    const { bytes, lines } = await fetchOnce(server.url, none, newHome());
    expect(bytes.equals(content)).toBe(true);
    expect(lines.join('\n')).toContain('has sent nothing for');
  });

  it('is waited for when the server is slow but goes on', async () => {
    const slow: RequestListener = (_request, response) => {
      response.writeHead(200, { 'content-length': 10 });
      let sent = 0;
      const timer = setInterval(() => {
        response.write('x');
        sent += 1;
        if (sent < 10) return;
        clearInterval(timer);
        response.end();
      }, 60);
    };
    const server = await serve(slow);
    expect((await fetchOnce(server.url, none, newHome())).bytes.toString()).toBe('x'.repeat(10));
    expect(server.requests).toHaveLength(1);
  });
});
