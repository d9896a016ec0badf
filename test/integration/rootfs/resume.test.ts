import { execFileSync, spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { lacks } from '../../support/kiln/needs.ts';

const cli = join(import.meta.dirname, '../../../dist/cli.cjs');

describe.skipIf(lacks(['mmdebstrap', 'mke2fs', 'qemu-img'], true))('kiln resume of a rootfs build', () => {
  const directory = mkdtempSync(join(tmpdir(), 'kiln-rootfs-resume-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('goes on with the disk that was written: the packages are not installed again', { timeout: 600_000 }, () => {
    const [log, temporary] = [join(directory, 'log'), join(directory, 'tmp')];
    mkdirSync(temporary);
    const template = (second: string): void => {
      const note = (text: string, then = 'true'): object => ({
        type: 'shell-local',
        inline: [`echo ${text} >>${log}`, then],
      });
      const builder = { type: 'rootfs', variant: 'minbase', output_directory: join(directory, 'out') };
      const provisioners = [note('one'), note('two', second)];
      writeFileSync(join(directory, 'base.json'), JSON.stringify({ builders: [builder], provisioners }));
    };
    const env = {
      ...process.env,
      KILN_STATE_DIR: join(directory, 'state'),
      KILN_CACHE_DIR: join(directory, 'cache'),
      TMPDIR: temporary,
    };
    const run = (...args: readonly string[]): SpawnSyncReturns<string> =>
      spawnSync(process.execPath, [cli, ...args], { cwd: directory, env, encoding: 'utf8' });

    template('exit 3');
    const failed = run('build', '-on-error=keep', 'base.json');
    const [, id = ''] = /To go on with the build: kiln resume (\S+)/.exec(failed.stdout) ?? [];
    expect(id, failed.stdout + failed.stderr).not.toBe('');
    expect(run('gc').stdout).toBe('Nothing was left behind.\n');
    template('true');
    const resumed = run('resume', id);
    expect(resumed.status, resumed.stdout + resumed.stderr).toBe(0);
    expect(resumed.stdout).toContain('find disk');
    expect(resumed.stdout).not.toContain('install packages');
    expect(readFileSync(log, 'utf8')).toBe('one\ntwo\ntwo\n');
    execFileSync('qemu-img', ['check', '-q', join(directory, 'out/rootfs.qcow2')]);
    expect(readdirSync(join(directory, 'out'))).toEqual(['rootfs.qcow2']);
    expect(readdirSync(temporary)).toEqual([]);
    expect(readdirSync(directory).filter((name) => name.includes('kiln'))).toEqual([]);
    expect(run('runs').stdout).toContain('succeeded');
  });
});
