import { createReadStream, type ReadStream } from 'node:fs';
import { chmod, readlink, symlink, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileEntryWithStats, SFTPWrapper } from 'ssh2';
import { walkTree, type TreeEntry } from '../../../trees/walk-tree.ts';
import { makeDirectory } from '../../../files/make-directory.ts';
import { isPlainName } from '../../guest-names.ts';
import { makePlainDirectory } from '../../tar/unpack.ts';
import type { ReconnectingConnection } from '../connection.ts';
import { removeLeftovers, sftpPath, sftpRead, sftpTransfer, sftpWrite, type Leftovers } from './sftp-file.ts';
import { answerOf, confirmed } from './sftp-session.ts';
import type { TreeDownloadOptions } from '../../../contract/communicator.ts';
import { leftInCircle, notCopied } from '../../transfer/tree-warnings.ts';
import type { TreeCopy } from '../../transfer/trees.ts';

async function isGuestDirectory(sftp: SFTPWrapper, path: string): Promise<boolean> {
  const found = await answerOf<{ isDirectory(): boolean }>((done) => sftp.stat(path, done)).catch(() => undefined);
  return found?.isDirectory() === true;
}

async function makeGuestDirectory(sftp: SFTPWrapper, path: string, mode: number): Promise<void> {
  try {
    await confirmed((done) => sftp.mkdir(path, { mode }, done));
  } catch (error) {
    if (!(await isGuestDirectory(sftp, path))) throw error;
  }
}

async function makeGuestParents(sftp: SFTPWrapper, path: string): Promise<void> {
  const parts = path.split('/');
  for (let count = 1; count <= parts.length; count += 1) {
    const some = parts.slice(0, count).join('/');
    if (some !== '' && some !== '.') await makeGuestDirectory(sftp, some, 0o755);
  }
}

export interface TreeUpload extends TreeCopy {
  readonly leftovers: Leftovers;
}

async function uploadLeaf(sftp: SFTPWrapper, entry: TreeEntry, to: string, leftovers: Leftovers): Promise<void> {
  const { source, type, stats } = entry;
  if (type === 'symlink') {
    const target = await readlink(source);
    await confirmed((done) => sftp.unlink(to, done)).catch(() => undefined);
    await confirmed((done) => sftp.symlink(target, to, done));
  } else {
    const file = { size: stats.size, mode: stats.mode & 0o7777, open: (): ReadStream => createReadStream(source) };
    await sftpWrite(sftp, file, to, leftovers);
  }
}

async function upload(sftp: SFTPWrapper, tree: TreeUpload, warn: (text: string) => void): Promise<void> {
  const { directory, destination, leftovers } = tree;
  const [onSkipped, onCircle] = [notCopied(warn), leftInCircle(warn)];
  const directories: { readonly path: string; readonly mode: number }[] = [];
  for (const entry of walkTree(directory, { onCircle })) {
    const to = `${destination}/${entry.path}`;
    if (entry.type === 'directory') {
      await makeGuestDirectory(sftp, to, 0o700);
      directories.push({ path: to, mode: entry.stats.mode & 0o7777 });
    } else if (entry.type === 'other') onSkipped(entry.path);
    else await uploadLeaf(sftp, entry, to, leftovers);
  }
  for (const { path, mode } of directories.toReversed()) await confirmed((done) => sftp.chmod(path, mode, done));
}

function withoutSlash(path: string): string {
  return path.replace(/(?<=.)\/+$/, '');
}

/** For guests without a shell. False when they offer no SFTP either. */
export async function sftpHasDirectory(
  link: ReconnectingConnection,
  path: string,
  doing: string,
  signal: AbortSignal,
): Promise<boolean> {
  let found = false;
  await sftpTransfer(link, doing, signal, async (sftp) => {
    found = await isGuestDirectory(sftp, sftpPath(path));
  });
  return found;
}

/** For guests without tar: file by file. False when the guest offers no SFTP. */
export function sftpUploadTree(
  link: ReconnectingConnection,
  tree: TreeUpload,
  doing: string,
  warn: (text: string) => void,
  signal: AbortSignal,
): Promise<boolean> {
  return sftpTransfer(link, doing, signal, async (sftp) => {
    const destination = withoutSlash(sftpPath(tree.destination));
    await removeLeftovers(sftp, tree.leftovers);
    await makeGuestParents(sftp, destination);
    await upload(sftp, { ...tree, destination }, warn);
  });
}

async function replaceLink(target: string, path: string): Promise<void> {
  await unlink(path).catch(() => undefined);
  await symlink(target, path);
}

async function download(
  sftp: SFTPWrapper,
  directory: string,
  destination: string,
  onFile: (path: string) => void,
): Promise<void> {
  const entries = await answerOf<FileEntryWithStats[]>((done) => sftp.readdir(directory, done));
  for (const { filename, attrs } of entries) {
    if (!isPlainName(filename)) continue;
    const from = `${directory}/${filename}`;
    const to = join(destination, filename);
    if (attrs.isDirectory()) {
      await makePlainDirectory(to);
      await download(sftp, from, to, (path) => onFile(`${filename}/${path}`));
      await chmod(to, attrs.mode & 0o777);
    } else if (attrs.isSymbolicLink()) {
      await replaceLink(await answerOf<string>((done) => sftp.readlink(from, done)), to);
    } else if (attrs.isFile()) {
      // A link of that name, from the guest or not, must not be written through.
      await unlink(to).catch(() => undefined);
      await sftpRead(sftp, from, to);
      await chmod(to, attrs.mode & 0o777);
      onFile(filename);
    }
  }
}

/** For guests without tar: file by file. False when the guest offers no SFTP. */
export function sftpDownloadTree(
  link: ReconnectingConnection,
  { directory, destination }: TreeCopy,
  doing: string,
  { signal, onFile = () => undefined }: TreeDownloadOptions,
): Promise<boolean> {
  return sftpTransfer(link, doing, signal, async (sftp) => {
    await makeDirectory(destination);
    await download(sftp, withoutSlash(sftpPath(directory)), destination, onFile);
  });
}
