import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Checksum } from '../../../builders/_shared/download/checksum.ts';
import { download, type Wanted } from '../../../builders/_shared/download/download.ts';
import { serve, serveFile } from '../../support/kiln/file-server.ts';
import { newHome } from './bake.ts';
import { smallBuild } from './small-build-run.ts';

const content = randomBytes(300_000);
const digest = createHash('sha256').update(content).digest('hex');
const right: Checksum = { kind: 'digest', algorithm: 'sha256', digest };
const none: Checksum = { kind: 'none' };

interface Fetched {
  readonly path: string;
  readonly lines: readonly string[];
}

async function fetchOnce(url: string, home: string, more: Partial<Wanted> = {}): Promise<Fetched> {
  const small = await smallBuild({ home });
  try {
    const path = await download({ url, checksum: right, checksumPointer: '/iso_checksum', ...more }, small.build);
    return { path, lines: small.lines };
  } finally {
    await small.end();
  }
}

/** Downloads in a process of its own. */
function fetchElsewhere(url: string, home: string): Promise<number | null> {
  const script = join(import.meta.dirname, '../../support/kiln/download-once.ts');
  const child = spawn(process.execPath, [script, url, digest, home]);
  return new Promise((resolve) => child.once('exit', resolve));
}

describe('a downloaded file', () => {
  it.each([
    ['cut short', (path: string) => truncateSync(path, 1000)],
    ['changed', (path: string) => writeFileSync(path, randomBytes(content.length))],
  ])('that was %s in the cache is noticed and downloaded anew', async (_what, spoil) => {
    const home = newHome();
    const server = await serve(serveFile({ content, etag: '"one"' }));
    for (const checksum of [right, none]) {
      const { path } = await fetchOnce(server.url, home, { checksum });
      spoil(path);
      const again = await fetchOnce(server.url, home, { checksum });
      expect(readFileSync(again.path).equals(content)).toBe(true);
      expect(again.lines.join('\n')).toContain('is damaged');
    }
  });

  it('without a checksum is used again when the server says that it has not changed', async () => {
    const home = newHome();
    const server = await serve(serveFile({ content, etag: '"one"' }));
    await fetchOnce(server.url, home, { checksum: none });
    const { lines } = await fetchOnce(server.url, home, { checksum: none });
    expect(lines.join('\n')).toContain('using the downloaded');
    expect(server.requests.at(-1)?.headers['if-none-match']).toBe('"one"');
  });

  it('without a checksum keeps its name when the server has another version, for the build that uses it', async () => {
    const home = newHome();
    let version = serveFile({ content, etag: '"one"' });
    const server = await serve((request, response) => version(request, response));
    const first = await fetchOnce(server.url, home, { checksum: none });
    version = serveFile({ content: Buffer.from('new'), etag: '"two"' });
    const second = await fetchOnce(server.url, home, { checksum: none });
    expect(readFileSync(first.path).equals(content)).toBe(true);
    expect(readFileSync(second.path, 'utf8')).toBe('new');
  });

  it('is where the template wants it, and used again there', async () => {
    const home = newHome();
    const target = join(home, 'images/base.qcow2');
    const server = await serve(serveFile({ content }));
    for (let times = 0; times < 2; times += 1) {
      expect((await fetchOnce(server.url, home, { target })).path).toBe(target);
    }
    expect(readFileSync(target).equals(content)).toBe(true);
    expect(readdirSync(join(home, 'images'))).toEqual(['base.qcow2']);
    expect(server.requests).toHaveLength(1);
  });

  it('has the extension that the template wants', async () => {
    const server = await serve(serveFile({ content }));
    expect((await fetchOnce(server.url, newHome(), { extension: 'iso' })).path).toMatch(/\.iso$/);
  });

  it('is downloaded with the user and the password of its address, which are not shown', async () => {
    const server = await serve(serveFile({ content }));
    const url = server.url.replace('http://', 'http://me:s%40cret@');
    const { lines } = await fetchOnce(url, newHome());
    const login = Buffer.from('me:s@cret').toString('base64');
    expect(server.requests[0]?.headers.authorization).toBe(`Basic ${login}`);
    expect(lines.join('\n')).not.toContain('cret');
  });
});

describe('several downloads of one file', () => {
  it('are one, in this process and in others', { timeout: 30_000 }, async () => {
    const home = newHome();
    const answer = serveFile({ content });
    const server = await serve((request, response) => setTimeout(() => answer(request, response), 700));
    const elsewhere = [fetchElsewhere(server.url, home), fetchElsewhere(server.url, home)];
    const here = await Promise.all([fetchOnce(server.url, home), fetchOnce(server.url, home)]);
    expect(await Promise.all(elsewhere)).toEqual([0, 0]);
    expect(new Set(here.map(({ path }) => path)).size).toBe(1);
    expect(server.requests).toHaveLength(1);
  });

  it('do not wait for one whose process died, and go on from what it left', { timeout: 30_000 }, async () => {
    const home = newHome();
    mkdirSync(join(home, 'cache'));
    const whole = serveFile({ content });
    const begun = Promise.withResolvers<undefined>();
    const server = await serve((request, response) => {
      if (request.headers.range !== undefined) {
        whole(request, response);
        return;
      }
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, 100_000), () => begun.resolve(undefined));
    });
    const script = join(import.meta.dirname, '../../support/kiln/download-once.ts');
    const child = spawn(process.execPath, [script, server.url, digest, home]);
    await begun.promise;
    await expect
      .poll(() => readdirSync(join(home, 'cache/downloads')).some((name) => name.endsWith('.part')), { timeout: 5000 })
      .toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 200));
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    const { path } = await fetchOnce(server.url, home);
    expect(readFileSync(path).equals(content)).toBe(true);
    expect(server.requests.at(-1)?.headers.range).toBe('bytes=100000-');
  });
});
