import { randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { CommandError, type ProvisionRun } from '../../../plugins/sdk/index.ts';
import { shellWord } from '../../../plugins/sdk/guest.ts';
import { guestPath, runScript, type ScriptResult } from '../guest-script.ts';
import { NO_SUDO, PASSWORD_WANTED, PLACE, PLACE_FILE, PLACE_TREE } from '../place-scripts.ts';
import { directoryMode, type Placement } from '../placement.ts';
import { verifyUpload } from './verify.ts';

type Guest = Pick<ProvisionRun, 'communicator' | 'signal' | 'warn' | 'addSecret'>;

/** Text for a file, a file, or a directory whose contents are meant. */
export type Upload =
  | { readonly content: string; readonly mode: string }
  | { readonly path: string }
  | {
      readonly directory: string;
      /** In a destination that is a directory already. */
      readonly name?: string;
    };

const REMOVE_MILLISECONDS = 30_000;
const STAGE = 'id -un && umask 077 && mktemp -d "${TMPDIR:-/tmp}/kiln-file-XXXXXXXX"';

function failure(answer: ScriptResult, destination: string, becomeUser: string | undefined): CommandError {
  const { exitStatus, outputTail } = answer;
  const details = {
    code: 'FILE_NOT_PLACED',
    outputTail,
    ...(exitStatus === undefined ? {} : { exitStatus }),
  };
  if (exitStatus === NO_SUDO) {
    const hint = 'install sudo in the guest, or log in as the user that the file is for';
    return new CommandError(`the guest has no sudo to become ${becomeUser ?? ''} with`, {
      ...details,
      pointer: '/become',
      hint,
    });
  }
  const why = answer.reason === '' ? `status ${String(exitStatus ?? 'unknown')}` : answer.reason;
  const hints: Readonly<Record<string, string>> =
    exitStatus === PASSWORD_WANTED
      ? { hint: 'Kiln logged in without a password: let sudo ask for none (NOPASSWD in sudoers)' }
      : becomeUser === undefined
        ? { hint: '"become": true puts it in place as root' }
        : {};
  return new CommandError(`${destination} cannot be written in the guest: ${why}`, {
    ...details,
    pointer: '/destination',
    ...hints,
  });
}

async function modeOf(upload: Upload, mode: string | undefined): Promise<string> {
  if (mode !== undefined) return mode;
  if ('content' in upload) return upload.mode;
  return 'path' in upload ? ((await stat(upload.path)).mode & 0o7777).toString(8) : '';
}

async function send(upload: Upload, staged: string, { communicator, signal }: Guest): Promise<void> {
  if ('directory' in upload) return communicator.uploadTree(upload.directory, staged, { signal });
  return communicator.upload(upload, staged, { signal, mode: 0o600 });
}

/** Never throws: whether the upload is in its place says more. */
async function removeStaging(directory: string, { communicator, warn }: Guest): Promise<void> {
  // A fresh signal, since the run's own may have aborted.
  const signal = AbortSignal.timeout(REMOVE_MILLISECONDS);
  const removed = await communicator.exec(`rm -rf ${shellWord(directory)}`, { signal }).catch(() => undefined);
  if (removed?.exitStatus !== 0) warn(`${directory} is left in the guest`);
}

/**
 * Uploads to a directory that only the login user can read, and from there puts it at `destination` with its owner and
 * mode. Throws `CommandError` FILE_NOT_PLACED and what the communicator throws.
 */
export async function placeUpload(
  upload: Upload,
  destination: string,
  { mode, owner, becomeUser, verify }: Placement,
  guest: Guest,
): Promise<void> {
  const made = await runScript(STAGE, [], guest);
  const [login = '', directory = ''] = made.lines.slice(-2).map((line) => line.trim());
  if (made.exitStatus !== 0 || directory === '') throw failure(made, destination, becomeUser);
  const password = guest.communicator.address?.password ?? '';
  const user = becomeUser === login ? undefined : becomeUser;
  let placed: ScriptResult | undefined;
  try {
    await send(upload, `${directory}/upload`, guest);
    if (verify) await verifyUpload(upload, `${directory}/upload`, guest);
    const bits = await modeOf(upload, mode);
    const args = [
      `${directory}/upload`,
      user ?? '',
      user !== undefined && password !== '' ? 'yes' : '',
      'directory' in upload ? PLACE_TREE : PLACE_FILE,
      guestPath(destination),
      bits,
      bits === '' ? '' : directoryMode(bits),
      owner ?? '',
      randomBytes(4).toString('hex'),
      'directory' in upload ? (upload.name ?? '') : '',
    ];
    if (password !== '') guest.addSecret(password);
    const stdin = user === undefined || password === '' ? undefined : `${password}\n`;
    placed = await runScript(PLACE, args, guest, stdin);
  } finally {
    if (placed === undefined) await removeStaging(directory, guest);
  }
  if (placed.exitStatus !== 0) throw failure(placed, destination, becomeUser);
}
