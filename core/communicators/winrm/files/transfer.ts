import { randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { CommandError, KilnError, StepError } from '../../../errors/errors.ts';
import { guestLost } from '../../../errors/guest-failure.ts';
import type {
  ExecResult,
  TransferOptions,
  TreeDownloadOptions,
  TreeUploadOptions,
  UploadSource,
} from '../../../contract/communicator.ts';
import { guestPath } from './guest-path.ts';
import type { Link } from '../protocol/link.ts';
import { uploadRecords, uploadTreeRecords } from './local-records.ts';
import type { WinrmRun } from '../options.ts';
import { recordWriter } from './record-writer.ts';
import { runCommand } from '../run-command.ts';
import { receiveFiles, sendFiles } from './transfer-scripts.ts';

function lost(doing: string): CommandError {
  return guestLost(`the connection to the guest was lost while ${doing}`);
}

function failed(doing: string, reason: string): CommandError {
  return new CommandError(`${doing} failed: ${reason}`, { code: 'COMMUNICATOR_TRANSFER_FAILED' });
}

function localFailure(doing: string, cause: unknown): StepError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new StepError(`${doing} failed: ${reason}`, { code: 'TRANSFER_LOCAL_FILE', cause });
}

function newMark(): string {
  return randomBytes(4).toString('hex');
}

/** Why the guest's side ended without having said so itself. */
function endOf({ exitStatus, outputTail }: ExecResult): string {
  const words = outputTail.trim();
  return `PowerShell exited with status ${String(exitStatus)}${words === '' ? '' : `: ${words}`}`;
}

async function send(link: Link, doing: string, records: Readable, { signal }: TransferOptions): Promise<void> {
  const heard: { reason?: string; whole: boolean } = { whole: false };
  const onLine = (stream: 'stdout' | 'stderr', line: string): void => {
    if (stream !== 'stdout') return;
    if (line === 'Q') heard.whole = true;
    if (line.startsWith('!')) heard.reason = Buffer.from(line.slice(1), 'base64').toString('utf8');
  };
  try {
    const result = await runCommand(link, receiveFiles(newMark()), { signal, stdin: records, onLine });
    if (heard.reason !== undefined) throw failed(doing, heard.reason);
    if (result.disconnected) throw lost(doing);
    if (!heard.whole || result.exitStatus !== 0) throw failed(doing, endOf(result));
  } catch (error) {
    throw error instanceof KilnError ? error : localFailure(doing, error);
  } finally {
    records.destroy();
  }
}

/** Writes one file in the guest; missing directories are made. See `Communicator.upload`. */
export async function uploadFile(
  link: Link,
  source: UploadSource,
  destination: string,
  options: TransferOptions,
): Promise<void> {
  const place = guestPath(destination, 'path' in source ? basename(source.path) : undefined);
  const doing = `writing ${place} in the guest`;
  if ('path' in source) await stat(source.path).catch((error: unknown) => Promise.reject(localFailure(doing, error)));
  await send(link, doing, uploadRecords(source, place), options);
}

/** See `Communicator.uploadTree`. */
export async function uploadTree(
  link: Link,
  directory: string,
  destination: string,
  run: WinrmRun,
  options: TreeUploadOptions,
): Promise<void> {
  const skip = (path: string): void => run.warn(`not copied, neither file nor directory: ${path}`);
  const into = options.name === undefined ? destination : `${destination.replace(/[/\\]+$/, '')}/${options.name}`;
  const records = uploadTreeRecords(directory, guestPath(into), skip);
  await send(link, `copying ${directory} to ${into} in the guest`, records, options);
}

/** Copies a file, or what is in a directory, out of the guest. See `Communicator.download` and `downloadTree`. */
export async function download(
  link: Link,
  kind: 'file' | 'tree',
  source: string,
  destination: string,
  run: WinrmRun,
  { signal, onFile }: TreeDownloadOptions,
): Promise<void> {
  const doing = `copying ${source} out of the guest`;
  const skip = (path: string): void => run.warn(`not copied, a link: ${path}`);
  const writer = recordWriter(destination, newMark(), skip, onFile);
  let result: ExecResult;
  try {
    result = await runCommand(link, sendFiles(kind, guestPath(source)), {
      signal,
      onLine: (stream, line) => {
        if (stream === 'stdout') writer.take(line);
      },
    });
  } catch (error) {
    writer.finish();
    throw error;
  }
  const reason = writer.finish();
  if (reason === undefined && result.exitStatus === 0) return;
  throw result.disconnected ? lost(doing) : failed(doing, reason ?? endOf(result));
}
