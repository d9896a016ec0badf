import { execFileSync } from 'node:child_process';
import { mkdirSync, openSync, writeSync, closeSync, ftruncateSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../../../core/contract/json.ts';
import type { RunOptions } from '../../../../core/run/run-plan.ts';
import { amazonPlace, type AmazonBake, type AmazonPlace } from '../amazon-run.ts';
import type { WorldOptions } from '../index.ts';

export const BLOCK = 524_288;
export const MIB = 1_048_576;

export interface ImportPlace extends AmazonPlace {
  /** Lets a builder hand on the file, and amazon-import make an AMI of it; a value of null takes an option away. */
  importDisk(path: string, options?: JsonObject, run?: Partial<RunOptions>): Promise<AmazonBake>;
  /** Makes a raw disk of `size` bytes that is holes, but for texts at these places. */
  rawDisk(name: string, size: number, texts: Readonly<Record<number, string>>): string;
  /** What a snapshot reads as; `size` bytes of it. */
  read(snapshotId: string, size: number): Buffer;
  /** The one snapshot there is. */
  snapshotId(): string;
}

export function qemuImg(...args: readonly string[]): void {
  execFileSync('qemu-img', [...args], { stdio: 'pipe' });
}

export async function importPlace(options: WorldOptions = {}): Promise<ImportPlace> {
  const place = await amazonPlace(options);
  const { ec2, directory } = place;
  let runs = 0;
  const snapshots = (): readonly string[] =>
    place
      .left()
      .filter(({ kind }) => kind === 'snapshot')
      .map(({ id }) => id);
  return {
    ...place,
    importDisk: (path, more = {}, run = {}) => {
      runs += 1;
      const usual: JsonObject = { type: 'amazon-import', custom_endpoint_ec2: ec2.endpoint, ami_name: 'imported' };
      const entries = Object.entries({ ...usual, ...more }).filter(([, value]) => value !== null);
      const target = join(directory, `run-${runs}`, path.split('/').at(-1) ?? '');
      return place.run(
        {
          builders: [{ type: 'file', source: path, target }],
          'post-processors': [{ ...Object.fromEntries(entries), keep_input_artifact: true }],
        },
        run,
      );
    },
    rawDisk: (name, size, texts) => {
      const made = join(directory, 'disks');
      mkdirSync(made, { recursive: true });
      const path = join(made, name);
      const descriptor = openSync(path, 'wx');
      ftruncateSync(descriptor, size);
      for (const [at, text] of Object.entries(texts)) writeSync(descriptor, text, Number(at));
      closeSync(descriptor);
      return path;
    },
    read: (id, size) => {
      const whole = Buffer.alloc(size);
      for (const [index, data] of ec2.region('us-east-1').snapshots.peek(id)?.blocks ?? []) {
        data.copy(whole, index * BLOCK);
      }
      return whole;
    },
    snapshotId: () => {
      const [only, ...others] = snapshots();
      if (only === undefined || others.length > 0) throw new Error(`snapshots: ${snapshots().join(', ')}`);
      return only;
    },
    [Symbol.asyncDispose]: () => place[Symbol.asyncDispose](),
  };
}
