import { createReadStream } from 'node:fs';
import { chmod, lstat, mkdir, readdir, readlink, symlink, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileEntryWithStats, SFTPWrapper } from 'ssh2';
import { makePlainDirectory } from '../tar/unpack.ts';
import type { GuestLink } from './guest-link.ts';
import { sftpPath, sftpRead, sftpTransfer, sftpWrite } from './sftp-file.ts';
import { answerOf, confirmed } from './sftp-session.ts';

async function makeGuestDirectory(sftp: SFTPWrapper, path: string, mode: number): Promise<void> {
  try {
    await confirmed((done) => sftp.mkdir(path, { mode }, done));
  } catch (error) {
    const found = await answerOf<{ isDirectory(): boolean }>((done) => sftp.stat(path, done)).catch(() => undefined);
    if (found?.isDirectory() !== true) throw error;
  }
}

async function makeGuestParents(sftp: SFTPWrapper, path: string): Promise<void> {
  const parts = path.split('/');
  for (let count = 1; count <= parts.length; count += 1) {
    const some = parts.slice(0, count).join('/');
    if (some !== '' && some !== '.') await makeGuestDirectory(sftp, some, 0o755);
  }
}

async function upload(sftp: SFTPWrapper, directory: string, destination: string): Promise<void> {
  for (const name of (await readdir(directory)).sort()) {
    const from = join(directory, name);
    const to = `${destination}/${name}`;
    const found = await lstat(from);
    if (found.isDirectory()) {
      await makeGuestDirectory(sftp, to, 0o700);
      await upload(sftp, from, to);
      await confirmed((done) => sftp.chmod(to, found.mode & 0o7777, done));
    } else if (found.isSymbolicLink()) {
      const target = await readlink(from);
      await confirmed((done) => sftp.unlink(to, done)).catch(() => undefined);
      await confirmed((done) => sftp.symlink(target, to, done));
    } else if (found.isFile()) {
      await sftpWrite(sftp, { size: found.size, mode: found.mode & 0o7777, open: () => createReadStream(from) }, to);
    }
  }
}

/** For guests without tar: file by file. False when the guest offers no SFTP. */
export function sftpUploadTree(
  link: GuestLink,
  directory: string,
  destination: string,
  doing: string,
  signal: AbortSignal,
): Promise<boolean> {
  return sftpTransfer(link, doing, signal, async (sftp) => {
    const into = sftpPath(destination).replace(/(?<=.)\/+$/, '');
    await makeGuestParents(sftp, into);
    await upload(sftp, directory, into);
  });
}

async function replaceLink(target: string, path: string): Promise<void> {
  await unlink(path).catch(() => undefined);
  await symlink(target, path);
}

async function download(sftp: SFTPWrapper, directory: string, destination: string): Promise<void> {
  const entries = await answerOf<FileEntryWithStats[]>((done) => sftp.readdir(directory, done));
  for (const { filename, attrs } of entries) {
    if (filename === '.' || filename === '..' || filename.includes('/')) continue;
    const from = `${directory}/${filename}`;
    const to = join(destination, filename);
    if (attrs.isDirectory()) {
      await makePlainDirectory(to);
      await download(sftp, from, to);
      await chmod(to, attrs.mode & 0o777);
    } else if (attrs.isSymbolicLink()) {
      await replaceLink(await answerOf<string>((done) => sftp.readlink(from, done)), to);
    } else if (attrs.isFile()) {
      // A link of that name, from the guest or not, must not be written through.
      await unlink(to).catch(() => undefined);
      await sftpRead(sftp, from, to);
      await chmod(to, attrs.mode & 0o777);
    }
  }
}

/** For guests without tar: file by file. False when the guest offers no SFTP. */
export function sftpDownloadTree(
  link: GuestLink,
  directory: string,
  destination: string,
  doing: string,
  signal: AbortSignal,
): Promise<boolean> {
  return sftpTransfer(link, doing, signal, async (sftp) => {
    await mkdir(destination, { recursive: true });
    await download(sftp, sftpPath(directory).replace(/(?<=.)\/+$/, ''), destination);
  });
}
