import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { command, file, path, place } from './run-kiln.ts';

const said = file('said.json', {
  builders: [{ type: 'null', communicator: 'none' }],
  provisioners: [{ type: 'shell-local', inline: ['seq 1 60000'] }],
});
/** Writes for ever; the time limit ends it. */
const endless = file('endless.json', {
  builders: [{ type: 'null', communicator: 'none' }],
  provisioners: [{ type: 'shell-local', inline: ['yes'], timeout: '1s' }],
});
const forEver = file('for-ever.json', {
  builders: [{ type: 'null', communicator: 'none' }],
  provisioners: [{ type: 'shell-local', inline: ['yes'] }],
});

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A line of bash; "$KILN" is Kiln. */
function bash(line: string, env: NodeJS.ProcessEnv = {}): ChildProcess & { readonly ended: Promise<Ended> } {
  const [program, ...rest] = command([]);
  const child = spawn(
    'bash',
    ['-c', line.replaceAll('$KILN', [program, ...rest].map((word) => `'${word}'`).join(' '))],
    {
      ...place(env),
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    },
  );
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<Ended>((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr })),
  );
  return Object.assign(child, { ended });
}

function filesIn(state: string): readonly string[] {
  return existsSync(path(state)) ? readdirSync(path(state), { recursive: true, encoding: 'utf8' }) : [];
}

async function fileOf(state: string, name: string): Promise<string> {
  for (;;) {
    const found = filesIn(state).find((each) => each.endsWith(name));
    if (found !== undefined) return readFileSync(path(`${state}/${found}`), 'utf8');
    await delay(50);
  }
}

const printing = [
  'version',
  '--version',
  'help',
  'help build',
  `validate ${said}`,
  `validate -json ${said}`,
  `inspect ${said}`,
  `fix ${said}`,
  `fmt - < ${said}`,
  'schema',
  'runs',
  'doctor',
  'gc',
  `build ${said}`,
  `build -json ${said}`,
  `build -machine-readable ${said}`,
];

it.each(printing)('what cannot be written is an error: kiln %s > /dev/full', async (args) => {
  const { code, stderr } = await bash(`$KILN ${args} > /dev/full`).ended;
  expect(stderr).toContain('error OUTPUT_LOST\n  standard output could not be written: no space left on device\n');
  expect(code).toBe(1);
});

it('a failure of its own keeps its exit code when the output is lost, too', async () => {
  expect(await bash(`$KILN nonsense > /dev/full`).ended).toMatchObject({ code: 2 });
});

it.each([`build ${said}`, 'schema', `build -json ${said}`])(
  'a reader that has gone is no failure: kiln %s | head -1',
  async (args) => {
    const { stdout, stderr } = await bash(`$KILN ${args} | head -1; echo "\${PIPESTATUS[@]}"`).ended;
    expect(stdout).toMatch(/^.+\n0 0\n$/);
    expect(stderr).toBe('');
  },
);

it('works with a closed standard output, and with all three of them closed', async () => {
  expect(await bash(`$KILN build ${said} >&-`).ended).toMatchObject({ code: 0, stderr: '' });
  expect(await bash(`$KILN build ${said} <&- >&- 2>&-`).ended).toMatchObject({ code: 0 });
});

it('writes all there is to a slow reader, to a file and through tee', async () => {
  const lines = Array.from({ length: 60_000 }, (_, n) => `    null: ${n + 1}`);
  const slow = await bash(`$KILN build ${said} 2>&1 | (sleep 1; cat)`).ended;
  expect(slow.stdout.includes(lines.join('\n'))).toBe(true);
  await bash(`$KILN build ${said} > said.log`).ended;
  expect(readFileSync(path('said.log'), 'utf8').includes(lines.join('\n'))).toBe(true);
  const teed = await bash(`$KILN build ${said} 2>&1 | tee said.tee | tail -1`).ended;
  expect(teed.stdout).toContain('--> null: ');
  expect(readFileSync(path('said.tee'), 'utf8').includes(lines.join('\n'))).toBe(true);
});

it('says in its order what goes to one pipe, though the reader is slow', async () => {
  const fails = file('fails.json', {
    builders: [{ type: 'null', communicator: 'none' }],
    provisioners: [{ type: 'shell-local', inline: ['seq 1 30000; kill -TERM $PPID; sleep 60'] }],
  });
  const { stdout } = await bash(`$KILN build ${fails} 2>&1 | (sleep 1; cat)`).ended;
  const numbers = [...stdout.matchAll(/: (\d+)$/gm)].map(([, number]) => Number(number));
  expect(numbers).toEqual(Array.from({ length: 30_000 }, (_, n) => n + 1));
});

it('sets no flag on a pipe that others write to, too', async () => {
  const flags = `python3 -c 'import fcntl, os, sys; sys.stderr.write("%d" % (fcntl.fcntl(1, fcntl.F_GETFL) & os.O_NONBLOCK))'`;
  const here = file('flags.json', {
    builders: [{ type: 'null', communicator: 'none' }],
    provisioners: [
      { type: 'shell-local', inline: ['seq 1 60000', 'touch seen', 'while [ ! -e looked ]; do sleep 0.1; done'] },
    ],
  });
  const { stderr, stdout } = await bash(
    `{ $KILN build ${here} & while [ ! -e seen ]; do sleep 0.1; done; ${flags}; touch looked; wait; } | (sleep 1; cat)`,
  ).ended;
  expect(stderr).toBe('0');
  expect(stdout).toContain('null: 60000\n');
});

/** Starts a build whose reader stands still. */
function unread(template: string, state: string, way: 'fifo' | 'socket'): ReturnType<typeof bash> {
  const build = `exec $KILN build ${template}`;
  const env = { KILN_STATE_DIR: path(state) };
  if (way === 'fifo')
    return bash(`rm -f ${state}.fifo; mkfifo ${state}.fifo; exec 3<>${state}.fifo; ${build} > ${state}.fifo`, env);
  const python = `import os, socket; a, b = socket.socketpair(); a.set_inheritable(True); os.dup2(b.fileno(), 1); os.execvp("bash", ["bash", "-c", os.environ["BUILD"]])`;
  const [program, ...rest] = command([]);
  return bash(`exec python3 -c '${python}'`, {
    ...env,
    BUILD: `exec ${[program, ...rest].join(' ')} build ${template}`,
  });
}

function memoryOf(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

it.each(['fifo', 'socket'] as const)(
  'while its reader (%s) stands still a time limit ends what it should',
  async (way) => {
    const state = `still-${way}`;
    const child = unread(endless, state, way);
    expect(await fileOf(state, 'report.json')).toContain('PROVISIONER_TIMEOUT');
    expect(memoryOf(child.pid ?? 0)).toBeLessThan(400);
    child.kill('SIGTERM');
    expect(await child.ended).toMatchObject({ signal: 'SIGTERM' });
  },
);

it.each(['fifo', 'socket'] as const)('while its reader (%s) stands still a signal cancels the run', async (way) => {
  const state = `signal-${way}`;
  const child = unread(forEver, state, way);
  await fileOf(state, 'journal.jsonl');
  // Long enough for some output, and too short for none of it to matter.
  await delay(1000);
  child.kill('SIGTERM');
  const { code, signal } = await child.ended;
  expect(code ?? signal).toBe(way === 'fifo' ? 143 : 'SIGTERM');
  expect(await fileOf(state, 'report.json')).toContain('"cancelled"');
});
