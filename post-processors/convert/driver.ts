import { Writable } from 'node:stream';
import { CommandError, isObject, StepError, type JsonValue } from '../../plugins/sdk/index.ts';
import { runProgram } from '../../plugins/sdk/host.ts';

/** A disk image as it is to be read. */
export interface Source {
  readonly path: string;
  readonly format: string;
}

export interface ImageInfo {
  /** Bytes that a guest sees. */
  readonly virtualSize: number;
  readonly encrypted: boolean;
}

export interface Conversion {
  readonly from: Source;
  readonly to: string;
  readonly format: string;
  /** Of `qemu-img convert`. */
  readonly args: readonly string[];
  /** Told how much is done, in percent. */
  readonly onPercent: (percent: number) => void;
  readonly signal: AbortSignal;
}

function diskFull(error: unknown, where: string): unknown {
  if (!(error instanceof CommandError) || !/No space left on device|Disk quota exceeded/.test(error.outputTail ?? '')) {
    return error;
  }
  return new StepError(`the disk is full: ${where} could not be written`, {
    code: 'DISK_FULL',
    pointer: '/output',
    hint: 'free some space, or choose an output on another file system',
    cause: error,
  });
}

/** The format is named: what a raw disk's guest wrote must not decide how the disk is read. */
export async function inspect({ path, format }: Source, signal: AbortSignal): Promise<ImageInfo> {
  const { stdout } = await runProgram('qemu-img', ['info', '--output=json', '-f', format, path], { signal });
  const info = JSON.parse(stdout) as JsonValue;
  if (!isObject(info)) throw new TypeError('qemu-img info did not write an object');
  return { virtualSize: Number(info['virtual-size']), encrypted: info['encrypted'] === true };
}

/** A new image of `size` bytes that has what the source has, and zeros behind its end. */
export async function createOverlay(source: Source, path: string, size: number, signal: AbortSignal): Promise<void> {
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
    throw diskFull(error, to);
  }
}
