import { existsSync, readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { grubDisk } from '../../support/qemu/grub-disk.ts';
import { serve } from '../../support/kiln/file-server.ts';
import { bake, byItself, imageInfo, leftovers, newHome, reasonToSkip, said, tinyOptions } from './bake.ts';

/** Serves a file in ranges of which both ends are given. */
function inRanges(content: Buffer): RequestListener {
  return ({ headers, method }, response) => {
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? [];
    const part = content.subarray(Number(first ?? 0), Number(last ?? content.length - 1) + 1);
    const range = first === undefined ? {} : { 'content-range': `bytes ${first}-${last ?? ''}/${content.length}` };
    response.writeHead(first === undefined ? 200 : 206, {
      'content-length': part.length,
      'accept-ranges': 'bytes',
      ...range,
    });
    response.end(method === 'HEAD' ? undefined : part);
  };
}

describe.skipIf(reasonToSkip() !== undefined)('a source with iso_skip_cache', { timeout: 180_000 }, () => {
  it('is read by QEMU from where it is, and nothing is downloaded', async () => {
    const home = newHome();
    const disk = readFileSync(grubDisk(home, ['echo from afar']));
    const { url, requests } = await serve(inRanges(disk));
    const { error } = await bake(
      tinyOptions(home, { ...byItself, iso_url: url, iso_checksum: null, iso_skip_cache: true, memory: 64 }),
      { home },
    );
    expect(error).toBeUndefined();
    expect(said(home)).toContain('from afar');
    expect(requests.some(({ headers }) => headers.range !== undefined)).toBe(true);
    expect(existsSync(join(home, 'cache/downloads'))).toBe(false);
    expect(imageInfo(join(home, 'out/web.qcow2'))['backing-filename']).toBeUndefined();
  });

  it('is used where it is when it is a file', async () => {
    const home = newHome();
    const iso_url = grubDisk(home, ['echo at hand']);
    const { error } = await bake(tinyOptions(home, { ...byItself, iso_url, iso_skip_cache: true, memory: 64 }), {
      home,
    });
    expect(error).toBeUndefined();
    expect(said(home)).toContain('at hand');
  });

  it('ends the build when QEMU cannot read it, and says why', async () => {
    const home = newHome();
    const { url } = await serve((_request, response) => response.writeHead(404).end());
    const options = { ...byItself, iso_url: url, iso_checksum: null, iso_skip_cache: true };
    const { error, small } = await bake(tinyOptions(home, options), { home });
    expect(error).toMatchObject({ code: 'SOURCE_UNREADABLE', message: expect.stringContaining('404') as string });
    expect(small.steps.at(-1)).toBe('find source');
    expect(leftovers(home)).toEqual([]);
  });
});
