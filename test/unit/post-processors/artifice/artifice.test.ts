import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { postProcess } from '../../../../post-processors/artifice/run.ts';
import {
  artifactOf,
  enterWorkingDirectory,
  madeBy,
  postProcessRun,
  type WorkingDirectory,
} from '../../../support/post-process-run.ts';

let work: WorkingDirectory;
beforeEach(async () => {
  work = await enterWorkingDirectory();
  await mkdir('out/directory.img', { recursive: true });
  for (const name of ['b.img', 'a.img', 'notes']) await writeFile(join('out', name), '');
});
afterEach(() => work.leave());

const disk = (name: string): string => join(work.path, 'out', name);

test('the files are those that the patterns find, each once, and no directories', async () => {
  const run = postProcessRun();
  const made = await postProcess(artifactOf([]), { files: ['out/notes', 'out/*.img', './out/[an]*'] }, run);
  expect(madeBy(made)).toEqual({
    builderId: 'packer.post-processor.artifice',
    id: '',
    description: 'Created artifact from files: out/notes, out/a.img, out/b.img',
    files: ['notes', 'a.img', 'b.img'].map(disk),
    properties: {},
  });
  expect(made.input).toBe('keep');
  expect(run.lines).toEqual([]);
});

test('what is known of a disk stays known', async () => {
  const disks = ['a.img', 'b.img'].map((name) => ({ path: disk(name), format: 'raw', virtualSize: 512 }));
  const input = { ...artifactOf(disks.map(({ path }) => path)), disks };
  expect(madeBy(await postProcess(input, { files: ['out/b.img'] }, postProcessRun()))?.disks).toEqual(disks.slice(1));
});

test('a pattern without a file is named, and so is an artifact without any', async () => {
  const run = postProcessRun();
  await postProcess(artifactOf([]), { files: ['out/notes', 'out/*.iso', 'out/directory.img'] }, run);
  expect(run.lines).toEqual(['no file is called out/*.iso', 'no file is called out/directory.img']);
  await expect(postProcess(artifactOf([]), { files: ['none', 'out/*.iso'] }, run)).rejects.toMatchObject({
    code: 'ARTIFICE_NO_FILES',
    message: 'there is no artifact: no file is called none, no file is called out/*.iso',
    pointer: '/files',
  });
});
