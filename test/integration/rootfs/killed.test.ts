import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { findByEnvironment } from '../../../core/process/identity.ts';
import { lacks } from '../../support/kiln/needs.ts';

const cli = join(import.meta.dirname, '../../../dist/cli.cjs');

describe.skipIf(lacks(['mmdebstrap', 'mke2fs'], true))(
  'a rootfs build that is killed while packages are installed',
  () => {
    const directory = mkdtempSync(join(tmpdir(), 'kiln-rootfs-killed-'));
    const programs = async (): ReturnType<typeof findByEnvironment> => {
      const [run = ''] = readdirSync(join(directory, 'state/runs'));
      return findByEnvironment('KILN_RUN_ID', run);
    };
    afterAll(async () => {
      for (const { pid } of await programs()) process.kill(pid, 'SIGKILL');
      rmSync(directory, { recursive: true, force: true });
    });

    it('leaves nothing after gc: no process, no mount, no file', { timeout: 300_000 }, async () => {
      const temporary = join(directory, 'tmp');
      mkdirSync(temporary);
      const template = join(directory, 'template.json');
      writeFileSync(
        template,
        JSON.stringify({ builders: [{ type: 'rootfs', output_directory: join(directory, 'out') }] }),
      );
      const env = {
        ...process.env,
        KILN_STATE_DIR: join(directory, 'state'),
        KILN_CACHE_DIR: join(directory, 'cache'),
        TMPDIR: temporary,
      };
      const kiln = spawn(process.execPath, [cli, 'build', '-color=false', template], {
        env,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let output = '';
      kiln.stdout.on('data', (text: Buffer) => (output += text.toString()));
      while (!output.includes('installing essential packages')) {
        expect(kiln.exitCode, output).toBe(null);
        await delay(50);
      }
      kiln.kill('SIGKILL');
      await new Promise((resolve) => kiln.once('exit', resolve));
      expect(readdirSync(temporary)).not.toEqual([]);
      expect(await programs()).not.toEqual([]);

      const gc = spawnSync(process.execPath, [cli, 'gc'], { env, encoding: 'utf8' });
      expect(gc.status, gc.stdout + gc.stderr).toBe(0);
      expect(await programs()).toEqual([]);
      expect(readFileSync('/proc/self/mounts', 'utf8')).not.toContain(directory);
      expect(readdirSync(temporary)).toEqual([]);
      expect(readdirSync(directory).sort()).toEqual(expect.not.arrayContaining(['out']));
      expect(readdirSync(directory).filter((name) => name.includes('kiln'))).toEqual([]);
    });
  },
);
