import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { command, file, kiln, path, type Ended } from '../../cli/run-kiln.ts';

const asRoot = process.getuid?.() === 0;
const template = file('null.json', { builders: [{ type: 'null', communicator: 'none' }] });

/** As a user that the system does not know, without Kiln's own variables. */
function asNobody(args: readonly string[], env: Record<string, string>): Promise<Ended> {
  const drop = ['--reuid=54321', '--regid=54321', '--clear-groups'];
  chmodSync(path('.'), 0o755);
  return new Promise((resolve) => {
    const options = { cwd: path('.'), env: { PATH: process.env['PATH'], KILN_SETUP: '0', ...env }, timeout: 20_000 };
    execFile('setpriv', [...drop, ...command(args)], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : null;
      resolve({ code, stdout, stderr });
    });
  });
}

test.skipIf(!asRoot).each([['runs'], ['gc'], ['build', template]])(
  'without HOME and an entry in passwd, "kiln %s" says what to set',
  async (...args) => {
    const { code, stderr } = await asNobody(args, {});
    expect(stderr).toContain('error HOME_UNKNOWN');
    expect(stderr).toContain('set HOME, or KILN_STATE_DIR and KILN_CACHE_DIR');
    expect(code).toBe(2);
  },
);

test('an empty HOME is as good as none: nothing is looked for where anybody may write', async () => {
  const planted = path('tmp/.local/state/kiln/runs');
  mkdirSync(planted, { recursive: true });
  const env = { HOME: '', TMPDIR: path('tmp'), KILN_STATE_DIR: '', XDG_STATE_HOME: '' };
  const { code, stdout, stderr } = await kiln(['runs', '-json'], { env });
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).not.toContain('tmp/.local');
});

test.each([
  ['/proc/kiln/state', 'JOURNAL_FAILED', 1],
  ['/proc/self/state', 'JOURNAL_FAILED', 1],
  ['/dev/null/state', 'STATE_NO_DIRECTORY', 2],
])('a state directory at %s ends in an error, not in a loop', async (place, said, exitCode) => {
  const { code, stdout, stderr } = await kiln(['build', template], { env: { KILN_STATE_DIR: place } });
  expect(stdout + stderr).toContain(said);
  expect(code).toBe(exitCode);
  expect(existsSync(place)).toBe(false);
});

test.each([
  { type: 'file', content: 'x', target: '/proc/kiln/a/b' },
  { type: 'file', content: 'x', target: '/proc/self/fd/a/b' },
])('an output at $target ends in an error, not in a loop', async (builder) => {
  const { code, stdout } = await kiln(['build', file('proc.json', { builders: [builder] })]);
  expect(stdout).toContain('OUTPUT_NOT_WRITTEN');
  expect(code).toBe(1);
});
