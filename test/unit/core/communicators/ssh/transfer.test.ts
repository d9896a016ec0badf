import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from 'vitest';
import type { Communicator } from '../../../../../core/contract/communicator.ts';
import { CancelledError } from '../../../../../core/errors/errors.ts';
import { heardRun, logInTo } from '../../../../support/ssh/ssh-guest.ts';
import { sshdMissing, startSshd, type TestSshd } from '../../../../support/ssh/sshd.ts';
import { testWithSshd } from '../../../../support/ssh/test-with-sshd.ts';
const test = testWithSshd();

const missing = sshdMissing();
const signal = new AbortController().signal;
const noTerminal = 'Match all\nForceCommand internal-sftp';

const ways = [
  { name: 'through the shell', method: 'scp', last: '' },
  { name: 'over SFTP', method: 'sftp', last: '' },
  { name: 'with scp wanted and SFTP only there', method: 'scp', last: noTerminal },
  { name: 'with sftp wanted and no SFTP there', method: 'sftp', last: 'Subsystem sftp /bin/false' },
] as const;

describe.skipIf(missing !== undefined).each(ways)('files and trees, $name', ({ method, last }) => {
  let sshd: TestSshd;
  let guest: Communicator;
  let root: string;
  let here: string;
  let there: string;
  beforeAll(async () => {
    // A server for each way of copying: what it lacks decides which one is taken.
    sshd = await startSshd(last.startsWith('Match') ? [] : [last], last.startsWith('Match') ? [last] : []);
    guest = await logInTo(sshd, { transferMethod: method });
  });
  afterAll(async () => {
    await guest.close();
    await sshd.stop();
  });
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'kiln-transfer-'));
    here = join(root, 'here');
    there = join(root, "the guest's $HOME");
    await mkdir(here);
    await mkdir(there);
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  test('content arrives as it is, with mode 0644 unless another is asked for', async () => {
    const content = randomBytes(3 * 1024 * 1024 + 17);
    await guest.upload({ content }, join(there, 'a file'), { signal });
    expect((await readFile(join(there, 'a file'))).equals(content)).toBe(true);
    expect((await stat(join(there, 'a file'))).mode & 0o7777).toBe(0o644);
    await guest.upload({ content: 'ü\n' }, join(there, '-n'), { signal, mode: 0o4750 });
    expect(await readFile(join(there, '-n'), 'utf8')).toBe('ü\n');
    expect((await stat(join(there, '-n'))).mode & 0o7777).toBe(0o4750);
  });

  test('a local file keeps its mode, an empty one is there too, and nothing else is left', async () => {
    await writeFile(join(here, 'tool'), '');
    await chmod(join(here, 'tool'), 0o711);
    await guest.upload({ path: join(here, 'tool') }, join(there, 'tool'), { signal });
    expect((await stat(join(there, 'tool'))).mode & 0o7777).toBe(0o711);
    expect(await readdir(there)).toEqual(['tool']);
  });

  test('a file that is there is replaced, and a link to it stays a link', async () => {
    await writeFile(join(there, 'real'), 'old and longer');
    await symlink('real', join(there, 'link'));
    await guest.upload({ content: 'new' }, join(there, 'link'), { signal });
    expect(await readFile(join(there, 'real'), 'utf8')).toBe('new');
    expect(await readlink(join(there, 'link'))).toBe('real');
  });

  test('writing to a directory, or into one that is not there, says so', async () => {
    await expect(guest.upload({ content: 'x' }, there, { signal })).rejects.toMatchObject({
      code: 'COMMUNICATOR_TRANSFER_FAILED',
      message: expect.stringContaining('is a directory') as string,
    });
    await expect(guest.upload({ content: 'x' }, join(there, 'no', 'file'), { signal })).rejects.toMatchObject({
      code: 'COMMUNICATOR_TRANSFER_FAILED',
      message: expect.stringMatching(/no such file|nonexistent/i) as string,
    });
  });

  test('a local file that cannot be read is told as such', async () => {
    await expect(guest.upload({ path: join(here, 'none') }, join(there, 'x'), { signal })).rejects.toMatchObject({
      code: 'TRANSFER_LOCAL_FILE',
      message: expect.stringContaining('ENOENT') as string,
    });
    expect(await readdir(there)).toEqual([]);
  });

  test('a full file system fails the upload and keeps the old file', async () => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', there]);
    try {
      await writeFile(join(there, 'file'), 'old');
      const failure = guest.upload({ content: Buffer.alloc(4 * 1024 * 1024, 1) }, join(there, 'file'), { signal });
      await expect(failure).rejects.toMatchObject({ code: 'COMMUNICATOR_TRANSFER_FAILED' });
      expect(await readdir(there)).toEqual(['file']);
      expect(await readFile(join(there, 'file'), 'utf8')).toBe('old');
    } finally {
      execFileSync('umount', [there]);
    }
  });

  test('a file is fetched whole, and one that is not there leaves nothing', async () => {
    const content = randomBytes(2 * 1024 * 1024 + 3);
    await writeFile(join(there, 'log'), content);
    await guest.download(join(there, 'log'), join(here, 'log'), { signal });
    expect((await readFile(join(here, 'log'))).equals(content)).toBe(true);
    await expect(guest.download(join(there, 'none'), join(here, 'none'), { signal })).rejects.toMatchObject({
      code: 'COMMUNICATOR_TRANSFER_FAILED',
      message: expect.stringMatching(/no such file/i) as string,
    });
    expect(await readdir(here)).toEqual(['log']);
  });

  test('fetching to a place that cannot be written to is a failure of this machine', async () => {
    await writeFile(join(there, 'log'), 'x');
    await expect(guest.download(join(there, 'log'), join(here, 'no', 'log'), { signal })).rejects.toMatchObject({
      code: 'TRANSFER_LOCAL_FILE',
    });
  });

  async function makeTree(directory: string): Promise<void> {
    await mkdir(join(directory, 'sub', 'empty'), { recursive: true });
    await writeFile(join(directory, 'sub', 'script'), '#!/bin/sh\n');
    await chmod(join(directory, 'sub', 'script'), 0o755);
    await writeFile(join(directory, '.hidden'), 'h');
    await writeFile(join(directory, `${'long name '.repeat(15)}é`), randomBytes(1024 * 1024));
    await symlink('sub/script', join(directory, 'link'));
    await symlink('/nowhere/at/all', join(directory, 'dangling'));
    await chmod(join(directory, 'sub', 'empty'), 0o700);
  }

  async function seen(directory: string): Promise<unknown> {
    const names = (await readdir(directory, { recursive: true })).sort();
    return Promise.all(
      names.map(async (name) => {
        const path = join(directory, name);
        const found = await lstat(path);
        if (found.isSymbolicLink()) return [name, await readlink(path)];
        const content = found.isFile() ? (await readFile(path)).toString('base64') : 'directory';
        return [name, found.mode & 0o777, content];
      }),
    );
  }

  test('a tree arrives with modes, links, empty directories and long names, and leaves the directory itself alone', async () => {
    await makeTree(here);
    await chmod(there, 0o1777);
    await guest.uploadTree(here, there, { signal });
    expect(await seen(there)).toEqual(await seen(here));
    expect((await stat(there)).mode & 0o7777).toBe(0o1777);
    await guest.uploadTree(here, join(there, 'made', 'for it'), { signal });
    expect(await seen(join(there, 'made', 'for it'))).toEqual(await seen(here));
  });

  test('a tree is fetched with modes, links, empty directories and long names', async () => {
    await makeTree(there);
    await guest.downloadTree(there, join(here, 'made', 'for it'), { signal });
    expect(await seen(join(here, 'made', 'for it'))).toEqual(await seen(there));
    await expect(guest.downloadTree(join(there, 'none'), here, { signal })).rejects.toMatchObject({
      code: 'COMMUNICATOR_TRANSFER_FAILED',
      message: expect.stringMatching(/no such file|can't cd/i) as string,
    });
  });
});

describe.skipIf(missing !== undefined)('transfers that are disturbed', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'kiln-transfer-'));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  describe.each(['scp', 'sftp'] as const)('%s', (transferMethod) => {
    test('a connection cut for good in the middle of an upload is an error and leaves no file', async ({ sshd }) => {
      const guest = await logInTo(sshd, { transferMethod, timeout: 1500 });
      const source = join(root, 'source');
      execFileSync('truncate', ['-s', '4G', source]);
      await mkdir(join(root, 'guest'));
      const failure = guest.upload({ path: source }, join(root, 'guest', 'file'), { signal });
      failure.catch(() => undefined);
      while ((await readdir(join(root, 'guest'))).length === 0) await delay(20);
      await sshd.halt();
      await sshd.cut();
      await expect(failure).rejects.toMatchObject({
        code: 'COMMUNICATOR_LOST',
        message: expect.stringMatching(
          /^the connection to the guest was lost while writing \S+ in the guest, and there is no new one: no SSH login/,
        ) as string,
      });
      expect(await readdir(join(root, 'guest'))).not.toContain('file');
      await guest.close();
      await sshd.start();
    });

    test('a cancelled download leaves nothing here', async ({ sshd }) => {
      const guest = await logInTo(sshd, { transferMethod });
      const source = join(root, 'source');
      execFileSync('truncate', ['-s', '2G', source]);
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 400);
      const failure = guest.download(source, join(root, 'copy'), { signal: controller.signal });
      await expect(failure).rejects.toBeInstanceOf(CancelledError);
      expect(await readdir(root)).toEqual(['source']);
      await guest.close();
    });
  });

  test('a cancelled upload leaves nothing in the guest', async ({ sshd }) => {
    const guest = await logInTo(sshd);
    const source = join(root, 'source');
    execFileSync('truncate', ['-s', '4G', source]);
    await mkdir(join(root, 'guest'));
    const controller = new AbortController();
    const failure = guest.upload({ path: source }, join(root, 'guest', 'file'), { signal: controller.signal });
    failure.catch(() => undefined);
    while ((await readdir(join(root, 'guest'))).length === 0) await delay(20);
    controller.abort();
    await expect(failure).rejects.toBeInstanceOf(CancelledError);
    await expect.poll(() => readdir(join(root, 'guest'))).toEqual([]);
    await guest.close();
  });

  test('a file that shrinks while it is sent is an error', async ({ sshd }) => {
    const guest = await logInTo(sshd);
    const source = join(root, 'source');
    await writeFile(source, 'x');
    const upload = guest.upload({ path: '/proc/self/status' }, join(root, 'file'), { signal });
    await expect(upload).rejects.toMatchObject({ message: expect.stringMatching(/\d+ of 0 bytes arrived/) as string });
    await guest.close();
  });

  test('a path with ~/ is below the home directory', async ({ sshd }) => {
    const guest = await logInTo(sshd);
    const name = `.kiln-test-${process.pid}`;
    await guest.upload({ content: 'home' }, `~/${name}`, { signal });
    expect((await guest.exec(`cat ~/${name}; rm ~/${name}`, { signal })).outputTail).toBe('home');
    await guest.close();
  });

  test('what is neither file nor directory nor link is left out with a warning', async ({ sshd }) => {
    const run = heardRun();
    const guest = await logInTo(sshd, {}, run);
    await mkdir(join(root, 'from'));
    execFileSync('mkfifo', [join(root, 'from', 'pipe')]);
    await writeFile(join(root, 'from', 'file'), 'x');
    await guest.uploadTree(join(root, 'from'), join(root, 'to'), { signal });
    expect(await readdir(join(root, 'to'))).toEqual(['file']);
    expect(run.heard).toContainEqual(expect.stringContaining('pipe'));
    await guest.close();
  });

  test('times of a tree are kept', async ({ sshd }) => {
    const guest = await logInTo(sshd);
    await mkdir(join(root, 'from'));
    await writeFile(join(root, 'from', 'file'), 'x');
    await utimes(join(root, 'from', 'file'), 1_000_000_000, 1_000_000_000);
    await guest.uploadTree(join(root, 'from'), join(root, 'to'), { signal });
    await guest.downloadTree(join(root, 'to'), join(root, 'back'), { signal });
    expect((await stat(join(root, 'back', 'file'))).mtimeMs).toBe(1_000_000_000_000);
    await guest.close();
  });

  test('a tree that does not fit fails with the reason', async ({ sshd }) => {
    const guest = await logInTo(sshd);
    await mkdir(join(root, 'small'));
    await mkdir(join(root, 'from'));
    await writeFile(join(root, 'from', 'big'), Buffer.alloc(4 * 1024 * 1024, 1));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', join(root, 'small')]);
    try {
      await expect(guest.uploadTree(join(root, 'from'), join(root, 'small'), { signal })).rejects.toMatchObject({
        code: 'COMMUNICATOR_TRANSFER_FAILED',
      });
    } finally {
      execFileSync('umount', [join(root, 'small')]);
      await guest.close();
    }
  });
});
