import { chmod, open, writeFile, type FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { CancelledError, KilnError, StepError, type BuildRun } from '../../../plugins/sdk/index.ts';
import { NoFile, openInput } from '../../../plugins/sdk/files.ts';
import { stageOutput } from '../../../plugins/sdk/host.ts';
import type { FileBuilderConfig } from '../config.gen.ts';
import type { Target } from './check-paths.ts';

const zeros = Buffer.alloc(65_536);

function isZero(chunk: Buffer): boolean {
  return chunk.length <= zeros.length && chunk.equals(zeros.subarray(0, chunk.length));
}

async function writeAll(file: FileHandle, chunk: Buffer, position: number): Promise<void> {
  for (let done = 0; done < chunk.length;) {
    done += (await file.write(chunk, done, chunk.length - done, position + done)).bytesWritten;
  }
}

/** Zeros are left out, so that a disk image with holes takes no more room than before. */
async function copyWithHoles(source: Readable, path: string): Promise<void> {
  await using file = await open(path, 'wx', 0o666);
  let position = 0;
  for await (const chunk of source as AsyncIterable<Buffer>) {
    if (!isZero(chunk)) await writeAll(file, chunk, position);
    position += chunk.length;
  }
  await file.truncate(position);
}

async function fill(config: FileBuilderConfig, path: string, signal: AbortSignal): Promise<void> {
  const { source = '', content = '' } = config;
  if (source === '') return writeFile(path, content, { flag: 'wx', mode: 0o600, signal });
  await copyWithHoles(await openInput(source, signal), path);
}

/** Writes the target beside its place and moves it there. Throws `StepError` with the system's reason. */
export async function writeTarget(config: FileBuilderConfig, target: Target, build: BuildRun): Promise<void> {
  try {
    const staged = await stageOutput(build, target.place, {
      force: true,
      inputs: (config.source ?? '') === '' ? [] : [config.source ?? ''],
    });
    await fill(config, staged.path, build.signal);
    if (target.existingMode !== undefined) await chmod(staged.path, target.existingMode);
    await staged.publish();
  } catch (error) {
    if (build.signal.aborted) throw new CancelledError();
    if (error instanceof KilnError) throw error.at('/target');
    if (error instanceof NoFile) {
      const message = `cannot read source ${config.source ?? ''}: ${error.message}`;
      throw new StepError(message, { code: 'FILE_SOURCE_UNREADABLE', pointer: '/source', cause: error });
    }
    if (!(error instanceof Error) || !('code' in error)) throw error;
    const full = error.code === 'ENOSPC' || error.code === 'EDQUOT';
    throw new StepError(`cannot write ${config.target}: ${error.message}`, {
      code: 'OUTPUT_NOT_WRITTEN',
      pointer: '/target',
      cause: error,
      ...(full ? { hint: 'free some space or choose a path on another file system' } : {}),
    });
  }
}
