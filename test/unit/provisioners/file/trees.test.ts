import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { chrootCommunicator } from '../../../../core/communicators/chroot/chroot.ts';
import type { Communicator } from '../../../../core/contract/communicator.ts';
import type { JsonObject } from '../../../../core/contract/json.ts';
import type { FileProvisionerConfig } from '../../../../provisioners/file/config.gen.ts';
import { provisioner } from '../../../../provisioners/file/index.ts';
import { makeBusyboxTree, treePrograms } from '../../../support/qemu/busybox-tree.ts';
import { componentConfig } from '../../../support/component-config.ts';
import { lacks } from '../../../support/kiln/needs.ts';
import { provisionRun } from '../../../support/provision-run.ts';
import { logInTo, owningRun, type OwningRun } from '../../../support/ssh/ssh-guest.ts';
import { startSshd, type TestSshd } from '../../../support/ssh/sshd.ts';
import { logInTo as logInToWindows } from '../../../support/winrm/log-in.ts';
import { startWinrmServer, type WinrmServer } from '../../../support/winrm/server.ts';

interface Guest {
  readonly communicator: Communicator;
  /** Where "/opt" of the guest is on this machine. */
  readonly opt: string;
}

const ways = ['ssh', 'ssh by OpenSSH', 'ssh without tar', 'ssh with SFTP only', 'chroot'] as const;
type Way = (typeof ways)[number] | 'winrm';

describe.skipIf(lacks(['/usr/sbin/sshd', ...treePrograms], true))('trees that are uploaded', () => {
  let root: string;
  let sshd: TestSshd;
  let sftpOnly: TestSshd;
  let windows: WinrmServer;
  let owning: OwningRun;
  const guests = new Map<Way, Guest>();
  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'kiln-trees-'));
    // All kinds of guests at once, three of them servers that differ in what they lack.
    sshd = await startSshd();
    sftpOnly = await startSshd([], ['Match all\nForceCommand internal-sftp']);
    windows = await startWinrmServer({ auth: 'ntlm' });
    owning = owningRun();
    const tree = join(root, 'chroot');
    mkdirSync(tree);
    await makeBusyboxTree(tree);
    const plain = await logInTo(sshd);
    const opt = join(root, 'opt');
    guests.set('ssh', { communicator: plain, opt });
    guests.set('ssh by OpenSSH', { communicator: await logInTo(sshd, { backend: 'openssh' }, owning), opt });
    const lacking = execFileSync('sh', ['-c', 'mktemp -d']).toString().trim();
    for (const name of ['sh', 'cat', 'mkdir', 'sed', 'test']) symlinkSync(`/bin/${name}`, join(lacking, name));
    const poor = await startSshd([`SetEnv SHLVL=1 PATH=${lacking}`]);
    guests.set('ssh without tar', { communicator: await logInTo(poor), opt });
    guests.set('ssh with SFTP only', { communicator: await logInTo(sftpOnly), opt });
    const warn = (): void => undefined;
    const communicator = chrootCommunicator({ root: tree, wrap: (command) => command, warn });
    guests.set('chroot', { communicator, opt: join(tree, 'opt') });
    guests.set('winrm', {
      communicator: await logInToWindows(windows, { ntlm: true }),
      opt: join(windows.directory, 'c:/opt'),
    });
    return async () => {
      await poor.stop();
      rmSync(lacking, { recursive: true });
    };
  });
  afterAll(async () => {
    for (const { communicator } of guests.values()) await communicator.close();
    await owning.releaseAll();
    await sshd.stop();
    await sftpOnly.stop();
    await windows[Symbol.asyncDispose]();
    rmSync(root, { recursive: true, force: true });
  });
  beforeEach(() => {
    for (const { opt } of guests.values()) mkdirSync(opt, { recursive: true });
    write('proj/conf/plain', 'plain');
    write('proj/conf/sub/deep', 'deep');
    write('shared/hosts', 'hello');
    write('shared/down/more', 'more');
  });
  afterEach(() => {
    for (const { opt } of guests.values()) rmSync(opt, { recursive: true, force: true });
    for (const name of ['proj', 'shared']) rmSync(join(root, name), { recursive: true });
  });

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }

  function guestOf(way: Way): Guest {
    const found = guests.get(way);
    if (found === undefined) throw new Error(`there is no guest for ${way}`);
    return found;
  }

  async function upload(way: Way, options: JsonObject & { readonly destination: string }): Promise<void> {
    const { communicator, opt } = guestOf(way);
    const directory = way === 'winrm' ? 'c:/opt' : way === 'chroot' ? '/opt' : opt;
    const whole = { ...options, destination: `${directory}/${options.destination}` };
    const config: FileProvisionerConfig = componentConfig('provisioners/file', whole);
    await provisioner.provision(config, provisionRun(communicator));
  }

  const below = (way: Way): readonly string[] =>
    readdirSync(guestOf(way).opt, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name).slice(guestOf(way).opt.length + 1))
      .sort();

  const places: readonly (readonly [source: string, destination: string, expected: string])[] = [
    ['conf', 'none', 'none'],
    ['conf', 'none/', 'none'],
    ['conf', 'none/deep', 'none/deep'],
    ['conf', 'there', 'there/conf'],
    ['conf', 'there/', 'there/conf'],
    ['conf/', 'none', 'none'],
    ['conf/', 'there', 'there'],
    ['conf/', 'there/', 'there'],
    ['conf/.', 'there', 'there'],
    ['conf/sub/..', 'none', 'none'],
  ];

  describe.each(ways)('%s', (way) => {
    test.each(places)('%s to %s is at %s, as scp -r would have it', async (source, destination, expected) => {
      mkdirSync(join(guestOf(way).opt, 'there'));
      await upload(way, { source: `${root}/proj/${source}`, destination });
      expect(below(way)).toEqual([`${expected}/plain`, `${expected}/sub/deep`]);
    });

    test('a second upload goes into what the first one made', async () => {
      for (const _turn of [1, 2]) await upload(way, { source: join(root, 'proj/conf'), destination: 'new' });
      expect(below(way)).toEqual(['new/conf/plain', 'new/conf/sub/deep', 'new/plain', 'new/sub/deep']);
    });
  });

  test.each([...ways, 'winrm'] as const)('what links name arrives, by %s', async (way) => {
    symlinkSync('../../shared/hosts', join(root, 'proj/conf/hosts'));
    symlinkSync('../../shared', join(root, 'proj/conf/dir'));
    symlinkSync(join(root, 'shared/down/more'), join(root, 'proj/conf/sub/whole'));
    symlinkSync('..', join(root, 'proj/conf/up'));
    symlinkSync('../../gone', join(root, 'proj/conf/dangling'));
    await upload(way, { source: join(root, 'proj/conf'), destination: 't/' });
    const place = join(guestOf(way).opt, way === 'winrm' ? 't/conf' : 't');
    expect(readFileSync(join(place, 'hosts'), 'utf8')).toBe('hello');
    expect(readFileSync(join(place, 'dir/down/more'), 'utf8')).toBe('more');
    expect(readFileSync(join(place, 'sub/whole'), 'utf8')).toBe('more');
    expect(existsSync(join(place, 'up/conf/up'))).toBe(false);
    expect(existsSync(join(place, 'dangling'))).toBe(false);
  });

  test('over WinRM the directory itself always goes into the destination, as with Packer', async () => {
    await upload('winrm', { source: join(root, 'proj/conf'), destination: 'none' });
    await upload('winrm', { source: `${root}/proj/conf/`, destination: 'other' });
    expect(below('winrm')).toEqual(['none/conf/plain', 'none/conf/sub/deep', 'other/plain', 'other/sub/deep']);
  });

  test.each([{ verify: true }, { mode: '0600' }, { owner: 'root', verify: true }])(
    'with %j they are at the same places',
    async (options) => {
      for (const [source, destination, expected] of places) {
        rmSync(guestOf('ssh').opt, { recursive: true });
        mkdirSync(join(guestOf('ssh').opt, 'there'), { recursive: true });
        symlinkSync('../../shared/hosts', join(root, 'proj/conf/hosts'));
        await upload('ssh', { source: `${root}/proj/${source}`, destination, ...options });
        expect(below('ssh')).toEqual([`${expected}/hosts`, `${expected}/plain`, `${expected}/sub/deep`]);
        rmSync(join(root, 'proj/conf/hosts'));
      }
    },
  );

  test.each([
    ...([...ways, 'winrm'] as const).map((way) => [way, {}] as const),
    ['ssh', { mode: '0600', owner: 'root' }] as const,
  ])('a file for a directory is refused with what to write instead, by %s (%j)', async (way, options) => {
    mkdirSync(join(guestOf(way).opt, 'there'));
    const file = upload(way, { source: join(root, 'proj/conf/plain'), destination: 'there', ...options });
    await expect(file).rejects.toMatchObject({
      message: expect.stringMatching(/is a directory$/) as string,
      hint: expect.stringMatching(/set "destination" to ".*\/there\/"$/) as string,
    });
    const content = upload(way, { content: 'x', destination: 'there', ...options });
    await expect(content).rejects.toMatchObject({ hint: expect.stringMatching(/\/there\/NAME"$/) as string });
  });
});
