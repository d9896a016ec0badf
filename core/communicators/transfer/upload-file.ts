import { randomBytes } from 'node:crypto';
import type { Ui } from '../../contract/build-run.ts';
import { KilnError } from '../../errors/errors.ts';
import type { UploadOptions, UploadSource } from '../../contract/communicator.ts';
import { hasNoShell, localFailure, noTransferMethod, transferFailed, type TransferMethods } from './guest-script.ts';
import { uploadOf, type Upload } from './upload-content.ts';
import { watchUpload } from './upload-progress.ts';

/**
 * $1 path, $2 mode, $3 size, $4 mark. Written beside its place and moved there, so that it is there whole or not at
 * all; straight to its place when that is a device, or a file in a directory that is not writable.
 */
const SCRIPT = [
  'd=$1; n=; o=; umask 077',
  `trap '[ -z "$o" ] || rm -f "$o"; exit 1' HUP INT PIPE TERM`,
  'if [ -d "$d" ]; then echo "$d is a directory" >&2; exit 1; fi',
  'if [ -L "$d" ]; then d=$(readlink -f "$d") || exit 1; fi',
  'if [ -e "$d" ] && [ ! -f "$d" ]; then exec cat > "$d"; fi',
  't=$d.kiln-$4',
  'if (: > "$t") 2>/dev/null; then o=$t; elif [ -f "$d" ]; then t=$d; fi',
  'cat > "$t" && n=$(wc -c < "$t") && [ "$n" -eq "$3" ]' +
    ' && { [ "$t" = "$d" ] || [ ! -f "$d" ] || chown "$(stat -c %u:%g "$d" 2>/dev/null)" "$t" 2>/dev/null || :; }' +
    ' && { chmod "$2" "$t" || [ "$t" = "$d" ]; } && { [ "$t" = "$d" ] || mv -f "$t" "$d"; } && exit 0',
  // First, since writing to a connection that is gone ends the shell.
  '[ -z "$o" ] || rm -f "$o"',
  '[ -z "$n" ] || [ "$n" -eq "$3" ] || echo "$n of $3 bytes arrived" >&2; exit 1',
].join('; ');

export interface FileUpload {
  readonly upload: Upload;
  readonly destination: string;
}

async function write(
  ways: TransferMethods<FileUpload>,
  job: FileUpload,
  doing: string,
  signal: AbortSignal,
): Promise<void> {
  if (ways.first !== undefined && (await ways.first(job, doing, signal))) return;
  const { upload, destination } = job;
  const given = [upload.mode.toString(8), upload.size, randomBytes(4).toString('hex')];
  const script = { doing, script: SCRIPT, paths: [destination], given };
  const answer = await ways.run(script, { signal, stdin: upload.open() });
  if (hasNoShell(answer)) {
    if (ways.last !== undefined && (await ways.last(job, doing, signal))) return;
    throw noTransferMethod(doing, ways, answer.words);
  }
  if (answer.exitStatus !== 0) throw transferFailed(doing, answer.reason);
}

/** Writes one file into the guest; see `Communicator.upload`. `progress` hears how far a large one is. */
export async function uploadFile(
  ways: TransferMethods<FileUpload>,
  source: UploadSource,
  destination: string,
  options: UploadOptions,
  progress?: Ui['progress'],
): Promise<void> {
  const doing = `writing ${destination} in the guest`;
  try {
    using watched = watchUpload(await uploadOf(source, options.mode), `upload to ${destination}`, progress);
    await write(ways, { upload: watched.upload, destination }, doing, options.signal);
    watched.finish();
  } catch (error) {
    throw error instanceof KilnError ? error : localFailure(doing, error);
  }
}
