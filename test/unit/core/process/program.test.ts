import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CancelledError, CommandError, TimeoutError } from '../../../../core/errors/errors.ts';
import { findByEnvironment } from '../../../../core/process/identity.ts';
import { runProgram, type ProgramOptions } from '../../../../core/process/program.ts';

const never = new AbortController().signal;

function sh(script: string, options: Partial<ProgramOptions> = {}): ReturnType<typeof runProgram> {
  return runProgram('sh', ['-c', script], { signal: never, ...options });
}

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kiln-program-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe('runProgram', () => {
  test('takes a relative path from where Kiln is, wherever the program runs', async () => {
    const { stdout } = await runProgram(relative(process.cwd(), '/bin/pwd'), [], { signal: never, cwd: directory });
    expect(stdout.trim()).toBe(directory);
  });

  test('gives both outputs whole', async () => {
    expect(await sh('echo one; echo two >&2')).toEqual({ exitStatus: 0, stdout: 'one\n', stderr: 'two\n' });
  });

  test('gives each line as it comes, and of a progress bar its last state', async () => {
    const lines: string[] = [];
    await sh(`printf 'a\\r\\n10%%\\r99%%\\nno end'; echo err >&2`, { onLine: (s, line) => lines.push(`${s} ${line}`) });
    expect(lines.toSorted()).toEqual(['stderr err', 'stdout 99%', 'stdout a', 'stdout no end']);
  });

  test('sends text and streams as input', async () => {
    expect((await sh('cat', { stdin: 'text' })).stdout).toBe('text');
    expect((await sh('cat', { stdin: Readable.from(['st', 'ream']) })).stdout).toBe('stream');
  });

  test('does not mind a program that reads only some of its input', async () => {
    expect((await sh('head -c 1', { stdin: 'x'.repeat(1 << 20) })).stdout).toBe('x');
  });

  test('writes standard output to a new file when asked to', async () => {
    const stdoutFile = join(directory, 'out');
    expect((await sh('echo kept', { stdoutFile })).stdout).toBe('');
    expect(await readFile(stdoutFile, 'utf8')).toBe('kept\n');
    expect(await failureOf(sh('echo again', { stdoutFile }))).toMatchObject({ code: 'EEXIST' });
  });

  test('fails with the status and the last output', async () => {
    const error = await failureOf(sh('echo reason >&2; exit 3'));
    expect(error).toBeInstanceOf(CommandError);
    expect(error).toMatchObject({ code: 'PROGRAM_FAILED', exitStatus: 3, outputTail: 'reason\n' });
  });

  test('takes the statuses it is told to accept', async () => {
    expect((await sh('exit 3', { acceptExitStatus: [0, 3] })).exitStatus).toBe(3);
  });

  test('says which signal ended the program', async () => {
    expect(await failureOf(sh('kill -9 $$'))).toMatchObject({
      message: 'sh was ended by SIGKILL',
      code: 'PROGRAM_FAILED',
    });
  });

  test('tells a missing program from a missing working directory', async () => {
    const missing = failureOf(runProgram('kiln-no-such-program', [], { signal: never }));
    expect(await missing).toMatchObject({ code: 'PROGRAM_MISSING' });
    expect(await failureOf(sh('true', { cwd: join(directory, 'gone') }))).toMatchObject({
      code: 'PROGRAM_FAILED',
      message: expect.stringContaining('working directory') as string,
    });
  });

  test('ends the program and its children when cancelled', async () => {
    const mark = crypto.randomUUID();
    const controller = new AbortController();
    const running = failureOf(sh('sleep 60 & sleep 60', { signal: controller.signal, env: { KILN_TEST: mark } }));
    while ((await findByEnvironment('KILN_TEST', mark)).length < 3) await delay(5);
    controller.abort();
    expect(await running).toBeInstanceOf(CancelledError);
    expect(await findByEnvironment('KILN_TEST', mark)).toEqual([]);
  });

  test('ends a program that ignores SIGTERM', async () => {
    const running = failureOf(sh(`trap '' TERM; while :; do sleep 0.05; done`, { timeout: 100 }));
    const error = await running;
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toMatchObject({ code: 'PROGRAM_TIMEOUT', message: 'sh did not end within 0.1 s' });
  });

  test('throws what broke the input, after ending the program', async () => {
    const stdin = Readable.from(
      (async function* (): AsyncGenerator<string> {
        yield 'some';
        await delay(1);
        throw new Error('source broke');
      })(),
    );
    expect(await failureOf(sh('cat; sleep 60', { stdin }))).toMatchObject({ message: 'source broke' });
  });

  test('does not wait for a background process that holds the output open', async () => {
    const started = performance.now();
    await sh('sleep 20 & echo started');
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
