import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSecondGoes } from '../../support/kiln/second-go.ts';

const root = join(import.meta.dirname, '../../..');

const tests = `let goes = 0;
describe('a suite', () => {
  test('flaky', () => { goes += 1; expect(goes).toBe(2); });
  test('steady', () => {});
});
`;

interface Outcome {
  readonly code: number;
  readonly output: string;
}

/** Runs a file with a test that passes in its second go only, with this list. */
async function runWith(list: string, text = tests): Promise<Outcome> {
  const directory = await mkdtemp(join(tmpdir(), 'kiln-second-go-'));
  try {
    await writeFile(join(directory, 'list.txt'), list);
    await writeFile(join(directory, 'a.test.mjs'), text);
    await writeFile(
      join(directory, 'vitest.config.mjs'),
      `import { readSecondGoes, secondGoReporter } from ${JSON.stringify(join(root, 'test/support/kiln/second-go.ts'))};
export default { test: { globals: true, retry: 1, include: ['*.test.mjs'],
  reporters: ['default', secondGoReporter(readSecondGoes(${JSON.stringify(join(directory, 'list.txt'))}))] } };\n`,
    );
    return await new Promise((resolve) => {
      execFile(
        process.execPath,
        [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--root', directory],
        { cwd: directory, env: { PATH: process.env['PATH'], NO_COLOR: '1' } },
        (error, stdout, stderr) =>
          resolve({ code: error === null ? 0 : Number(error.code), output: `${stdout}${stderr}` }),
      );
    });
  } finally {
    await rm(directory, { recursive: true });
  }
}

test('a test that needed a second go is named, and fails the run unless it is listed', async () => {
  const unlisted = await runWith('# nothing\n');
  expect(unlisted.output).toContain('needed a second go: a.test.mjs > a suite > flaky (not in test/second-go.txt');
  expect(unlisted.output).not.toContain('steady');
  expect(unlisted.code).toBe(1);
});

test.each(['a.test.mjs > a suite > flaky', 'a.test.mjs > a suite', 'a.test.mjs'])(
  'one that is listed is named only: %s',
  async (line) => {
    const listed = await runWith(`${line}\n`);
    expect(listed.output).toContain('needed a second go: a.test.mjs > a suite > flaky\n');
    expect(listed.code).toBe(0);
  },
);

test('a run without second goes says nothing of them', async () => {
  const { code, output } = await runWith('a.test.mjs\n', "test('steady', () => {});\n");
  expect(output).toContain('1 passed');
  expect(output).not.toContain('second go');
  expect(code).toBe(0);
});

test('a line of the list that no test has any more fails the run', async () => {
  const { code, output } = await runWith('a.test.mjs > gone\n', "test('steady', () => {});\n");
  expect(output).toContain('take it off test/second-go.txt: a.test.mjs > gone');
  expect(code).toBe(1);
});

test('a test that fails twice is a failure and no more', async () => {
  const { code, output } = await runWith('', "test('broken', () => { throw new Error('no'); });\n");
  expect(output).not.toContain('needed a second go');
  expect(code).toBe(1);
});

/** Lower it with the list; there is no reason to raise it. */
const MOST = 4;

test('the list has no more lines than it had, and its files are there', () => {
  const listed = readSecondGoes();
  expect(listed.length).toBeLessThanOrEqual(MOST);
  for (const line of listed)
    expect([line, existsSync(join(root, line.split(' > ', 1).join('')))]).toEqual([line, true]);
});
