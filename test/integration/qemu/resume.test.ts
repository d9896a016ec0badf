import { execFileSync, spawn, spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { identify } from '../../../core/process/identity.ts';
import type { JsonObject } from '../../../core/contract/json.ts';
import { leftovers, newHome, readInImage, reasonToSkip, tinyOptions } from './bake.ts';

const root = join(import.meta.dirname, '../../..');
const kiln = [join(root, '.kiln/node/node'), join(root, 'dist/cli.cjs')] as const;

/** Programs of which qemu-img hangs half-way through the first image that it writes, and notes that in `home`. */
function hangingQemuImg(home: string): string {
  const directory = join(home, 'cache/programs');
  const real = execFileSync('sh', ['-c', 'command -v qemu-img'], { encoding: 'utf8' }).trim();
  const script = `#!/bin/sh
[ "$1" = convert ] && [ ! -e '${home}/cache/converting' ] || exec ${real} "$@"
for target; do :; done
${real} "$@"
truncate -s 1M "$target"
echo $$ >'${home}/cache/pid'
mv '${home}/cache/pid' '${home}/cache/converting'
exec sleep 300
`;
  mkdirSync(directory);
  writeFileSync(join(directory, 'qemu-img'), script, { mode: 0o755 });
  return `${directory}:${process.env['PATH'] ?? ''}`;
}

/** A home with a template of three provisioners, of which the second does `second`. */
function place(second: string): {
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  readonly edit: (second: string, options?: JsonObject) => void;
  readonly run: (...args: readonly string[]) => SpawnSyncReturns<string>;
  readonly runId: () => string;
} {
  const home = newHome();
  const env = {
    ...process.env,
    KILN_STATE_DIR: join(home, 'cache/state'),
    KILN_CACHE_DIR: join(home, 'cache/cache'),
    KILN_SETUP: '0',
  };
  const run = (...args: readonly string[]): SpawnSyncReturns<string> =>
    spawnSync(kiln[0], [kiln[1], ...args], { cwd: home, env, encoding: 'utf8', timeout: 120_000 });
  const edit = (text: string, options: JsonObject = {}): void => {
    const note = (word: string): object => ({ type: 'shell', inline: [`echo ${word} >>/root/log`] });
    const builders = [{ ...tinyOptions(home, { ssh_private_key_file: null, ...options }), type: 'qemu' }];
    const provisioners = [note('one'), { type: 'shell', inline: ['echo two >>/root/log', text] }, note('three')];
    writeFileSync(join(home, 'cache/web.json'), JSON.stringify({ builders, provisioners }));
  };
  execFileSync('mkdir', ['-p', join(home, 'cache')]);
  edit(second);
  onTestFinished(() => void run('gc', '-held'));
  const runs = join(home, 'cache/state/runs');
  return { home, env, edit, run, runId: () => (existsSync(runs) ? readdirSync(runs) : [])[0] ?? '' };
}

describe.skipIf(reasonToSkip() !== undefined)('kiln resume of a virtual machine', { timeout: 240_000 }, () => {
  it('after -on-error=keep goes on in the machine that still runs, and makes the image', () => {
    const { home, edit, run, runId } = place('exit 3');
    const failed = run('build', '-on-error=keep', 'cache/web.json');
    expect(failed.stdout).toContain('To get into the machine: ssh');
    expect(failed.status).toBe(3);
    const [, login = ''] = /To get into the machine: (ssh .*)/.exec(failed.stdout) ?? [];
    expect(execFileSync('sh', ['-c', `${login} cat /root/log 2>/dev/null`], { encoding: 'utf8' })).toBe('one\ntwo\n');
    expect(run('gc').stdout).toContain('Nothing was left behind.');
    edit('true');
    const resumed = run('resume', runId());
    expect(resumed.stdout).toContain('find machine');
    expect(resumed.stdout).not.toContain('create disk');
    expect(resumed.status).toBe(0);
    expect(readInImage(join(home, 'out/web.qcow2'), '/root/log')).toBe('one\ntwo\ntwo\nthree\n');
    expect(leftovers(home)).toEqual(['out']);
  });

  it('after kill -9 does not run again what had finished', async () => {
    const { home, env, run, runId, edit } = place('touch /root/there; sleep 300');
    const child = spawn(kiln[0], [kiln[1], 'build', 'cache/web.json'], { cwd: home, env, stdio: 'ignore' });
    const journal = (): string => {
      const path = join(home, 'cache/state/runs', runId(), 'journal.jsonl');
      return existsSync(path) ? readFileSync(path, 'utf8') : '';
    };
    while (!journal().includes('"record":"provisioned"')) await delay(100);
    child.kill('SIGKILL');
    await once(child, 'exit');
    edit('true');
    const resumed = run('resume', runId());
    expect(resumed.status).toBe(0);
    const log = readInImage(join(home, 'out/web.qcow2'), '/root/log');
    expect(log.match(/one/g)).toHaveLength(1);
    expect(log).toMatch(/two\nthree\n$/);
    expect(leftovers(home)).toEqual(['out']);
    expect(run('runs').stdout).toContain('succeeded');
  });

  it('after kill -9 while the image is written writes it anew, without the machine', async () => {
    const { home, env, run, runId, edit } = place('true');
    edit('true', { disk_compression: true });
    const child = spawn(kiln[0], [kiln[1], 'build', 'cache/web.json'], {
      cwd: home,
      env: { ...env, PATH: hangingQemuImg(home) },
      stdio: 'ignore',
    });
    while (!existsSync(join(home, 'cache/converting')) && child.exitCode === null) await delay(100);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const hanging = readFileSync(join(home, 'cache/converting'), 'utf8').trim();
    const resumed = run('resume', runId());
    expect(resumed.stdout).toContain('save image');
    expect(resumed.stdout).not.toContain('find machine');
    expect(resumed.status).toBe(0);
    expect(identify(Number(hanging))).toBeUndefined();
    const image = join(home, 'out/web.qcow2');
    expect(readInImage(image, '/root/log')).toBe('one\ntwo\nthree\n');
    execFileSync('qemu-img', ['check', '-q', image]);
    expect(readdirSync(join(home, 'out'))).toEqual(['web.qcow2']);
    expect(leftovers(home)).toEqual(['out']);
  });
});
