import { lutimes, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { outputLockKind } from '../../../../../core/run/output/output-lock.ts';
import { stageKind } from '../../../../../core/run/output/output-stage.ts';
import { thisOwner } from '../../../../../core/locks/owner.ts';
import { adoptOutput, stageOutput } from '../../../../../core/run/output/staged-output.ts';
import { acquireForTest, type TestScope } from '../../../../support/acquire.ts';

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

test.each([
  ['below a file', 'file/image'],
  ['whose name is too long', 'n'.repeat(260)],
])("a place %s is an error in the system's words, and nothing is left of it", async (_what, name) => {
  await writeFile(join(directory, 'file'), 'mine');
  const refused = stageOutput(scope, join(directory, name), { force: true });
  await expect(refused).rejects.toMatchObject({
    code: 'OUTPUT_NOT_WRITTEN',
    message: expect.not.stringContaining('token') as string,
  });
  await expect(outputLockKind.find('a token', { path: join(directory, `${name}.lock`) }, context)).resolves.toEqual([]);
  await scope.releaseAll();
  expect(await readdir(directory)).toEqual(['file']);
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
  const found = await stageKind.find(scope.tokens.at(-1) ?? '', { directory }, context);
  expect(found).toEqual([join(staged.path, '..')]);
  await stageKind.release(found[0] ?? '', { directory }, context);
  expect(await readdir(directory)).toEqual(['.image.kiln-lock']);
});

describe('what a process that was killed just after it had published', () => {
  async function published(force: boolean): Promise<{ readonly place: string; readonly stage: string }> {
    const place = join(directory, 'image');
    const staged = await stageOutput(scope, place, { force });
    await mkdir(staged.path);
    await writeFile(join(staged.path, 'disk'), 'new');
    await staged.publish();
    return { place, stage: staged.checkpoint.stage };
  }

  test('left: a collection keeps the output', async () => {
    const { place, stage } = await published(false);
    await stageKind.release(stage, { directory }, context);
    expect(await readFile(join(place, 'disk'), 'utf8')).toBe('new');
  });

  test('left: whoever begins anew finds the place free, or with what was there before', async () => {
    const { stage } = await published(false);
    await stageKind.releaseForRetry?.(stage, { directory }, context);
    expect(await readdir(directory)).toEqual(['.image.kiln-lock']);
    await scope.releaseAll();
    await mkdir(join(directory, 'image'));
    await writeFile(join(directory, 'image/old'), 'old');
    scope = acquireForTest();
    const second = await published(true);
    await stageKind.releaseForRetry?.(second.stage, { directory }, context);
    expect(await readdir(second.place)).toEqual(['old']);
  });

  test('left and somebody has replaced since: that is not touched', async () => {
    const { place, stage } = await published(false);
    await rm(place, { recursive: true });
    await writeFile(place, 'mine');
    await stageKind.releaseForRetry?.(stage, { directory }, context);
    expect(await readFile(place, 'utf8')).toBe('mine');
  });

  test('had put aside an old output, and not the new one into its place: the old one is back after a collection', async () => {
    const { place, stage } = await published(true);
    await rename(place, join(stage, '.replaced'));
    await stageKind.release(stage, { directory }, context);
    expect(await readdir(place)).toEqual(['disk']);
  });

  test('published: a builder that goes on has it in its stage again', async () => {
    const makeDirectory = async (path: string): Promise<void> => {
      await mkdir(path);
    };
    for (const make of [writeFile, makeDirectory]) {
      const staged = await stageOutput(scope, join(directory, 'image'), { force: false });
      await make(staged.path, 'new');
      await staged.publish();
      const adopt = (_kind: unknown, id: never): never =>
        ({ id, handle: undefined, release: () => Promise.resolve(), keep: () => Promise.resolve() }) as never;
      const again = await adoptOutput({ adopt }, join(directory, 'image'), staged.checkpoint, { force: false });
      expect(await readdir(directory)).not.toContain('image');
      await again.publish();
      expect(await readdir(directory)).toContain('image');
      await scope.releaseAll();
      await rm(join(directory, 'image'), { recursive: true });
    }
  });
});

test('an output that someone is writing is refused at once, and free again when that is done', async () => {
  const place = join(directory, 'image');
  const staged = await stageOutput(scope, place, { force: false });
  const second = acquireForTest();
  await expect(stageOutput(second, place, { force: true })).rejects.toMatchObject({
    code: 'OUTPUT_IN_USE',
    message: `another build is writing ${place} (process ${process.pid})`,
  });
  await writeFile(staged.path, 'first');
  await staged.publish();
  await scope.releaseAll();
  const third = acquireForTest();
  await stageOutput(third, place, { force: true });
  await third.releaseAll();
  expect(await readdir(directory)).toEqual(['image']);
});

test('the lock of a process that is gone is broken, by one of several that want it', async () => {
  const place = join(directory, 'image');
  const { started } = thisOwner();
  const dead = { ...thisOwner(), started: started.replace(/:.*/, ':1') };
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
