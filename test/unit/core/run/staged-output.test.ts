import { lutimes, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { pathKind } from '../../../../core/run/kinds.ts';
import { thisOwner } from '../../../../core/run/owner.ts';
import { stageOutput } from '../../../../core/run/staged-output.ts';
import { acquireForTest, type TestScope } from '../../../support/acquire.ts';

const context = { signal: new AbortController().signal, say: (): void => undefined };
let directory: string;
let scope: TestScope;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kiln-stage-'));
  scope = acquireForTest();
});
afterEach(() => rm(directory, { recursive: true, force: true }));

test('a file appears at its place only when it is published', async () => {
  const place = join(directory, 'image.raw');
  const staged = await stageOutput(scope, place, { force: false });
  await writeFile(staged.path, 'half');
  expect((await readdir(directory)).filter((name) => !name.startsWith('.'))).toEqual([]);
  await staged.publish();
  await scope.releaseAll();
  expect(await readdir(directory)).toEqual(['image.raw']);
});

test('a directory appears whole, with its own name inside the stage', async () => {
  const place = join(directory, 'a/b/output');
  const staged = await stageOutput(scope, place, { force: false });
  await mkdir(staged.path);
  await writeFile(join(staged.path, 'disk'), 'x');
  await staged.publish();
  await scope.releaseAll();
  expect(await readdir(directory, { recursive: true })).toEqual(['a', 'a/b', 'a/b/output', 'a/b/output/disk']);
});

test('what was not published is gone when the scope ends, with the directories made for it', async () => {
  const staged = await stageOutput(scope, join(directory, 'a/b/image'), { force: false });
  await writeFile(staged.path, 'half');
  await scope.releaseAll();
  expect(await readdir(directory)).toEqual([]);
});

test('a directory made for the output stays when someone else put something there', async () => {
  await stageOutput(scope, join(directory, 'a/image'), { force: false });
  await writeFile(join(directory, 'a/mine'), 'x');
  await scope.releaseAll();
  expect(await readdir(join(directory, 'a'))).toEqual(['mine']);
});

test('an existing output is refused at once without force', async () => {
  await writeFile(join(directory, 'image'), 'mine');
  const refused = stageOutput(scope, join(directory, 'image'), { force: false });
  await expect(refused).rejects.toMatchObject({
    code: 'OUTPUT_EXISTS',
    hint: expect.stringContaining('-force') as string,
  });
});

test('an output that came there meanwhile is not overwritten', async () => {
  const place = join(directory, 'image');
  const staged = await stageOutput(scope, place, { force: false });
  await writeFile(staged.path, 'new');
  await writeFile(place, 'mine');
  await expect(staged.publish()).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' });
  await scope.releaseAll();
  expect(await readFile(place, 'utf8')).toBe('mine');
});

test('with force a file and a whole directory are replaced', async () => {
  await writeFile(join(directory, 'file'), 'old');
  await mkdir(join(directory, 'dir'));
  await writeFile(join(directory, 'dir/old'), 'old');
  const file = await stageOutput(scope, join(directory, 'file'), { force: true });
  await writeFile(file.path, 'new');
  const dir = await stageOutput(scope, join(directory, 'dir'), { force: true });
  await mkdir(dir.path);
  await file.publish();
  await dir.publish();
  await scope.releaseAll();
  expect(await readFile(join(directory, 'file'), 'utf8')).toBe('new');
  expect(await readdir(join(directory, 'dir'))).toEqual([]);
  expect((await readdir(directory)).toSorted()).toEqual(['dir', 'file']);
});

test('the stage of a dead run is found by its token', async () => {
  const staged = await stageOutput(scope, join(directory, 'image'), { force: false });
  const found = await pathKind.find(scope.tokens.at(-1) ?? '', { directory }, context);
  expect(found).toEqual([join(staged.path, '..')]);
  await pathKind.release(found[0] ?? '', { directory }, context);
  expect(await readdir(directory)).toEqual(['.image.kiln-lock']);
});

test('an output that someone is writing is refused at once, and free again when that is published', async () => {
  const place = join(directory, 'image');
  const staged = await stageOutput(scope, place, { force: false });
  const second = acquireForTest();
  await expect(stageOutput(second, place, { force: true })).rejects.toMatchObject({
    code: 'OUTPUT_IN_USE',
    message: `another build is writing ${place} (process ${process.pid})`,
  });
  await writeFile(staged.path, 'first');
  await staged.publish();
  const third = acquireForTest();
  await stageOutput(third, place, { force: true });
  await third.releaseAll();
  expect(await readdir(directory)).toEqual(['image']);
});

test('the lock of a process that is gone is broken, by one of several that want it', async () => {
  const place = join(directory, 'image');
  const dead = { ...thisOwner(), started: 'an-earlier-boot:1' };
  await symlink(JSON.stringify({ token: 'old', owner: dead }), join(directory, '.image.kiln-lock'));
  const scopes = Array.from({ length: 8 }, () => acquireForTest());
  const outcomes = await Promise.allSettled(scopes.map((each) => stageOutput(each, place, { force: false })));
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const each of scopes) await each.releaseAll();
  expect(await readdir(directory)).toEqual([]);
});

test('a lock of another machine counts for a day', async () => {
  const place = join(directory, 'image');
  const lock = join(directory, '.image.kiln-lock');
  await symlink(JSON.stringify({ token: 'theirs', owner: { ...thisOwner(), host: 'elsewhere' } }), lock);
  await expect(stageOutput(scope, place, { force: false })).rejects.toThrow(`process ${process.pid} on elsewhere`);
  const old = new Date(Date.now() - 25 * 3600_000);
  await lutimes(lock, old, old);
  await stageOutput(scope, place, { force: false });
  await scope.releaseAll();
});
