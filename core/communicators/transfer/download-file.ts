import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { KilnError } from '../../errors/errors.ts';
import type { TransferOptions } from '../../contract/communicator.ts';
import { hasNoShell, localFailure, noTransferMethod, transferFailed, type TransferMethods } from './guest-script.ts';

/** $1 path. */
const SCRIPT = 'if [ -d "$1" ]; then echo "$1 is a directory" >&2; exit 1; fi; exec cat "$1"';

export interface FileDownload {
  readonly source: string;
  /** A new file here. */
  readonly path: string;
}

async function fetchTo(
  ways: TransferMethods<FileDownload>,
  job: FileDownload,
  doing: string,
  signal: AbortSignal,
): Promise<void> {
  if (ways.first !== undefined && (await ways.first(job, doing, signal))) return;
  const stdout = (await open(job.path, 'w')).createWriteStream();
  const script = { doing, script: SCRIPT, paths: [job.source] };
  const answer = await ways.run(script, { signal, stdout }).finally(() => stdout.destroy());
  if (hasNoShell(answer)) {
    if (ways.last !== undefined && (await ways.last(job, doing, signal))) return;
    throw noTransferMethod(doing, ways, answer.words);
  }
  if (answer.exitStatus !== 0) throw transferFailed(doing, answer.reason);
}

/** Fetches one file from the guest, whole or not at all; see `Communicator.download`. */
export async function downloadFile(
  ways: TransferMethods<FileDownload>,
  source: string,
  destination: string,
  { signal }: TransferOptions,
): Promise<void> {
  const doing = `reading ${source} in the guest`;
  const path = join(dirname(destination), `.${basename(destination)}.kiln-${randomUUID()}`);
  try {
    await fetchTo(ways, { source, path }, doing, signal);
    await rename(path, destination);
  } catch (error) {
    await rm(path, { force: true });
    throw error instanceof KilnError ? error : localFailure(doing, error);
  }
}
