import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { findByEnvironment } from '../../../core/process/identity.ts';
import { directory, file, path, stackTrace, type Ended } from '../../cli/run-kiln.ts';

const root = join(import.meta.dirname, '../../..');
const kiln = `${join(root, '.kiln/node/node')} ${join(root, 'dist/cli.cjs')}`;
const nowhere = { type: 'null', communicator: 'none' };

interface Place {
  readonly home: string;
  readonly mark: string;
  /** Runs a shell command line in which "kiln" is Kiln. */
  readonly run: (command: string) => Promise<Ended>;
  readonly start: (command: string) => ChildProcess;
  readonly ended: (child: ChildProcess) => Promise<Ended>;
}

/** A home for one test; its processes can be told from all others and are ended with it. */
function place(more: NodeJS.ProcessEnv = {}): Place {
  const mark = crypto.randomUUID();
  const home = path(mark);
  mkdirSync(home);
  const env = {
    ...process.env,
    KILN_TEST_MARK: mark,
    KILN_SETUP: '0',
    KILN_STATE_DIR: join(home, 'state'),
    KILN_CACHE_DIR: join(home, 'cache'),
    ...more,
  };
  onTestFinished(async () => {
    for (const { pid } of await findByEnvironment('KILN_TEST_MARK', mark)) process.kill(pid, 'SIGKILL');
  });
  const start = (command: string): ChildProcess =>
    spawn('sh', ['-c', command.replaceAll('kiln ', `exec ${kiln} `)], { cwd: directory, env, stdio: 'pipe' });
  const ended = (child: ChildProcess): Promise<Ended> => {
    let [stdout, stderr] = ['', ''];
    child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
  };
  return { home, mark, start, ended, run: (command) => ended(start(command)) };
}

/** A failure that is told as one, and no bug. */
function expectFailure({ code, stdout, stderr }: Ended, said: RegExp): void {
  expect(`${stdout}${stderr}`).toMatch(said);
  expect(stdout + stderr).not.toMatch(stackTrace);
  expect(stdout + stderr).not.toContain('this is a bug');
  expect([1, 3]).toContain(code);
}

async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    if (await what()) return;
    await delay(20);
  }
  throw new Error('waited in vain');
}

function canMount(): boolean {
  if (process.getuid?.() !== 0) return false;
  const at = path('probe');
  mkdirSync(at);
  try {
    execFileSync('mount', ['-t', 'tmpfs', 'probe', at], { stdio: 'ignore' });
    execFileSync('umount', [at]);
    return true;
  } catch {
    console.warn('skipped: file systems cannot be mounted here');
    return false;
  }
}

test.skipIf(!canMount())(
  'a disk that is full at whatever write: the failure is told, gc removes the rest, a fresh build succeeds',
  async () => {
    const { home, run } = place();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'full', home]);
    onTestFinished(() => void execFileSync('umount', ['-l', home]));
    const template = file('full.json', {
      builders: [{ type: 'file', content: 'x'.repeat(9000), target: join(home, 'out/made') }],
      provisioners: [{ type: 'shell-local', inline: ['echo provisioned'] }],
      'post-processors': [{ type: 'checksum', output: join(home, 'out/sum') }],
    });
    const outcomes = new Set<number | null>();
    for (let free = 0; free <= 12; free += 1) {
      const filler = join(home, 'filler');
      // All of it, and then some pages less.
      try {
        writeFileSync(filler, Buffer.alloc(1024 * 1024));
      } catch {
        // As much as there was room for.
      }
      const size = Math.max(0, statSync(filler).size - free * 4096);
      execFileSync('truncate', ['-s', String(size), filler]);
      const built = await run(`TMPDIR=${home} kiln build ${template}`);
      outcomes.add(built.code);
      if (built.code !== 0) expectFailure(built, /ENOSPC|no space left/i);
      if (existsSync(join(home, 'out/made'))) expect(readFileSync(join(home, 'out/made'))).toHaveLength(9000);
      rmSync(filler);
      expect((await run('kiln gc')).code).toBe(0);
      expect(readdirSync(home).filter((name) => name.startsWith('kiln-'))).toEqual([]);
      if (existsSync(join(home, 'out'))) {
        expect(readdirSync(join(home, 'out')).filter((name) => name.startsWith('.'))).toEqual([]);
      }
      expect((await run(`TMPDIR=${home} kiln build -force ${template}`)).code).toBe(0);
      rmSync(join(home, 'out'), { recursive: true });
      rmSync(join(home, 'state'), { recursive: true });
    }
    // Otherwise nothing was tested.
    expect([...outcomes].sort()).toEqual([0, 1]);
  },
  120_000,
);

test('too few file descriptors: the failure is told, and nothing stays that gc does not find', async () => {
  const { home, run } = place();
  const template = file('descriptors.json', {
    builders: [{ type: 'file', content: 'x', target: join(home, 'out/made') }],
    provisioners: [{ type: 'shell-local', inline: ['echo provisioned'] }],
  });
  const outcomes = new Set<number | null>();
  for (const limit of [20, 21, 22, 23, 24, 25, 26, 27, 28, 30, 32, 36]) {
    const built = await run(`ulimit -n ${limit}; kiln build -force ${template}`);
    // Below some number Node.js itself does not start.
    if (built.code === 134 || built.code === 139 || built.stderr.includes('\nNode.js v')) continue;
    outcomes.add(built.code);
    if (built.code !== 0) expectFailure(built, /EMFILE|too many open files/i);
    expect((await run('kiln gc')).code).toBe(0);
    if (existsSync(join(home, 'out'))) expect(readdirSync(join(home, 'out'))).toEqual(['made']);
  }
  expect([...outcomes].sort()).toEqual([0, 1]);
}, 60_000);

describe('a TMPDIR', () => {
  test('that is not there: the failure names it', async () => {
    const { home, run } = place();
    const template = file('tmpdir.json', {
      builders: [nowhere],
      provisioners: [{ type: 'shell-local', inline: ['echo x'] }],
    });
    expectFailure(await run(`TMPDIR=${home}/gone kiln build ${template}`), /gone/);
    expect((await run('kiln gc')).code).toBe(0);
  });

  test('that is removed while a build runs: the failure names what is missing, and the clean-up succeeds', async () => {
    const { home, run } = place();
    mkdirSync(join(home, 'tmp'));
    const template = file('removed.json', {
      builders: [nowhere],
      provisioners: [
        { type: 'shell-local', inline: [`rm -rf ${home}/tmp`] },
        { type: 'shell-local', inline: ['echo second'] },
      ],
    });
    const built = await run(`TMPDIR=${home}/tmp kiln build ${template}`);
    expectFailure(built, /in .*tmp.*: ENOENT/);
    expect(built.code).toBe(1);
    expect((await run('kiln gc')).stdout).toBe('Nothing was left behind.\n');
  });
});

const long = process.env['KILN_LONG_TESTS'] === '1';
if (!long) console.info('Kiln is stopped for 2.5 s; with KILN_LONG_TESTS=1 for a minute');

test('a Kiln that was stopped for a while goes on, and nobody took its things meanwhile', async () => {
  const { home, start, ended, run } = place();
  const template = file('stopped.json', {
    builders: [nowhere],
    provisioners: [{ type: 'shell-local', inline: [`touch ${home}/there`, 'sleep 1', 'echo woken'], timeout: '5m' }],
  });
  const child = start(`kiln build ${template}`);
  const end = ended(child);
  await until(() => existsSync(join(home, 'there')));
  child.kill('SIGSTOP');
  expect((await run('kiln runs')).stdout).toContain('running');
  expect((await run('kiln gc')).stdout).toContain('still at work');
  await delay(long ? 60_000 : 2500);
  expect((await run('kiln gc')).stdout).toContain('still at work');
  child.kill('SIGCONT');
  const { code, stdout } = await end;
  expect(stdout).toContain('null: woken');
  expect(code).toBe(0);
}, 120_000);

describe('a child that ignores SIGTERM', () => {
  const stubborn = (home: string): object => ({
    builders: [nowhere],
    provisioners: [
      {
        type: 'shell-local',
        execute_command: ['/bin/sh', '{{.Script}}'],
        inline: ["trap '' TERM INT", `touch ${home}/there`, 'sleep 100'],
      },
    ],
  });

  test('is killed when the build is cancelled, and nothing is left', async () => {
    const { home, mark, start, ended, run } = place();
    const child = start(`kiln build ${file('stubborn.json', stubborn(home))}`);
    const end = ended(child);
    await until(() => existsSync(join(home, 'there')));
    child.kill('SIGTERM');
    const { code, stdout } = await end;
    expect(stdout).toContain('Cancelling after SIGTERM');
    expect(code).toBe(143);
    expect(await findByEnvironment('KILN_TEST_MARK', mark)).toEqual([]);
    expect((await run('kiln gc')).stdout).toBe('Nothing was left behind.\n');
  });

  test('does not keep a second interrupt from ending Kiln, which names what is left; gc removes that', async () => {
    const { home, mark, start, ended, run } = place();
    const child = start(`kiln build ${file('stubborn-2.json', stubborn(home))}`);
    const end = ended(child);
    await until(() => existsSync(join(home, 'there')));
    child.kill('SIGINT');
    await delay(300);
    const second = performance.now();
    child.kill('SIGINT');
    const { code, stderr } = await end;
    expect(performance.now() - second).toBeLessThan(2000);
    expect(stderr).toMatch(/^Stopped\. These things are left behind:\n(--> .*\n)*--> temporary files of the run\n/);
    expect(stderr).toContain('Remove them with "kiln gc".');
    expect(code).toBe(3);
    await until(async () => (await findByEnvironment('KILN_TEST_MARK', mark)).length === 0);
    expect((await run('kiln gc')).stdout).toBe('removed temporary files of the run\n');
  });
});
