import { randomBytes } from 'node:crypto';
import type { UploadOptions, UploadSource } from '../communicator.ts';
import { KilnError } from '../../errors/errors.ts';
import type { GuestLink } from './guest-link.ts';
import { localFailure, runShell, transferFailed } from './guest-shell.ts';
import { sftpTransfer, sftpWrite } from './sftp-file.ts';
import { uploadOf, type Upload } from './upload-content.ts';

/**
 * $1 path, $2 mode, $3 size, $4 mark. Written beside its place and moved there, so that it is there whole or not at
 * all; straight to its place when that is a device, or a file in a directory that is not writable.
 */
const SCRIPT = [
  'd=$1; n=; umask 077',
  'if [ -d "$d" ]; then echo "$d is a directory" >&2; exit 1; fi',
  'if [ -L "$d" ]; then d=$(readlink -f "$d") || exit 1; fi',
  'if [ -e "$d" ] && [ ! -f "$d" ]; then exec cat > "$d"; fi',
  't=$d.kiln-$4; o=',
  'if (: > "$t") 2>/dev/null; then o=$t; elif [ -f "$d" ]; then t=$d; fi',
  'cat > "$t" && n=$(wc -c < "$t") && [ "$n" -eq "$3" ]' +
    ' && { [ "$t" = "$d" ] || [ ! -f "$d" ] || chown "$(stat -c %u:%g "$d" 2>/dev/null)" "$t" 2>/dev/null || :; }' +
    ' && { chmod "$2" "$t" || [ "$t" = "$d" ]; } && { [ "$t" = "$d" ] || mv -f "$t" "$d"; } && exit 0',
  '[ -z "$n" ] || [ "$n" -eq "$3" ] || echo "$n of $3 bytes arrived" >&2',
  '[ -z "$o" ] || rm -f "$o"; exit 1',
].join('; ');

async function write(
  link: GuestLink,
  method: 'scp' | 'sftp',
  upload: Upload,
  destination: string,
  doing: string,
  signal: AbortSignal,
): Promise<void> {
  const overSftp = (): Promise<boolean> =>
    sftpTransfer(link, doing, signal, (sftp) => sftpWrite(sftp, upload, destination));
  if (method === 'sftp' && (await overSftp())) return;
  const args = [upload.mode.toString(8), upload.size, randomBytes(4).toString('hex')];
  const answer = await runShell(link, doing, SCRIPT, [destination], args, { signal, stdin: upload.open() });
  if (answer === undefined) {
    if (method === 'scp' && (await overSftp())) return;
    throw transferFailed(doing, 'the guest offers neither a shell nor SFTP');
  }
  if (answer.exitStatus !== 0) throw transferFailed(doing, answer.reason);
}

/** Writes one file into the guest; see `Communicator.upload`. */
export async function uploadFile(
  link: GuestLink,
  method: 'scp' | 'sftp',
  source: UploadSource,
  destination: string,
  options: UploadOptions,
): Promise<void> {
  const doing = `writing ${destination} in the guest`;
  try {
    const upload = await uploadOf(source, options.mode);
    await write(link, method, upload, destination, doing, options.signal);
  } catch (error) {
    throw error instanceof KilnError ? error : localFailure(doing, error);
  }
}
