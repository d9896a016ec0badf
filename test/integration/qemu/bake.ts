import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { run } from '../../../builders/qemu/run.ts';
import type { Artifact } from '../../../core/contract/artifact.ts';
import type { JsonObject } from '../../../core/contract/json.ts';
import { qemuConfig } from '../../support/qemu/qemu-config.ts';
import { tinyGuest } from '../../support/qemu/tiny-guest.ts';
import { smallBuild, type SmallBuild, type SmallBuildOptions } from './small-build-run.ts';

/** A directory on a real disk that goes with the test. */
export function newHome(): string {
  const home = mkdtempSync('/var/tmp/kiln-qemu-test-');
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  return home;
}

/** Options of a bake of the tiny guest into `home`/out. */
export function tinyOptions(home: string, more: JsonObject = {}): JsonObject {
  const { disk, privateKeyFile } = tinyGuest();
  return {
    iso_url: disk,
    iso_checksum: 'none',
    disk_image: true,
    skip_resize_disk: true,
    accelerator: 'tcg',
    disable_vnc: true,
    // Other tests may keep the machine busy, and a guest with two processors then waits for itself.
    cpus: 1,
    ssh_username: 'root',
    ssh_private_key_file: privateKeyFile,
    shutdown_command: 'poweroff',
    output_directory: join(home, 'out'),
    vm_name: 'web.qcow2',
    ...more,
  };
}

/** The argument that makes the tiny guest behave otherwise; see there. */
export function mode(name: string): string[] {
  return ['-fw_cfg', `name=opt/kiln-test/mode,string=${name}`];
}

/** A guest that needs no SSH: it boots, leaves a mark and switches itself off. */
export const byItself: JsonObject = { communicator: 'none', qemuargs: [mode('off')] };

export interface Bake {
  readonly artifact: Artifact | undefined;
  readonly error: unknown;
  readonly small: SmallBuild;
}

/** Bakes to the end, also when it fails, and gives everything back. */
export async function bake(
  options: JsonObject,
  build: SmallBuildOptions,
  onBuild?: (small: SmallBuild) => void,
): Promise<Bake> {
  const small = await smallBuild(build);
  onBuild?.(small);
  try {
    return { artifact: await run(qemuConfig(options), small.build), error: undefined, small };
  } catch (error) {
    return { artifact: undefined, error, small };
  } finally {
    await small.end();
  }
}

/** Like `bake`, but a failure fails the test. */
export async function bakeWell(options: JsonObject, build: SmallBuildOptions): Promise<Artifact> {
  const { artifact, error } = await bake(options, build);
  if (artifact === undefined) throw error;
  return artifact;
}

/** The QEMU processes that have files of `home`. */
export function qemusOf(home: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return line.includes(home) && line.includes('qemu');
      } catch {
        return false;
      }
    });
}

/** What is in `home` besides the cache, and the QEMU processes that have files of it. */
export function leftovers(home: string): readonly string[] {
  const files = readdirSync(home).filter((name) => name !== 'cache');
  return [...files, ...qemusOf(home).map((pid) => `process ${pid}`)];
}

/** What the guests of the tests in `home` said on their serial ports. */
export function said(home: string): string {
  const directory = join(home, 'cache/qemu-consoles');
  return readdirSync(directory)
    .map((name) => readFileSync(join(directory, name), 'utf8'))
    .join('')
    .replaceAll('\r', '');
}

/** The text of a file in the first partition of an image. */
export function readInImage(image: string, path: string): string {
  const raw = `${image}.read`;
  try {
    execFileSync('qemu-img', ['convert', '-O', 'raw', image, raw]);
    return execFileSync('/usr/sbin/debugfs', ['-R', `cat ${path}`, `${raw}?offset=1048576`], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } finally {
    rmSync(raw, { force: true });
  }
}

export function imageInfo(image: string): JsonObject {
  return JSON.parse(execFileSync('qemu-img', ['info', '--output=json', image], { encoding: 'utf8' })) as JsonObject;
}

/** Why these tests cannot run here; undefined when they can. Throws where they must run. */
export function reasonToSkip(): string | undefined {
  const missing = ['qemu-system-x86_64', 'qemu-img', 'apt-get', 'grub-mkimage'].filter((program) => {
    try {
      execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' });
      return false;
    } catch {
      return true;
    }
  });
  if (missing.length === 0) return undefined;
  const reason = `the tests of the qemu builder need ${missing.join(', ')}`;
  if (process.env['CI'] === 'true') throw new Error(reason);
  console.warn(`skipped: ${reason}`);
  return reason;
}
