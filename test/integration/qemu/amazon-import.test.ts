import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createHash } from 'node:crypto';
import { closeSync, createReadStream, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { AmazonImportPostProcessorConfig } from '../../../post-processors/amazon-import/config.gen.ts';
import { postProcess } from '../../../post-processors/amazon-import/run.ts';
import { componentConfig } from '../../support/component-config.ts';
import { BLOCK, importPlace, type ImportPlace } from '../../support/ec2/places/import-place.ts';
import { artifactOf, postProcessRun } from '../../support/post-process-run.ts';
import { tinyGuest } from '../../support/qemu/tiny-guest.ts';
import { mode, newHome, reasonToSkip } from './bake.ts';

/** Writes the snapshot as a raw disk, as EC2 would make a volume of it. */
function volumeOf(place: ImportPlace, path: string, size: number): void {
  const descriptor = openSync(path, 'wx');
  ftruncateSync(descriptor, size);
  for (const [index, data] of place.ec2.region('us-east-1').snapshots.peek(place.snapshotId())?.blocks ?? []) {
    const end = Math.min(BLOCK, size - index * BLOCK);
    writeSync(descriptor, data, 0, end, index * BLOCK);
  }
  closeSync(descriptor);
}

async function digest(path: string): Promise<string> {
  const whole = createHash('sha256');
  for await (const chunk of createReadStream(path)) whole.update(chunk as Buffer);
  return whole.digest('hex');
}

async function boot(disk: string, log: string): Promise<number | null> {
  const drive = `file=${disk},if=virtio,format=raw`;
  const machine = ['-accel', 'tcg', '-m', '256', '-display', 'none', '-nodefaults', '-no-reboot', '-drive', drive];
  const child = spawn('qemu-system-x86_64', [...machine, '-serial', `file:${log}`, ...mode('off')], {
    stdio: 'ignore',
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

it.skipIf(reasonToSkip() !== undefined)(
  'a qcow2 guest that was put through EBS direct reads as its disk, and boots',
  { timeout: 240_000 },
  async () => {
    await using place = await importPlace();
    const home = newHome();
    const { disk } = tinyGuest();
    const config = componentConfig<AmazonImportPostProcessorConfig>('post-processors/amazon-import', {
      custom_endpoint_ec2: place.ec2.endpoint,
    });
    const run = postProcessRun({ cacheDirectory: home });
    await postProcess(
      { ...artifactOf([disk]), disks: [{ path: disk, format: 'qcow2', virtualSize: 96 * 2 ** 20 }] },
      { ...config, format: 'qcow2' },
      run,
    );
    const before = join(home, 'before.raw');
    execFileSync('qemu-img', ['convert', '-O', 'raw', disk, before]);
    const after = join(home, 'after.raw');
    volumeOf(place, after, 96 * 1024 * 1024);
    expect(await digest(after)).toBe(await digest(before));
    const log = join(home, 'console.log');
    expect(await boot(after, log)).toBe(0);
    expect(readFileSync(log, 'latin1')).toContain("tiny-guest: booted, mode 'off'");
  },
);
