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
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { chrootCommunicator } from '../../../../../core/communicators/chroot/chroot.ts';
import { CancelledError } from '../../../../../core/errors/errors.ts';
import { makeBusyboxTree, treePrograms } from '../../../../support/qemu/busybox-tree.ts';
import { lacks } from '../../../../support/kiln/needs.ts';

const { signal } = new AbortController();

describe.skipIf(lacks(treePrograms, true))('the chroot communicator', () => {
  let place = '';
  let root = '';
  const warned: string[] = [];
  const wrapped: string[] = [];
  const guest = (): ReturnType<typeof chrootCommunicator> =>
    chrootCommunicator({
      root,
      wrap: (command) => {
        wrapped.push(command);
        return `env WRAPPED=yes ${command}`;
      },
      warn: (line) => void warned.push(line),
    });
  beforeAll(async () => {
    place = await mkdtemp(join(tmpdir(), 'kiln chroot-'));
    root = join(place, "the tree's root");
    await mkdir(root);
    await makeBusyboxTree(root);
  });
  afterAll(() => rm(place, { recursive: true }));

  it('hands no credentials of this machine to commands, and what the network needs', async () => {
    const secrets = ['AWS_SECRET_ACCESS_KEY', 'VAULT_TOKEN', 'SSH_AUTH_SOCK', 'GITHUB_TOKEN', 'NODE_COMPILE_CACHE'];
    for (const name of [...secrets, 'https_proxy', 'KILN_RUN_ID']) vi.stubEnv(name, `value of ${name}`);
    try {
      const lines: string[] = [];
      await guest().exec('env', { signal, onLine: (_stream, line) => void lines.push(line) });
      expect(lines.filter((line) => secrets.some((name) => line.startsWith(`${name}=`)))).toEqual([]);
      expect(lines).toContain('https_proxy=value of https_proxy');
      expect(lines).toContain('KILN_RUN_ID=value of KILN_RUN_ID');
      expect(lines).toContain('TMPDIR=/tmp');
      expect(lines.some((line) => line.startsWith('PATH='))).toBe(true);
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('runs commands in the tree, as the wrapper says, and gives lines, status and tail', async () => {
    const lines: string[] = [];
    const command = `cat /etc/os-release; echo "$WRAPPED it's" >&2; exit 7`;
    const result = await guest().exec(command, {
      signal,
      onLine: (stream, line) => void lines.push(`${stream} ${line}`),
    });
    expect(lines.sort()).toEqual(["stderr yes it's", 'stdout NAME="Little Linux"']);
    expect(result).toMatchObject({ exitStatus: 7, disconnected: false });
    expect(result.outputTail).toContain('Little Linux');
    expect(wrapped.at(-1)).toMatch(/^chroot /);
  });

  it('passes standard input on, and standard output as it is', async () => {
    const stdout = new PassThrough();
    const heard = text(stdout);
    const bytes = 'one\rtwo\nthree without an end';
    expect(await guest().exec('cat', { signal, stdin: bytes, stdout })).toMatchObject({
      exitStatus: 0,
      outputTail: '',
    });
    expect(await heard).toBe(bytes);
  });

  it('gives commands the end of the file for input when there is none, and a /tmp that is there', async () => {
    const before = process.env['TMPDIR'];
    process.env['TMPDIR'] = place;
    try {
      expect(await guest().exec('cat; mktemp', { signal })).toMatchObject({ exitStatus: 0 });
    } finally {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
    }
  });

  it('ends a command whose time is up, or that is cancelled', async () => {
    await expect(guest().exec('sleep 60', { signal, timeout: 100 })).rejects.toMatchObject({
      code: 'COMMUNICATOR_TIMEOUT',
    });
    const cancelled = AbortSignal.timeout(100);
    await expect(guest().exec('sleep 60', { signal: cancelled })).rejects.toBeInstanceOf(CancelledError);
  });

  it('tells a command that a signal ended', async () => {
    expect(await guest().exec('kill -9 $$', { signal })).toMatchObject({ exitStatus: 137 });
  });

  it('writes and reads files, through links as the tree has them', async () => {
    await writeFile(join(place, 'script'), 'echo hello\n');
    await chmod(join(place, 'script'), 0o750);
    await mkdir(join(root, 'var/lib'), { recursive: true });
    // On this machine it leads elsewhere.
    await symlink('/var/lib', join(root, 'state'));
    await guest().upload({ path: join(place, 'script') }, '/state/script', { signal });
    const written = join(root, 'var/lib/script');
    expect(await readFile(written, 'utf8')).toBe('echo hello\n');
    expect((await stat(written)).mode & 0o777).toBe(0o750);
    await guest().upload({ content: 'text' }, '/state/text', { signal, mode: 0o600 });
    await guest().download('/state/text', join(place, 'back'), { signal });
    expect(await readFile(join(place, 'back'), 'utf8')).toBe('text');
    await expect(guest().download('/state/none', join(place, 'none'), { signal })).rejects.toMatchObject({
      code: 'COMMUNICATOR_TRANSFER_FAILED',
    });
    expect((await readdir(place)).filter((name) => name.includes('none'))).toEqual([]);
  });

  it('copies trees in and out', async () => {
    const tree = join(place, 'tree');
    await mkdir(join(tree, 'inner'), { recursive: true });
    await writeFile(join(tree, 'inner/file'), 'x'.repeat(100_000), { mode: 0o640 });
    await symlink('inner/file', join(tree, 'link'));
    await guest().uploadTree(tree, '/opt/tree', { signal });
    expect(await readlink(join(root, 'opt/tree/link'))).toBe('inner/file');
    const back = join(place, 'tree back');
    await guest().downloadTree('/opt/tree', back, { signal });
    expect((await stat(join(back, 'inner/file'))).size).toBe(100_000);
    expect((await lstat(join(back, 'link'))).isSymbolicLink()).toBe(true);
    expect(warned).toEqual([]);
  });

  it('says so when the tree has no shell', async () => {
    const bare = { root: join(place, 'bare'), wrap: (command: string) => command, warn: () => undefined };
    await mkdir(bare.root);
    await expect(chrootCommunicator(bare).upload({ content: '' }, '/x', { signal })).rejects.toThrow('no /bin/sh');
  });
});
