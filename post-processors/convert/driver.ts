import { Writable } from 'node:stream';
import { runProgram, unlessDiskFull } from '../../plugins/sdk/host.ts';
import type { NamedDisk } from '../_shared/disk-image.ts';

export interface Conversion {
  readonly from: NamedDisk;
  readonly to: string;
  readonly format: string;
  /** Of `qemu-img convert`. */
  readonly args: readonly string[];
  /** Told how much is done, in percent. */
  readonly onPercent: (percent: number) => void;
  readonly signal: AbortSignal;
}

/** A new image of `size` bytes that has what the source has, and zeros behind its end. */
export async function createOverlay(source: NamedDisk, path: string, size: number, signal: AbortSignal): Promise<void> {
  const args = ['create', '-q', '-f', 'qcow2', '-b', source.path, '-F', source.format, path, `${size}`];
  await runProgram('qemu-img', args, { signal });
}

/** What qemu-img writes of its progress, over and over on one line. */
function percentReader(onPercent: Conversion['onPercent']): Writable {
  let rest = '';
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      const parts = (rest + chunk.toString('latin1')).split('\r');
      rest = parts.pop() ?? '';
      const percent = /\(([\d.]+)\/100%\)/.exec(parts.at(-1) ?? '')?.[1];
      if (percent !== undefined) onPercent(Number(percent));
      done();
    },
  });
}

/** Writes one image, with what its backing files have. Throws `StepError` DISK_FULL and what `runProgram` does. */
export async function convertImage({ from, to, format, args, onPercent, signal }: Conversion): Promise<void> {
  // Clouds read a stream-optimised vmdk from its start to its end, and want its grains in the order of the disk.
  const disorder = args.includes('subformat=streamOptimized') ? [] : ['-W'];
  const all = ['convert', '-p', '-f', from.format, '-O', format, '-m', '8', ...disorder, ...args, from.path, to];
  try {
    await runProgram('qemu-img', all, { signal, stdoutTo: percentReader(onPercent) });
  } catch (error) {
    throw unlessDiskFull(error, to, '/output');
  }
}
