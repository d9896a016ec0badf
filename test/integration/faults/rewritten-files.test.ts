import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { kiln, path } from '../../cli/run-kiln.ts';
import { lacks } from '../../support/kiln/needs.ts';

/** A template that is longer once it is formatted. */
function template(elements: number): string {
  return JSON.stringify({
    builders: [{ type: 'null', communicator: 'none' }],
    variables: Object.fromEntries(Array.from({ length: elements }, (_, each) => [`v${each}`, 'x'])),
  });
}

function place(name: string): string {
  mkdirSync(path(name));
  writeFileSync(path(`${name}/t.json`), template(3));
  return path(`${name}/t.json`);
}

test('fmt keeps the mode of a template, and leaves nothing beside it', async () => {
  const file = place('mode');
  chmodSync(file, 0o640);
  expect(await kiln(['fmt', file])).toMatchObject({ code: 0, stderr: '' });
  expect(readFileSync(file, 'utf8')).toContain('\n    "v0": "x"');
  expect(statSync(file).mode & 0o7777).toBe(0o640);
  expect(readdirSync(path('mode'))).toEqual(['t.json']);
});

test('fmt changes what a link leads to, and all names of a file', async () => {
  const file = place('links');
  symlinkSync('t.json', path('links/soft.json'));
  linkSync(file, path('links/hard.json'));
  expect((await kiln(['fmt', path('links/soft.json')])).code).toBe(0);
  expect(lstatSync(path('links/soft.json')).isSymbolicLink()).toBe(true);
  expect(statSync(file).nlink).toBe(2);
  expect(readFileSync(path('links/hard.json'), 'utf8')).toContain('\n    "v0": "x"');
});

test.skipIf(lacks(['mount'], true)).each([1, 2])(
  'on a full disk fmt says so and leaves the template as it was (%i names)',
  async (names) => {
    const at = path(`full-${names}`);
    mkdirSync(at);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'kiln-test', at]);
    onTestFinished(() => void execFileSync('umount', [at]));
    const file = join(at, 't.json');
    const before = template(1200);
    writeFileSync(file, before);
    if (names === 2) linkSync(file, join(at, 'other.json'));
    execFileSync('sh', ['-c', `cat /dev/zero > ${join(at, 'fill')} 2>/dev/null; true`]);
    const { code, stdout, stderr } = await kiln(['fmt', file]);
    expect(stdout + stderr).toContain('OUTPUT_NOT_WRITTEN');
    expect(code).toBe(1);
    expect(readFileSync(file, 'utf8')).toBe(before);
    rmSync(join(at, 'fill'));
    expect(readdirSync(at)).toEqual(names === 2 ? ['other.json', 't.json'] : ['t.json']);
  },
);

test('a working directory that was removed is no bug', async () => {
  mkdirSync(path('gone'));
  writeFileSync(path('here.json'), template(1));
  writeFileSync(
    path('leave.cjs'),
    `process.chdir(${JSON.stringify(path('gone'))}); require('fs').rmdirSync(${JSON.stringify(path('gone'))});`,
  );
  const { code, stdout, stderr } = await kiln(['validate', path('here.json')], {
    env: { NODE_OPTIONS: `--require ${path('leave.cjs')}` },
  });
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain('error WORKING_DIRECTORY_GONE');
});
