import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { findByEnvironment } from '../../../core/process/identity.ts';
import { file, kiln, path, stackTrace } from '../../cli/run-kiln.ts';

const ways = {
  'a timer': 'throw new Error("boom")',
  'a promise that nobody waits for': 'void Promise.reject(new Error("boom"))',
  'a promise rejected with no error': 'void Promise.reject("boom")',
  'an event handler': 'new (require("events"))().emit("error", new Error("boom"))',
  'a stream': 'new (require("stream").PassThrough)().destroy(new Error("boom"))',
  'a listener of an AbortSignal':
    'const c = new AbortController(); c.signal.addEventListener("abort", () => { throw new Error("boom") }); c.abort()',
  'every tick from then on': 'setInterval(() => { throw new Error("boom") }, 10)',
} as const;

/** A build that waits in a program; once it does, `code` runs in the Kiln process as a plugin's own code would. */
async function crashWith(code: string): Promise<ReturnType<typeof kiln>> {
  const mark = crypto.randomUUID();
  const there = path(`${mark}.there`);
  const preload = file(
    `${mark}.cjs`,
    `const wait = setInterval(() => {
       if (!require('fs').existsSync(${JSON.stringify(there)})) return;
       clearInterval(wait);
       ${code};
     }, 20);
     wait.unref();`,
  );
  const template = file(`${mark}.json`, {
    builders: [
      { type: 'null', communicator: 'none' },
      { type: 'file', content: 'made', target: path(`${mark}/made/out`) },
    ],
    provisioners: [{ type: 'shell-local', only: ['null'], inline: [`touch ${there}`, 'sleep 600'] }],
  });
  const env = {
    NODE_OPTIONS: `--require ${path(preload)}`,
    KILN_TEST_MARK: mark,
    KILN_STATE_DIR: path(`${mark}.state`),
  };
  const ended = await kiln(['build', template], { env });
  expect(existsSync(there)).toBe(true);
  expect(await findByEnvironment('KILN_TEST_MARK', mark)).toEqual([]);
  expect((await kiln(['gc'], { env: { KILN_STATE_DIR: path(`${mark}.state`) } })).stdout).toBe(
    'Nothing was left behind.\n',
  );
  return ended;
}

test.each(Object.entries(ways))(
  'what is thrown from %s cancels the run, which cleans up',
  async (_way, code) => {
    const { code: status, stdout, stderr } = await crashWith(code);
    expect(status).toBe(70);
    expect(stderr.match(/error BUG/g)).toHaveLength(1);
    expect(stderr).toContain('boom');
    expect(stdout).toContain('Cancelling after this bug; what was made is removed.');
    expect(stdout + stderr).not.toMatch(stackTrace);
  },
  60_000,
);

test('a second error that comes while a signal is obeyed changes the exit code alone', async () => {
  const { code, stdout } = await crashWith(
    'process.once("SIGTERM", () => { throw new Error("boom") }); process.kill(process.pid, "SIGTERM")',
  );
  expect(code).toBe(70);
  expect(stdout).toContain('Cancelling after');
});

test('a command that waits for what can never come says so', async () => {
  const preload = file('never.cjs', 'require("fs").promises.readdir = () => new Promise(() => undefined)');
  const env = { NODE_OPTIONS: `--require ${path(preload)}` };
  const { code, stderr } = await kiln(['fmt', path('.')], { env });
  expect(stderr).toContain('waits for something that can never come');
  expect(code).toBe(70);
});
