import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { download, type Wanted } from '../../../builders/_shared/download/download.ts';
import type { Checksum } from '../../../builders/_shared/download/checksum.ts';
import { newHome } from './bake.ts';
import { serve } from '../../support/kiln/file-server.ts';
import { smallBuild, type SmallBuild } from './small-build-run.ts';

const content = Buffer.alloc(300_000, 'kiln');
const right: Checksum = {
  kind: 'digest',
  algorithm: 'sha256',
  digest: createHash('sha256').update(content).digest('hex'),
};
const none: Checksum = { kind: 'none' };

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
  more: Partial<Wanted> = {},
  onBuild?: (small: SmallBuild) => void,
): Promise<string> {
  const small = await smallBuild({ home });
  onBuild?.(small);
  try {
    const limits = { idleMilliseconds: 300, retryMilliseconds: 10 };
    return await download({ url, checksum, checksumPointer: '/iso_checksum', ...more }, small.build, limits);
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
    expect(server.requests).toHaveLength(3);
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
    const fetching = fetchOnce(url, none, home, {}, (small) => void begun.promise.then(() => small.cancel()));
    await expect(fetching).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(cached(home)).toEqual([]);
  });
});
