import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { download } from '../../../builders/qemu/download.ts';
import type { Checksum } from '../../../builders/qemu/checksum.ts';
import { newHome } from './bake.ts';
import { smallBuild } from './small-build-run.ts';

const content = Buffer.alloc(300_000, 'kiln');
const right: Checksum = {
  kind: 'digest',
  algorithm: 'sha256',
  digest: createHash('sha256').update(content).digest('hex'),
};
const none: Checksum = { kind: 'none' };

/** The address of a server on this machine, and how often it was asked. */
async function serve(listener: RequestListener): Promise<{ readonly url: string; asked(): number }> {
  let asked = 0;
  const server = createServer((request, response) => {
    asked += 1;
    listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}/disk.qcow2?mirror=1`, asked: () => asked };
}

/** An address that was in use a moment ago. */
async function unusedUrl(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/disk`;
}

async function fetchOnce(
  url: string,
  checksum: Checksum,
  home: string,
  whileFetching?: (cancel: () => void) => void,
): Promise<string> {
  const small = await smallBuild({ home });
  whileFetching?.(() => small.cancel());
  try {
    return await download(url, checksum, small.build);
  } finally {
    await small.end();
  }
}

function cached(home: string): readonly string[] {
  mkdirSync(join(home, 'cache/downloads'), { recursive: true });
  return readdirSync(join(home, 'cache/downloads'));
}

describe('a download', () => {
  it('is kept whole under a name that has its extension', async () => {
    const home = newHome();
    const { url } = await serve((_request, response) => response.end(content));
    const path = await fetchOnce(url, right, home);
    expect(readFileSync(path).equals(content)).toBe(true);
    expect(path).toMatch(/\.qcow2$/);
    expect(cached(home)).toHaveLength(1);
  });

  it('is used again when it has the checksum, and fetched anew without one', async () => {
    const home = newHome();
    const server = await serve((_request, response) => response.end(content));
    for (const checksum of [right, right, none, none]) await fetchOnce(server.url, checksum, home);
    expect(server.asked()).toBe(3);
  });

  it('is not kept when its checksum is wrong', async () => {
    const home = newHome();
    const { url } = await serve((_request, response) => response.end('something else'));
    await expect(fetchOnce(url, right, home)).rejects.toMatchObject({ code: 'CHECKSUM_MISMATCH' });
    expect(cached(home)).toEqual([]);
  });

  it('is not kept when the server ends in the middle', async () => {
    const home = newHome();
    const { url } = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, 1000), () => response.destroy());
    });
    await expect(fetchOnce(url, none, home)).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' });
    expect(cached(home)).toEqual([]);
  });

  it('fails with the answer of the server', async () => {
    const home = newHome();
    const { url } = await serve((_request, response) => response.writeHead(404).end());
    await expect(fetchOnce(url, none, home)).rejects.toMatchObject({
      code: 'DOWNLOAD_REFUSED',
      message: expect.stringContaining('404') as string,
    });
  });

  it('fails when nobody answers', async () => {
    const failure = { code: 'DOWNLOAD_FAILED', message: expect.stringContaining('ECONNREFUSED') as string };
    await expect(fetchOnce(await unusedUrl(), none, newHome())).rejects.toMatchObject(failure);
  });

  it('leaves nothing when it is cancelled', async () => {
    const home = newHome();
    const begun = Promise.withResolvers<unknown>();
    const { url } = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, 1000));
      begun.resolve(undefined);
    });
    const fetching = fetchOnce(url, none, home, (cancel) => void begun.promise.then(cancel));
    await expect(fetching).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(cached(home)).toEqual([]);
  });
});
