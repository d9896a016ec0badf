import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { exitCodes, interruptedCode } from '../../core/cli/ending/exit-codes.ts';
import { command, file, kiln, path, place, type Ended } from './run-kiln.ts';

const root = join(import.meta.dirname, '../..');

/** The codes of the table in docs/cli.md. */
const documented: readonly number[] = [
  ...readFileSync(join(root, 'docs/cli.md'), 'utf8').matchAll(/^\| (\d+(?:, \d+)*) +\|/gm),
].flatMap(([, codes = '']) => codes.split(', ').map(Number));

const seen = new Set<number>();
afterAll(() =>
  expect(
    [...seen].sort((a, b) => a - b),
    'each code of the table was seen',
  ).toEqual(documented),
);

function expectCode(code: number | null, wanted: number): void {
  expect(code).toBe(wanted);
  expect(documented).toContain(wanted);
  seen.add(wanted);
}

function build(script: string): string {
  return file(`${crypto.randomUUID()}.json`, {
    builders: [{ type: 'null', communicator: 'none' }],
    provisioners: [{ type: 'shell-local', inline: [script] }],
  });
}

/** Runs a build that says "started" and waits, with signals: the first then, each other one when it is being cancelled. */
async function interrupted(signals: readonly NodeJS.Signals[], script = 'echo started; sleep 60'): Promise<Ended> {
  const left = [...signals];
  let said = 'started\n';
  const ended = await kiln(['build', build(script)], {
    onOutput: (text, child) => {
      if (left.length === 0 || !text.includes(said)) return;
      said = 'Cancelling';
      child.kill(left.shift());
    },
  });
  expect(left).toEqual([]);
  return ended;
}

/** Signals of a process that it has not met yet. */
function pendingSignals(pid: number): bigint {
  const [, mask = '1'] = /^ShdPnd:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8')) ?? [];
  return BigInt(`0x${mask}`);
}

test('the table names the codes that there are', () => {
  const signals = ['SIGHUP', 'SIGINT', 'SIGTERM'].map(interruptedCode);
  // 128 + 9: a signal that nobody can meet.
  expect(documented).toEqual([...Object.values(exitCodes), ...signals.slice(0, 2), 137, ...signals.slice(2)]);
});

test('nothing but the end of Kiln sets a code', () => {
  const sources = globSync('{core,builders,provisioners,post-processors,plugins}/**/*.ts', { cwd: root })
    .filter((name) => !name.startsWith('core/dev/'))
    .filter((name) => /process\.exit\(|process\.exitCode|process\.abort/.test(readFileSync(join(root, name), 'utf8')));
  expect(sources).toEqual(['core/cli/ending/leave.ts']);
  const returned = globSync('core/cli/**/*.ts', { cwd: root }).flatMap((name) =>
    [...readFileSync(join(root, name), 'utf8').matchAll(/\bleave\((\d+)\)/g)].map(([, code]) => Number(code)),
  );
  for (const code of returned) expect(Object.values(exitCodes)).toContain(code);
});

describe('a command ends with', { timeout: 60_000 }, () => {
  test('0 when it is done', async () => {
    expectCode((await kiln(['build', build('true')])).code, 0);
    expectCode((await kiln(['validate', build('true')])).code, 0);
    expectCode((await kiln(['version'])).code, 0);
  });

  test.each<readonly [string, readonly string[]]>([
    ['a template that is wrong', ['validate', file('wrong.json', { builders: [{ type: 'no-such' }] })]],
    ['a template that is no JSON', ['build', file('no.json', '{')]],
    ['a build that fails', ['build', build('exit 5')]],
    ['a file that is not formatted', ['fmt', '-check', file('ugly.json', '{"builders":   []}')]],
    ['a line that cannot be worked out', ['console']],
  ])('1 for %s', async (_what, args) => {
    expectCode((await kiln(args, { stdin: '{{ nonsense }}\n' })).code, 1);
  });

  test.each<readonly [string, readonly string[]]>([
    ['an unknown flag', ['build', '-no-such', 'x.json']],
    ['an unknown command', ['no-such']],
    ['no command', []],
    ['a value that a flag does not take', ['build', '-parallel-builds=x', 'x.json']],
    ['a template that is not there', ['build', 'no-such.json']],
    ['a file of variables that is not there', ['build', '-var-file=no-such.json', build('true')]],
  ])('2 for %s', async (_what, args) => {
    expectCode((await kiln(args)).code, 2);
  });

  test('3 when something is left behind, also when the build fails or is interrupted', async () => {
    expectCode((await interrupted(['SIGINT', 'SIGINT'], 'trap "" TERM; echo started; sleep 60')).code, 3);
    expectCode((await kiln(['gc'])).code, 0);
  });

  test('70 for a bug', async () => {
    const preload = file(
      'bug.cjs',
      'require("fs").promises.readdir = () => { throw new TypeError("x is no function") }',
    );
    expectCode((await kiln(['fmt', path('.')], { env: { NODE_OPTIONS: `--require ${path(preload)}` } })).code, 70);
  });

  test.each([
    ['SIGHUP', 129],
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s and %i when that interrupts it', async (signal, wanted) => {
    expectCode((await interrupted([signal])).code, wanted);
  });

  test('137 when it is to end and nobody takes what it says', async () => {
    const [program, ...args] = command(['build', build('trap "" TERM; yes started | head -c 3000000; sleep 60')]);
    const child: ChildProcess = spawn(program, args, { ...place(), stdio: ['ignore', 'pipe', 'ignore'] });
    child.stdout?.pause();
    const ended = once(child, 'exit');
    await new Promise((resolve) => setTimeout(resolve, 3000));
    child.kill('SIGINT');
    // Two that are pending at once are one.
    await expect.poll(() => pendingSignals(child.pid ?? 0), { interval: 5 }).toBe(0n);
    child.kill('SIGINT');
    expect(await ended).toEqual([null, 'SIGKILL']);
    expectCode(128 + 9, 137);
    child.stdout?.destroy();
    expect((await kiln(['gc'])).code).toBe(0);
  });
});
