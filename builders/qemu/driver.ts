import { CommandError, StepError, type BuildRun } from '../../plugins/sdk/index.ts';
import { findProgram, runProgram, startProcess, unlessDiskFull, type OwnedProcess } from '../../plugins/sdk/host.ts';
import { membersOf } from './json-members.ts';
import type { Trial } from './accelerator/measure-kvm.ts';

export interface ImageFacts {
  readonly format: string;
  /** Bytes that the guest sees. */
  readonly virtualSize: number;
  /** Other files the image refers to. */
  readonly refersTo: readonly string[];
}

export interface NewImage {
  readonly path: string;
  readonly format: string;
  /** Bytes. */
  readonly size: number;
  readonly backing?: { readonly path: string; readonly format: string };
}

export interface Conversion {
  readonly from: string;
  readonly fromFormat: string;
  readonly to: string;
  readonly toFormat: string;
  readonly compress: boolean;
}

/** QEMU's programs; the only way this builder starts any. All throw `CommandError`, and `CancelledError` when the build is cancelled. */
export interface QemuDriver {
  readonly qemu: string;
  /** What an image is; without a `format` QEMU guesses it from what the image has, and opens what it names. */
  inspect(image: string, format?: string): Promise<ImageFacts>;
  create(image: NewImage, more?: readonly string[]): Promise<void>;
  /** Writes one image, with what its backing files have. Throws `StepError` DISK_FULL. */
  convert(conversion: Conversion, more?: readonly string[]): Promise<void>;
  /** Makes an image larger. */
  grow(image: string, format: string, size: number, more?: readonly string[]): Promise<void>;
  readonly tryOut: Trial;
  listDisplays(): Promise<readonly string[]>;
  start(name: string, args: readonly string[], logFile: string): Promise<OwnedProcess>;
  /** Starts a TPM that serves one machine and then ends. Throws `StepError` PROGRAM_MISSING. */
  startTpm(name: string, args: readonly string[], logFile: string): Promise<OwnedProcess>;
}

/** Throws `StepError` PROGRAM_MISSING. */
function pathOf(name: string, debianPackage: string, pointer?: string): string {
  const path = findProgram(name);
  if (path !== undefined) return path;
  throw new StepError(`the program ${name} is missing`, {
    code: 'PROGRAM_MISSING',
    pointer,
    hint: `install it (on Debian: apt-get install ${debianPackage}), or put its directory on PATH`,
  });
}

function imageFacts(json: string, image: string): ImageFacts {
  const info = membersOf(JSON.parse(json));
  const data = membersOf(membersOf(info['format-specific'])['data']);
  const extents = Array.isArray(data['extents']) ? data['extents'].map((extent) => membersOf(extent)['filename']) : [];
  const others = [info['backing-filename'], data['data-file'], ...extents.filter((file) => file !== image)];
  return {
    format: typeof info['format'] === 'string' ? info['format'] : '',
    virtualSize: Number(info['virtual-size']),
    refersTo: others.filter((other) => typeof other === 'string'),
  };
}

/** What a format needs to have the size of the disk exactly, and to be compressed best. */
function formatOptions(format: string, compress: boolean): readonly string[] {
  if (format === 'vpc') return ['-o', 'force_size=on'];
  if (!compress) return [];
  if (format === 'qcow2') return ['-o', 'compression_type=zstd'];
  return format === 'vmdk' ? ['-o', 'subformat=streamOptimized'] : [];
}

/** Some builds of QEMU are without it. */
function lacksZstd(error: unknown): boolean {
  return error instanceof CommandError && /compression_type|zstd/.test(error.outputTail ?? '');
}

/** Runs this QEMU program for a moment. */
export function qemuTrial(qemu: string): Trial {
  const acceptExitStatus = Array.from({ length: 256 }, (_, status) => status);
  return async (args, { signal, onLine }) => {
    const options = { signal, acceptExitStatus, onLine: (_: string, line: string): void => onLine(line) };
    return (await runProgram(qemu, args, options)).exitStatus;
  };
}

/** Throws `StepError` PROGRAM_MISSING when QEMU or qemu-img is not there. */
export function findQemu(binary: string, build: BuildRun): QemuDriver {
  const qemu = pathOf(binary, 'qemu-system-x86', '/qemu_binary');
  const qemuImg = pathOf('qemu-img', 'qemu-utils');
  const { signal } = build;
  const img = async (args: readonly string[]): Promise<string> => (await runProgram(qemuImg, args, { signal })).stdout;
  return {
    qemu,
    inspect: async (image, format) => {
      const given = format === undefined ? [] : ['-f', format];
      return imageFacts(await img(['info', '-U', '--output=json', ...given, image]), image);
    },
    create: async ({ path, format, size, backing }, more = []) => {
      const base = backing === undefined ? [] : ['-b', backing.path, '-F', backing.format];
      try {
        await img(['create', '-q', '-f', format, ...base, ...more, path, `${size}`]);
      } catch (error) {
        throw unlessDiskFull(error, path, '/output_directory');
      }
    },
    convert: async ({ from, fromFormat, to, toFormat, compress }, more = []) => {
      const write = (options: readonly string[]): Promise<string> =>
        img(['convert', '-f', fromFormat, '-O', toFormat, '-m', '8', '-W', ...options, ...more, from, to]);
      const withoutZstd = compress ? ['-c'] : [];
      try {
        await write([...formatOptions(toFormat, compress), ...withoutZstd]).catch((error: unknown) => {
          if (!lacksZstd(error)) throw error;
          return write(withoutZstd);
        });
      } catch (error) {
        throw unlessDiskFull(error, to, '/output_directory');
      }
    },
    grow: async (image, format, size, more = []) => {
      await img(['resize', '-q', '-f', format, ...more, image, `${size}`]);
    },
    tryOut: qemuTrial(qemu),
    listDisplays: async () => (await runProgram(qemu, ['-display', 'help'], { signal })).stdout.split(/\s+/),
    start: (name, args, logFile) =>
      startProcess(build, { describe: `QEMU of ${name}`, program: qemu, args, logFile, graceMilliseconds: 3000 }),
    startTpm: async (name, args, logFile) => {
      return startProcess(build, { describe: `TPM of ${name}`, program: pathOf('swtpm', 'swtpm'), args, logFile });
    },
  };
}
