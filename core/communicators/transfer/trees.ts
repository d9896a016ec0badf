import { PassThrough, Readable } from 'node:stream';
import { KilnError } from '../../errors/errors.ts';
import type { TreeDownloadOptions, TreeUploadOptions } from '../../contract/communicator.ts';
import { packDirectory } from '../tar/pack.ts';
import { unpackInto } from '../tar/unpack.ts';
import {
  hasNoShell,
  localFailure,
  noTransferMethod,
  transferFailed,
  type NoShell,
  type ScriptAnswer,
  type TransferMethods,
} from './guest-script.ts';
import { leftInCircle, notCopied } from './tree-warnings.ts';

/** The exit status for a guest without tar. */
const NO_TAR = 97;
const NEEDS_TAR = `command -v tar >/dev/null 2>&1 || exit ${NO_TAR}`;
/** $1 destination, $2 name in it when it is there already, or "". */
const UPLOAD = [
  `${NEEDS_TAR}; d=$1`,
  'if [ -n "$2" ] && [ -d "$d" ]; then d=${d%/}/$2; fi',
  'mkdir -p "$d" && cd "$d" && exec tar -xopf -',
].join('; ');
const DOWNLOAD = `${NEEDS_TAR}; cd "$1" && exec tar -cf - .`;

/** A directory, and where what is in it goes. */
export interface TreeCopy {
  readonly directory: string;
  readonly destination: string;
}

type Warn = (text: string) => void;

/** A guest without tar can do no more here than one without a shell. */
function unlessNoTar(answer: ScriptAnswer | NoShell): ScriptAnswer | NoShell {
  return !hasNoShell(answer) && answer.exitStatus === NO_TAR ? { words: '' } : answer;
}

/** Copies what is in a directory into the guest as one stream; see `Communicator.uploadTree`. */
export async function uploadTree(
  ways: TransferMethods<TreeCopy>,
  job: TreeCopy,
  warn: Warn,
  { signal, name = '' }: TreeUploadOptions,
): Promise<void> {
  const { directory, destination } = job;
  const doing = `copying ${directory} to ${destination} in the guest`;
  try {
    const packed = packDirectory(directory, notCopied(warn), { onCircle: leftInCircle(warn) });
    const stdin = Readable.from(packed, { objectMode: false });
    const upload = { doing, script: UPLOAD, paths: [destination], given: [name] };
    const answer = unlessNoTar(await ways.run(upload, { signal, stdin }));
    if (hasNoShell(answer)) {
      if (ways.last !== undefined && (await ways.last(job, doing, signal))) return;
      throw noTransferMethod(doing, ways, answer.words);
    }
    if (answer.exitStatus !== 0) throw transferFailed(doing, answer.reason);
  } catch (error) {
    throw error instanceof KilnError ? error : localFailure(doing, error);
  }
}

/** GNU tar's status for files that changed under its hands, which those of a running system do. */
function onlyChanged(answer: ScriptAnswer): boolean {
  return answer.exitStatus === 1 && /changed as we read it|removed before we read it/.test(answer.outputTail);
}

/** Copies what is in the guest's directory out of it; see `Communicator.downloadTree`. */
export async function downloadTree(
  ways: TransferMethods<TreeCopy>,
  job: TreeCopy,
  warn: Warn,
  { signal, onFile }: TreeDownloadOptions,
): Promise<void> {
  const { directory, destination } = job;
  const doing = `copying ${directory} out of the guest`;
  const stdout = new PassThrough();
  const unpacking = unpackInto(destination, stdout, notCopied(warn), onFile).then(() => void stdout.resume());
  const failed = unpacking.then(
    () => undefined,
    (error: unknown) => {
      stdout.destroy();
      return error instanceof Error ? error : new Error(String(error));
    },
  );
  try {
    const download = { doing, script: DOWNLOAD, paths: [directory] };
    const answer = unlessNoTar(await ways.run(download, { signal, stdout }));
    if (hasNoShell(answer)) {
      stdout.destroy();
      if (ways.last !== undefined && (await ways.last(job, doing, signal))) return;
      throw noTransferMethod(doing, ways, answer.words);
    }
    if (onlyChanged(answer)) warn(`files in ${directory} changed while they were copied`);
    else if (answer.exitStatus !== 0) throw transferFailed(doing, answer.reason);
    const broken = await failed;
    if (broken !== undefined) throw broken;
  } catch (error) {
    stdout.destroy();
    const failure = await failed;
    if (error instanceof KilnError) throw error;
    // The stream that broke is the consequence; why unpacking stopped is the cause.
    throw localFailure(doing, failure ?? error);
  }
}
