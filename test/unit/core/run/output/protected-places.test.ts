import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { protectPlaces } from '../../../../../core/run/output/protected-places.ts';
import { stageOutput, stageSharedFile } from '../../../../../core/run/output/staged-output.ts';
import { acquireForTest, type TestScope } from '../../../../support/acquire.ts';
import { lacks } from '../../../../support/kiln/needs.ts';
import { enterWorkingDirectory, type WorkingDirectory } from '../../../../support/post-process-run.ts';

let scope: TestScope;
let at: WorkingDirectory;
beforeEach(async () => {
  scope = acquireForTest();
  at = await enterWorkingDirectory();
  mkdirSync('project/src', { recursive: true });
  mkdirSync('iso');
  writeFileSync('project/src/code.c', 'precious');
  writeFileSync('project/t.json', '{}');
  writeFileSync('iso/base.raw', 'base');
  symlinkSync('project', 'link');
  symlinkSync('../iso/base.raw', 'project/linked.raw');
  process.chdir('project');
});
afterEach(() => at.leave());

const force = { force: true };

test.each(['.', './', '..', '../..', 'src/..', '../link', '../project', '/', '/tmp', '/proc'])(
  'the output "%s" is refused, since it holds what must stay, with and without force',
  async (output) => {
    const place = join(process.cwd(), output);
    const wanted = output.startsWith('/') ? output : place;
    const refused = { code: 'OUTPUT_PROTECTED', message: expect.stringMatching(/is|holds/) as string };
    await expect(stageOutput(scope, wanted, force)).rejects.toMatchObject(refused);
    await expect(stageOutput(scope, wanted, { force: false })).rejects.toMatchObject(refused);
    expect(readdirSync('.')).toEqual(['linked.raw', 'src', 't.json']);
  },
);

test.each([
  ['a directory with it', '../iso', ['../iso/base.raw']],
  ['a directory with what a link leads to', '../iso', ['linked.raw']],
  ['itself', '../iso/base.raw', ['../iso/base.raw']],
  ['itself by a link', '../link/linked.raw', ['../iso/base.raw']],
])('what the output is made of is not replaced: %s', async (_what, output, inputs) => {
  const staged = stageOutput(scope, join(process.cwd(), output), { force: true, inputs });
  await expect(staged).rejects.toMatchObject({ code: 'OUTPUT_PROTECTED' });
  expect(readFileSync('../iso/base.raw', 'utf8')).toBe('base');
});

test('a template is not replaced, not even through another name, and neither is what holds it', async () => {
  mkdirSync('templates');
  writeFileSync('templates/web.json', '{}');
  linkSync('templates/web.json', 'other.json');
  protectPlaces('the template', ['templates/web.json']);
  for (const output of ['templates', 'templates/web.json', 'other.json']) {
    await expect(stageOutput(scope, join(process.cwd(), output), force)).rejects.toMatchObject({
      code: 'OUTPUT_PROTECTED',
      message: expect.stringContaining('the template') as string,
    });
    await expect(stageSharedFile(scope, join(process.cwd(), output))).rejects.toMatchObject({
      code: 'OUTPUT_PROTECTED',
    });
  }
});

test('a place that comes to hold something meanwhile is not replaced', async () => {
  const place = join(process.cwd(), 'out');
  const staged = await stageOutput(scope, place, { force: true, inputs: ['out/disk'] });
  await mkdir(staged.path);
  await mkdir(place);
  await writeFile(join(place, 'disk'), 'mine');
  await expect(staged.publish()).rejects.toMatchObject({ code: 'OUTPUT_PROTECTED' });
  await scope.releaseAll();
  expect(readFileSync('out/disk', 'utf8')).toBe('mine');
});

test('an output does not take the one of another build along', async () => {
  const inner = await stageOutput(scope, join(process.cwd(), 'images/web/disk'), force);
  await writeFile(inner.path, 'x');
  for (const output of ['images', 'images/web']) {
    const outer = stageOutput(scope, join(process.cwd(), output), force);
    await expect(outer).rejects.toMatchObject({ code: 'OUTPUT_PROTECTED' });
  }
  await inner.publish();
  expect(readFileSync('images/web/disk', 'utf8')).toBe('x');
});

test('a device or a FIFO is no place for a file', async () => {
  execFileSync('mkfifo', ['pipe']);
  for (const place of ['/dev/null', join(process.cwd(), 'pipe')]) {
    await expect(stageSharedFile(scope, place)).rejects.toMatchObject({ code: 'OUTPUT_NOT_A_FILE' });
    await expect(stageOutput(scope, place, force)).rejects.toMatchObject({ code: 'OUTPUT_NOT_A_FILE' });
  }
});

test.skipIf(lacks(['mount'], true))('a directory in which a file system is mounted is not replaced', async () => {
  mkdirSync('disks/mounted', { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', 'kiln-test', 'disks/mounted']);
  try {
    for (const output of ['disks', 'disks/mounted']) {
      await expect(stageOutput(scope, join(process.cwd(), output), force)).rejects.toMatchObject({
        code: 'OUTPUT_PROTECTED',
        message: expect.stringContaining('mounted') as string,
      });
    }
  } finally {
    execFileSync('umount', ['disks/mounted']);
  }
});

test('an old output is replaced, beside all that', async () => {
  mkdirSync('output');
  writeFileSync('output/old', '');
  const staged = await stageOutput(scope, join(process.cwd(), 'output'), {
    force: true,
    inputs: ['../iso/base.raw', 'none'],
  });
  await mkdir(staged.path);
  await staged.publish();
  await scope.releaseAll();
  expect(readdirSync('output')).toEqual([]);
});
