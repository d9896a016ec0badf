import { execFileSync } from 'node:child_process';
import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Communicator } from '../../../../core/contract/communicator.ts';
import { connectSsh } from '../../../../core/communicators/ssh/index.ts';
import type { SshConnectOptions, SshEndpoint } from '../../../../core/communicators/ssh/options.ts';
import type { JsonObject } from '../../../../core/contract/json.ts';
import { provisioner } from '../../../../provisioners/file/index.ts';
import type { ProvisionRun } from '../../../../plugins/sdk/index.ts';
import { componentConfig } from '../../../support/component-config.ts';
import { lacks } from '../../../support/kiln/needs.ts';
import { provisionRun } from '../../../support/provision-run.ts';
import { connectOptions, endpointOf, heardRun } from '../../../support/ssh/ssh-guest.ts';
import { startSshd, type TestSshd } from '../../../support/ssh/sshd.ts';

const PASSWORD = `pa ss'"$word`;
const tag = process.pid.toString(36);
/** May become anyone without a password, by giving one, and not at all. */
const users = { free: `kiln-f-${tag}`, asked: `kiln-p-${tag}`, barred: `kiln-b-${tag}` } as const;
const sudoers = `/etc/sudoers.d/kiln-${tag}`;

describe.skipIf(lacks(['/usr/sbin/sshd', 'sudo', 'useradd', 'chpasswd'], true))(
  'an upload that is put in place',
  () => {
    let sshd: TestSshd;
    let home: string;
    let work: string;
    let guests: Readonly<Record<keyof typeof users | 'root' | 'terminal' | 'tcsh', Communicator>>;

    function log(given: Partial<SshEndpoint>, options: Partial<SshConnectOptions> = {}): Promise<Communicator> {
      return connectSsh(connectOptions(endpointOf(sshd.port, given), options), heardRun());
    }

    beforeAll(async () => {
      home = await mkdtemp(join(tmpdir(), 'kiln-placed-'));
      await chmod(home, 0o755);
      for (const user of Object.values(users)) {
        execFileSync('useradd', ['--create-home', '--home-dir', join(home, user), '--shell', '/bin/sh', user]);
        execFileSync('chpasswd', { input: `${user}:${PASSWORD}\n` });
      }
      const rules = `${users.free} ALL=(ALL) NOPASSWD: ALL\n${users.asked} ALL=(ALL) ALL\n`;
      await writeFile(sudoers, rules, { mode: 0o440 });
      await mkdir(join(home, 'tmp'));
      await chmod(join(home, 'tmp'), 0o1777);
      const environment = `SetEnv SHLVL=1 TMPDIR=${join(home, 'tmp')}`;
      // A server of its own, whose TMPDIR is in the home of the test's user.
      sshd = await startSshd(['PasswordAuthentication yes', 'UsePAM yes', environment]);
      // sshd reads it as the user who logs in.
      await chmod(sshd.directory, 0o755);
      await chmod(join(sshd.directory, 'authorized_keys'), 0o644);
      const key = { privateKey: sshd.privateKey };
      const [root, free, asked, barred, terminal] = await Promise.all([
        log(key),
        log({ ...key, username: users.free }),
        log({ username: users.asked, password: PASSWORD }),
        log({ ...key, username: users.barred }),
        log({ username: users.asked, password: PASSWORD }, { pty: true }),
      ]);
      execFileSync('usermod', ['--shell', '/bin/tcsh', users.free]);
      guests = { root, free, asked, barred, terminal, tcsh: await log({ ...key, username: users.free }) };
      execFileSync('usermod', ['--shell', '/bin/sh', users.free]);
    }, 60_000);
    afterAll(async () => {
      for (const guest of Object.values(guests)) await guest.close();
      await sshd.stop();
      for (const user of Object.values(users)) execFileSync('userdel', [user], { stdio: 'ignore' });
      await rm(sudoers, { force: true });
      await rm(home, { recursive: true, force: true });
    });
    beforeEach(async () => {
      work = await mkdtemp(join(home, 'work-'));
      await chmod(work, 0o755);
      await writeFile(join(work, 'local'), 'new text\n', { mode: 0o750 });
      await mkdir(join(work, 'guest'));
    });
    afterEach(async () => {
      expect(await readdir(join(home, 'tmp'))).toEqual([]);
      await rm(work, { recursive: true, force: true });
    });

    async function put(
      guest: keyof typeof guests,
      options: JsonObject,
      given: Partial<ProvisionRun> = {},
    ): Promise<readonly string[]> {
      const where = { source: join(work, 'local'), destination: join(work, 'guest/file') };
      const whole = 'content' in options ? { destination: where.destination } : where;
      const run = provisionRun(guests[guest], given);
      await provisioner.provision(componentConfig('provisioners/file', { ...whole, ...options }), run);
      return run.said;
    }

    /** Owner, group, mode and what is in it. */
    async function found(path = 'guest/file'): Promise<string> {
      const whole = join(work, path);
      const [names = ''] = execFileSync('stat', ['-c', '%U %G %a', whole], { encoding: 'utf8' }).split('\n');
      return (await lstat(whole)).isFile() ? `${names} ${await readFile(whole, 'utf8')}` : names;
    }

    test('has its owner and its mode, also where a file of another owner was, and no other file is made', async () => {
      await put('root', { mode: '0640', owner: 'nobody:daemon' });
      expect(await found()).toBe('nobody daemon 640 new text\n');
      await put('root', { content: 'other', mode: '4711', owner: users.free });
      expect(await found()).toBe(`${users.free} daemon 4711 other`.replace('daemon', 'root'));
      expect(await readdir(join(work, 'guest'))).toEqual(['file']);
    });

    test('belongs to whoever is become, where the login user may not write, with the mode of the local file', async () => {
      await expect(put('free', { mode: '0644' })).rejects.toMatchObject({ code: 'COMMUNICATOR_TRANSFER_FAILED' });
      await put('free', { become: true });
      expect(await found()).toBe('root root 750 new text\n');
      await put('free', { become: true, content: 'secret', owner: 'nobody' });
      expect(await found()).toBe('nobody root 600 secret');
    });

    test('goes to an ordinary user who could not read it where it waits', async () => {
      execFileSync('chown', ['nobody', join(work, 'guest')]);
      await put('free', { become: true, become_user: 'nobody', content: 'for nobody' });
      expect(await found()).toMatch(/^nobody \w+ 600 for nobody$/);
    });

    test.each(['asked', 'terminal'] as const)(
      'is put by a sudo that asks, with the password of the login (%s)',
      async (guest) => {
        const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, index) => (index * 7) % 256));
        await writeFile(join(work, 'local'), bytes);
        const secrets: string[] = [];
        await put(guest, { become: true, mode: '600' }, { addSecret: (value) => void secrets.push(value) });
        expect(bytes.equals(await readFile(join(work, 'guest/file')))).toBe(true);
        expect(await found()).toMatch(/^root root 600/);
        expect(secrets).toEqual([PASSWORD]);
      },
    );

    test('is put for a login user whose shell is tcsh, at a path with blanks and quotes', async () => {
      const destination = join(work, `guest/it's "a" $place`);
      await put('tcsh', { become: true, destination });
      expect(await readFile(destination, 'utf8')).toBe('new text\n');
    });

    test('goes to the home of the login user by a relative path', async () => {
      await put('free', { become: true, destination: '~/in-home' });
      await put('free', { become: true, destination: 'in-home-too', become_user: users.free });
      expect(await readFile(join(home, users.free, 'in-home'), 'utf8')).toBe('new text\n');
      expect((await stat(join(home, users.free, 'in-home-too'))).uid).not.toBe(0);
    });

    test('follows a link to the file it stands for', async () => {
      await writeFile(join(work, 'guest/real'), 'old');
      await symlink('real', join(work, 'guest/file'));
      await put('free', { become: true });
      expect(await readFile(join(work, 'guest/real'), 'utf8')).toBe('new text\n');
      expect((await lstat(join(work, 'guest/file'))).isSymbolicLink()).toBe(true);
    });

    describe('and cannot be', () => {
      beforeEach(async () => {
        await writeFile(join(work, 'guest/file'), 'old text', { mode: 0o604 });
      });
      afterEach(async () => {
        expect(await found()).toBe('root root 604 old text');
        expect(await readdir(join(work, 'guest'))).toEqual(['file']);
      });

      test('for an owner that the guest does not know leaves what was there', async () => {
        await expect(put('free', { become: true, owner: 'no-such-user' })).rejects.toMatchObject({
          code: 'FILE_NOT_PLACED',
          message: expect.stringMatching(/guest\/file cannot be written in the guest: .*no-such-user/) as string,
        });
      });

      test('for a user who may not become another one says so, with what to do', async () => {
        await expect(put('barred', { become: true })).rejects.toMatchObject({
          code: 'FILE_NOT_PLACED',
          hint: expect.stringContaining('NOPASSWD') as string,
        });
      });

      test('for an owner without become, when one may not give files away', async () => {
        await expect(put('barred', { owner: 'root' })).rejects.toMatchObject({
          code: 'FILE_NOT_PLACED',
          hint: expect.stringContaining('become') as string,
        });
      });

      test('at a directory or below a file', async () => {
        const into = put('free', { become: true, destination: join(work, 'guest') });
        await expect(into).rejects.toMatchObject({ message: expect.stringContaining('is a directory') as string });
        const below = put('free', { become: true, destination: join(work, 'guest/file/x') });
        await expect(below).rejects.toMatchObject({ code: 'FILE_NOT_PLACED' });
      });

      test('with a password that is not the one of the user', async () => {
        const { address } = guests.asked;
        if (address === undefined) throw new Error('no address');
        const communicator = { ...guests.asked, address: { ...address, password: 'wrong' } };
        await expect(put('asked', { become: true }, { communicator })).rejects.toMatchObject({
          code: 'FILE_NOT_PLACED',
          message: expect.stringMatching(/sudo: /) as string,
        });
      }, 30_000);
    });

    test('is there whole or not at all, whenever the connection is cut', { timeout: 60_000 }, async () => {
      const old = 'old text';
      const whole = Buffer.alloc(24 << 20, 'new ');
      await writeFile(join(work, 'local'), whole);
      for (const cutAfter of [30, 90, 150, 220, 300, 400]) {
        await writeFile(join(work, 'guest/file'), old);
        const guest = await log({ privateKey: sshd.privateKey, username: users.free });
        const run = provisionRun({ ...guest, address: guest.address });
        const options = {
          source: join(work, 'local'),
          destination: join(work, 'guest/file'),
          become: true,
          mode: '0600',
        };
        const putting = provisioner.provision(componentConfig('provisioners/file', options), run).then(
          () => true,
          () => false,
        );
        await delay(cutAfter);
        await guest.close();
        const done = await putting;
        // What had been started in the guest goes on by itself to its end.
        const isWhole = async (): Promise<boolean> => whole.equals(await readFile(join(work, 'guest/file')));
        if (done) expect(await isWhole()).toBe(true);
        const sizes = async (): Promise<number> => (await stat(join(work, 'guest/file'))).size;
        expect([old.length, whole.length]).toContain(await sizes());
        await expect.poll(async () => (await readdir(join(work, 'guest'))).length, { timeout: 20_000 }).toBe(1);
        expect((await isWhole()) || (await readFile(join(work, 'guest/file'), 'utf8')) === old).toBe(true);
        execFileSync('sh', ['-c', `rm -rf ${home}/tmp/kiln-file-*`]);
      }
    });

    describe('as a tree', () => {
      beforeEach(async () => {
        const tree = join(work, 'tree');
        await mkdir(join(tree, 'sub/deep'), { recursive: true });
        await chmod(join(tree, 'sub'), 0o700);
        await writeFile(join(tree, 'top'), 'top', { mode: 0o755 });
        await writeFile(join(tree, 'sub/deep/.hidden'), 'hidden', { mode: 0o604 });
        await writeFile(join(tree, 'sub/deep/two\nlines'), '');
        await symlink('top', join(tree, 'link'));
      });
      const source = (): string => `${join(work, 'tree')}/`;
      const destination = (): string => join(work, 'guest/app');

      test('appears in its empty place with one owner, and the modes it has here', async () => {
        await put('free', { source: source(), destination: destination(), become: true, owner: 'nobody:daemon' });
        expect(await found('guest/app/top')).toBe('nobody daemon 755 top');
        expect(await found('guest/app/sub')).toBe('nobody daemon 700');
        expect(await found('guest/app/sub/deep/.hidden')).toBe('nobody daemon 604 hidden');
        expect(await found('guest/app/link')).toBe('nobody daemon 777');
        expect(await readdir(join(destination(), 'sub/deep'))).toEqual(['.hidden', 'two\nlines']);
      });

      test('has the mode on its files, and x for who may read on its directories', async () => {
        await put('root', { source: source(), destination: destination(), mode: '0640' });
        expect(await found('guest/app/top')).toBe('root root 640 top');
        expect(await found('guest/app/sub')).toBe('root root 750');
      });

      test('goes into a directory that is there file by file, and leaves the rest of it', async () => {
        await mkdir(join(destination(), 'sub'), { recursive: true });
        await chmod(join(destination(), 'sub'), 0o711);
        await writeFile(join(destination(), 'other'), 'other');
        await writeFile(join(destination(), 'top'), 'old');
        await put('free', { source: source(), destination: destination(), become: true });
        expect(await found('guest/app/top')).toBe('root root 755 top');
        expect(await found('guest/app/other')).toContain('other');
        expect(await found('guest/app/sub')).toBe('root root 711');
        expect(await found('guest/app/sub/deep/.hidden')).toBe('root root 604 hidden');
        expect((await readdir(destination())).sort()).toEqual(['link', 'other', 'sub', 'top']);
      });

      test('never replaces a directory by a file, and says where', async () => {
        await mkdir(join(destination(), 'top'), { recursive: true });
        const putting = put('free', { source: source(), destination: destination(), become: true });
        await expect(putting).rejects.toMatchObject({
          message: expect.stringContaining('app/top is a directory') as string,
        });
        expect((await readdir(destination())).filter((name) => name.startsWith('.kiln'))).toEqual([]);
      });
    });
  },
);
