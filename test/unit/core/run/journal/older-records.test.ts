import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { PostProcessed } from '../../../../../core/contract/component.ts';
import { StepError } from '../../../../../core/errors/errors.ts';
import { openThings, parseJournal } from '../../../../../core/run/journal/journal-record.ts';
import { listRuns } from '../../../../../core/run/recovery/list-runs.ts';
import { runPlan } from '../../../../../core/run/run-plan.ts';
import {
  artifactForTest,
  buildForTest,
  planForTest,
  postProcessorForTest,
  testRun,
} from '../../../../support/plan-for-test.ts';

const about = { record: 'post-processed', build: 'test.a', name: 'x', sequence: 0, position: 1 };
const artifact = artifactForTest('box', ['/box']);

it.each([
  [
    { keepByDefault: true, contained: true, made: true, artifact },
    { input: 'contained', artifact },
  ],
  [
    { keepByDefault: true, contained: true, made: false, artifact },
    { input: 'contained', artifact: 'input' },
  ],
  [
    { keepByDefault: true, contained: false, made: false, artifact },
    { input: 'keep', artifact: 'input' },
  ],
  [
    { keepByDefault: false, contained: false, made: true, artifact },
    { input: 'discard', artifact },
  ],
  [
    { keepByDefault: true, contained: false, made: true, artifact: null },
    { input: 'keep', artifact: null },
  ],
])('a post-processor’s record of three flags is read in the words of today: %j', (flags, words) => {
  expect(parseJournal(JSON.stringify({ ...about, ...flags }))).toEqual([{ ...about, ...words }]);
});

it('a record of flags counts for what was made before it: gc takes it for served', () => {
  const intent = { record: 'intent', token: 't', kind: 'path', build: 'test.a', describe: 'd', locator: null };
  const flags = { keepByDefault: false, contained: false, made: true, artifact };
  const lines = [intent, { ...about, ...flags }].map((line) => JSON.stringify(line));
  expect(openThings(parseJournal(lines.join('\n')))).toMatchObject([{ token: 't', served: true }]);
});

it.each([{ keepByDefault: 1, contained: false, made: true, artifact }, { made: true, artifact }, { artifact }])(
  'a record with neither is not one: %j',
  (flags) => {
    expect(parseJournal(JSON.stringify({ ...about, ...flags }))).toEqual([]);
  },
);

it('an intent with hints is read with them as its locator, also null ones', () => {
  const intent = { record: 'intent', token: 't', kind: 'path', build: 'test.a', describe: 'd' };
  for (const locator of [{ directory: '/tmp' }, null]) {
    const lines = [
      { ...intent, hints: locator },
      { ...intent, locator },
    ].map((line) => JSON.stringify(line));
    for (const line of lines) expect(parseJournal(line)).toEqual([{ ...intent, locator }]);
    expect(openThings(parseJournal(lines[0]!))).toMatchObject([{ token: 't', locator }]);
  }
  expect(parseJournal(JSON.stringify(intent))).toEqual([]);
});

it('an intent with an empty build is read as one of the run’s own, and one with a build that is no text is not read', () => {
  const own = { record: 'intent', token: 't', kind: 'path', describe: 'd', locator: null };
  for (const line of [{ ...own, build: '' }, own]) {
    const records = parseJournal(JSON.stringify(line));
    expect(records).toStrictEqual([own]);
    expect(openThings(records)).toMatchObject([{ token: 't', build: undefined }]);
  }
  expect(parseJournal(JSON.stringify({ ...own, build: 1 }))).toEqual([]);
});

const ARTIFACT = { builderId: 'x', id: 'VM', description: 'd' };
const QEMU = {
  ...ARTIFACT,
  files: ['/out/efivars.fd', '/out/web', '/out/web-1'],
  properties: {
    disk: '/out/web',
    format: 'raw',
    virtualSize: 1024,
    firmware: 'efi',
    architecture: 'x86_64',
    disks: ['/out/web', '/out/web-1'].map((path) => ({ path, format: 'raw', virtualSize: 1024 })),
    efiVars: '/out/efivars.fd',
  },
};
const ROOTFS = {
  ...ARTIFACT,
  files: ['/out/web.raw'],
  properties: { format: 'raw', virtualSize: 512, architecture: 'x86_64', firmware: ['bios', 'uefi'], suite: 'trixie' },
};
const disk = { format: 'raw', virtualSize: 1024 };

it.each([
  [
    QEMU,
    [
      { ...disk, path: '/out/web', firmware: ['uefi'], architecture: 'x86_64', firmwareVariables: '/out/efivars.fd' },
      { ...disk, path: '/out/web-1' },
    ],
  ],
  [ROOTFS, [{ ...disk, path: '/out/web.raw', virtualSize: 512, firmware: ['bios', 'uefi'], architecture: 'x86_64' }]],
  [{ ...ARTIFACT, files: ['/a.gz'], properties: { packing: 'gzip' } }, undefined],
])('an artifact that had its disks among its properties has them by themselves: %j', (before, disks) => {
  const after = disks === undefined ? before : { ...before, disks };
  const lines = [
    { record: 'artifact', build: 'a', data: {} },
    { ...about, input: 'keep' },
  ];
  for (const line of lines) {
    expect(parseJournal(JSON.stringify({ ...line, artifact: before }))).toEqual([{ ...line, artifact: after }]);
    expect(parseJournal(JSON.stringify({ ...line, artifact: after }))).toEqual([{ ...line, artifact: after }]);
  }
});

it.each([{}, { path: '/a', format: 'raw' }, { path: '/a', format: 'raw', virtualSize: 1, firmware: 'efi' }])(
  'an artifact with a disk that is none is not read: %j',
  (wrong) => {
    const line = { record: 'artifact', build: 'a', data: {}, artifact: { ...artifact, disks: [wrong] } };
    expect(parseJournal(JSON.stringify(line))).toEqual([]);
  },
);

/** A post-processor's line as Kiln wrote it before; `given` is its input. */
function inFlags(line: string, given: unknown): string {
  const { input, artifact: made, ...rest } = JSON.parse(line) as PostProcessed & { readonly record: string };
  if (rest.record !== 'post-processed') return line;
  const keepByDefault = input !== 'discard';
  const flags = { keepByDefault, contained: input === 'contained', artifact: made === 'input' ? given : made };
  return JSON.stringify({ ...rest, ...flags, made: made !== 'input' });
}

it('a run whose journal has flags is resumed where it stopped, and what it used up goes', async () => {
  await using test = await testRun();
  const place = (name: string): string => join(test.directory, name);
  const image = artifactForTest('image', [place('image')]);
  const ran: string[] = [];
  const passer = postProcessorForTest('passer', () => {
    ran.push('passer');
    return Promise.resolve({ artifact: 'input', input: 'contained' });
  });
  const maker = postProcessorForTest('maker', async () => {
    ran.push('maker');
    await writeFile(place('box'), '');
    return { artifact: artifactForTest('box', [place('box')]), input: 'discard' };
  });
  const last = postProcessorForTest('last', () => {
    ran.push('last');
    if (ran.length === 3) return Promise.reject(new StepError('no room', { code: 'NO_ROOM' }));
    return Promise.resolve({ artifact: 'input', input: 'contained' });
  });
  const build = async (): Promise<typeof image> => {
    ran.length = 0;
    await writeFile(place('image'), '');
    return image;
  };
  const plan = planForTest([buildForTest('a', build, { postProcessors: [[passer, maker, last]] })]);
  expect((await runPlan(plan, test.options)).outcome).toBe('failed');
  const [run] = await listRuns(test.options.stateDirectory);
  const journal = join(run!.directory, 'journal.jsonl');
  const lines = (await readFile(journal, 'utf8')).split('\n').filter((line) => line !== '');
  await writeFile(journal, lines.map((line) => `${inFlags(line, image)}\n`).join(''));
  expect(await readFile(journal, 'utf8')).toContain('"keepByDefault":true,"contained":true,');
  const resume = { run: run!, findKind: () => Promise.resolve(undefined), postProcessAgain: false };
  const { outcome, builds } = await runPlan(plan, { ...test.options, resume });
  expect(outcome).toBe('succeeded');
  expect(ran).toEqual(['passer', 'maker', 'last', 'last']);
  expect(builds[0]?.artifacts.map(({ id }) => id)).toEqual(['box']);
  expect([existsSync(place('image')), existsSync(place('box'))]).toEqual([false, true]);
});
