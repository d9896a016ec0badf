import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect } from 'vitest';
import type { Communicator } from '../../../../../../core/contract/communicator.ts';
import { connectSsh } from '../../../../../../core/communicators/ssh/index.ts';
import type { SshConnectOptions } from '../../../../../../core/communicators/ssh/options.ts';
import {
  LARGE_BYTES,
  uploadRoute,
  type UploadFacts,
} from '../../../../../../core/communicators/ssh/files/upload-route.ts';
import {
  connectOptions,
  endpointOf,
  heardRun,
  owningRun,
  type OwningRun,
} from '../../../../../support/ssh/ssh-guest.ts';
import { sshdMissing, startSshd, type TestSshd } from '../../../../../support/ssh/sshd.ts';
import { testWithSshd } from '../../../../../support/ssh/test-with-sshd.ts';
const test = testWithSshd();

const signal = new AbortController().signal;
const LARGE: UploadFacts = {
  size: LARGE_BYTES,
  backend: 'ssh2',
  wanted: undefined,
  throughSocks: false,
  processes: true,
  largeBytes: LARGE_BYTES,
};

test.each<[what: string, given: Partial<UploadFacts>, route: 'first' | 'second']>([
  ['a large file', {}, 'second'],
  ['a larger one', { size: LARGE_BYTES * 100 }, 'second'],
  ['a small file', { size: LARGE_BYTES - 1 }, 'first'],
  ['a large file, when OpenSSH holds the first connection', { backend: 'openssh' }, 'first'],
  ['a large file, when the template asks for ssh2', { wanted: 'ssh2' }, 'first'],
  ['a large file through a SOCKS proxy', { throughSocks: true }, 'first'],
  ['a large file, when the builder can start no processes', { processes: false }, 'first'],
])('%s goes over the right connection', (_what, given, route) => {
  expect(uploadRoute({ ...LARGE, ...given })).toBe(route);
});

describe.skipIf(sshdMissing() !== undefined)('a large file', () => {
  let directory: string;
  let run: OwningRun;
  let guest: Communicator | undefined;
  const content = Buffer.alloc(300_000, 'large ');
  beforeEach(async () => {
    run = owningRun();
    directory = await mkdtemp(join(tmpdir(), 'kiln-route-'));
    await writeFile(join(directory, 'from'), content, { mode: 0o640 });
  });
  afterEach(async () => {
    await guest?.close();
    await run.releaseAll();
    await rm(directory, { recursive: true, force: true });
  });

  async function connectTo(
    sshd: TestSshd,
    port: number,
    given: Partial<SshConnectOptions> = {},
  ): Promise<Communicator> {
    const options = connectOptions(endpointOf(port, { privateKey: sshd.privateKey }), { largeBytes: 1000, ...given });
    guest = await connectSsh(options, run);
    return guest;
  }

  async function upload(way: Communicator): Promise<void> {
    await rm(join(directory, 'to'), { force: true });
    await way.upload({ path: join(directory, 'from') }, join(directory, 'to'), { signal });
    expect((await readFile(join(directory, 'to'))).equals(content)).toBe(true);
  }

  const logins = (sshd: TestSshd): number => sshd.log().split('Accepted publickey').length - 1;

  test.for(['scp', 'sftp'] as const)(
    'goes over a second connection, one for all (%s)',
    async (transferMethod, { sshd }) => {
      const before = logins(sshd);
      const way = await connectTo(sshd, sshd.port, { transferMethod });
      await way.upload({ content: 'small' }, join(directory, 'small'), { signal });
      expect(logins(sshd) - before).toBe(1);
      await upload(way);
      await upload(way);
      expect(logins(sshd) - before).toBe(2);
      expect(run.heard.join('\n')).not.toContain('no second connection');
      const made = run.directories.join('|');
      expect(execFileSync('ps', ['-eo', 'args']).toString()).toMatch(new RegExp(`ssh -F (${made})/config -M`));
      await way.close();
      expect(execFileSync('ps', ['-eo', 'args']).toString()).not.toMatch(new RegExp(`ssh -F (${made})/config -M`));
    },
  );

  test('goes there through a jump host too, whose host key is known by then', async ({ sshd }) => {
    const jump = await startSshd();
    const way = await connectTo(sshd, sshd.port, { bastion: endpointOf(jump.port, { privateKey: jump.privateKey }) });
    await upload(way);
    expect(run.heard.join('\n')).not.toContain('no second connection');
    expect(jump.log().split('Accepted publickey')).toHaveLength(3);
    await way.close();
    await jump.stop();
  });

  test('goes there again after the connections were lost, and the first one is what reconnecting means', async ({
    sshd,
  }) => {
    const way = await connectTo(sshd, sshd.port);
    await upload(way);
    await sshd.cut();
    const before = logins(sshd);
    await upload(way);
    await way.reconnect({ signal, timeout: 20_000 });
    await upload(way);
    expect(logins(sshd) - before).toBe(4);
  });

  test('goes over the first connection where the second is not let in, which is tried once', async ({ sshd }) => {
    const way = await connectTo(sshd, sshd.port);
    await sshd.halt();
    await sshd.makeHostKey();
    await sshd.start();
    await upload(way);
    await upload(way);
    const refusals = run.heard.filter((line) => line.startsWith('no second connection by OpenSSH'));
    expect(refusals).toEqual([expect.stringContaining('host key')]);
  });

  test('goes over the first connection where there is no OpenSSH', async ({ sshd }) => {
    const way = await connectTo(sshd, sshd.port);
    const { PATH } = process.env;
    process.env['PATH'] = '/nonexistent';
    try {
      await upload(way);
    } finally {
      process.env['PATH'] = PATH;
    }
    expect(run.heard.join('\n')).toContain('no second connection by OpenSSH: the program ssh is missing');
  });

  test('is told to be one of this machine when it cannot be read', async ({ sshd }) => {
    for (const backend of ['ssh2', 'openssh'] as const) {
      const way = await connectTo(sshd, sshd.port, { backend });
      const stdin = createReadStream(join(directory, 'missing'));
      await expect(way.exec('cat', { signal, stdin })).rejects.toMatchObject({ code: 'ENOENT' });
      await way.close();
    }
  });

  test('part of a file is sent as such', async ({ sshd }) => {
    const way = await connectTo(sshd, sshd.port, { backend: 'openssh' });
    const part = createReadStream(join(directory, 'from'), { start: 6, end: 10 });
    expect(await way.exec('cat', { signal, stdin: part })).toMatchObject({ exitStatus: 0, outputTail: 'large' });
  });

  test('takes no second connection when the run has no processes of its own', async ({ sshd }) => {
    const before = logins(sshd);
    const options = connectOptions(endpointOf(sshd.port, { privateKey: sshd.privateKey }), { largeBytes: 1000 });
    const way = await connectSsh(options, heardRun());
    await upload(way);
    await way.close();
    expect(logins(sshd) - before).toBe(1);
  });
});
