import { execFileSync } from 'node:child_process';
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { emptyDirectoryKind, pathKind, socketKind } from '../../../../core/run/scope/kinds.ts';
import { stageKind } from '../../../../core/run/output/output-stage.ts';
import type { ReleaseContext, ResourceKind } from '../../../../core/contract/resource.ts';

const context: ReleaseContext = { signal: new AbortController().signal, say: () => undefined };
const asRoot = process.getuid?.() === 0;
let directory: string;
let place: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kiln-own-'));
  place = join(directory, 'made');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Releases what was made at `place` after `meanwhile`. */
async function releaseAfter(kind: ResourceKind<string>, meanwhile: () => void): Promise<void> {
  mkdirSync(place);
  const identity = await kind.identify?.(place);
  meanwhile();
  await kind.release(place, {}, { ...context, ...(identity === undefined ? {} : { identity }) });
}

test.each([pathKind, stageKind])('a "$kind" is removed when it is the one on record', async (kind) => {
  await releaseAfter(kind, () => {
    mkdirSync(join(place, 'a/b'), { recursive: true });
    writeFileSync(join(place, 'a/b/c'), '');
  });
  expect(existsSync(place)).toBe(false);
  await releaseAfter(kind, () => rmSync(place, { recursive: true }));
});

test.each([pathKind, stageKind])('a "$kind" that was made anew by somebody else stays', async (kind) => {
  const released = releaseAfter(kind, () => {
    renameSync(place, join(directory, 'moved'));
    mkdirSync(place);
    writeFileSync(join(place, 'mine'), '');
    symlinkSync(JSON.stringify({ to: join(directory, 'target'), identity: '' }), join(place, '.publishing'));
    mkdirSync(join(place, '.replaced'));
  });
  await expect(released).rejects.toMatchObject({ code: 'NOT_OURS' });
  expect(readdirSync(place).sort()).toEqual(['.publishing', '.replaced', 'mine']);
  expect(existsSync(join(directory, 'target'))).toBe(false);
});

test.each([pathKind, stageKind])('a link in the place of a "$kind" is neither followed nor removed', async (kind) => {
  mkdirSync(join(directory, 'victim'));
  writeFileSync(join(directory, 'victim/file'), '');
  const released = releaseAfter(kind, () => {
    rmSync(place, { recursive: true });
    symlinkSync('victim', place);
  });
  await expect(released).rejects.toMatchObject({ code: 'NOT_OURS' });
  expect(readdirSync(join(directory, 'victim'))).toEqual(['file']);
});

test.skipIf(!asRoot)('of an older Kiln, which recorded no identity, another user’s is refused', async () => {
  mkdirSync(place);
  chownSync(place, 54_321, 54_321);
  await expect(pathKind.release(place, {}, context)).rejects.toMatchObject({
    code: 'NOT_OURS',
    message: expect.stringContaining('another user (54321)') as string,
  });
  chownSync(place, 0, 0);
  await pathKind.release(place, {}, context);
  expect(existsSync(place)).toBe(false);
});

test('directories that turn into links while they are emptied are not followed', async () => {
  const victim = join(directory, 'victim');
  mkdirSync(victim);
  for (let each = 0; each < 50; each += 1) writeFileSync(join(victim, `f${each}`), 'mine');
  for (let round = 0; round < 15; round += 1) {
    mkdirSync(join(place, 'd'), { recursive: true });
    symlinkSync(victim, join(directory, 'link'));
    for (let each = 0; each < 400; each += 1) writeFileSync(join(place, `d/f${each}`), '');
    const removing = pathKind.release(place, {}, context);
    // While it goes on: each turn of the event loop may be between its look and its removal.
    for (let turns = 0; turns < round; turns += 1) await new Promise(setImmediate);
    try {
      renameSync(join(place, 'd'), join(directory, `aside${round}`));
      renameSync(join(directory, 'link'), join(place, 'd'));
    } catch {
      // It was removed before.
    }
    await removing;
    expect(existsSync(place)).toBe(false);
    rmSync(join(directory, 'link'), { force: true });
  }
  expect(readdirSync(victim)).toHaveLength(50);
});

test('an empty directory that somebody else made in the place of Kiln’s stays', async () => {
  await releaseAfter(emptyDirectoryKind, () => {
    renameSync(place, join(directory, 'moved'));
    mkdirSync(place);
  });
  expect(existsSync(place)).toBe(true);
  rmSync(place, { recursive: true });
  await releaseAfter(emptyDirectoryKind, () => undefined);
  expect(existsSync(place)).toBe(false);
});

test('a socket is removed, and nothing else that is where it was to be', async () => {
  const server = createServer().listen(place);
  await new Promise((resolve) => server.once('listening', resolve));
  await socketKind.release(place, {}, context);
  expect(existsSync(place)).toBe(false);
  server.close();
  await socketKind.release(place, {}, context);
  mkdirSync(place);
  writeFileSync(join(place, 'notes'), 'mine');
  await socketKind.release(place, {}, context);
  expect(readFileSync(join(place, 'notes'), 'utf8')).toBe('mine');
  rmSync(place, { recursive: true });
  execFileSync('mkfifo', [place]);
  await socketKind.release(place, {}, context);
  expect(existsSync(place)).toBe(true);
});
