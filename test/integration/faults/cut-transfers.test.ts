import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, onTestFinished } from 'vitest';
import type { Communicator } from '../../../core/contract/communicator.ts';
import { connectSsh } from '../../../core/communicators/ssh/index.ts';
import type { SshConnectOptions } from '../../../core/communicators/ssh/options.ts';
import { CancelledError } from '../../../core/errors/errors.ts';
import { file, kiln } from '../../cli/run-kiln.ts';
import { startCuttingProxy, type CuttingProxy } from '../../support/ssh/cutting-proxy.ts';
import { pseudoRandom } from '../../support/kiln/pseudo-random.ts';
import { connectOptions, endpointOf, owningRun, type OwningRun } from '../../support/ssh/ssh-guest.ts';
import { nullBuilder, sshdMissing, type TestSshd } from '../../support/ssh/sshd.ts';
import { testWithSshd } from '../../support/ssh/test-with-sshd.ts';
const test = testWithSshd(['MaxStartups 100']);

const signal = new AbortController().signal;
const long = process.env['KILN_LONG_TESTS'] === '1';
const BYTES = 8 * 1024 * 1024;
const GOES_ON = /^the connection to the guest was lost while .*; it goes on over a new connection$/;

const random = pseudoRandom(20_261_130);
const block = Buffer.from(Array.from({ length: 65_536 }, () => Math.floor(random() * 256)));
/** 8 MiB, no two of the same. */
function content(number: number): Buffer {
  const bytes = Buffer.concat(Array.from({ length: BYTES / block.length }, () => block));
  for (let at = 0; at < bytes.length; at += 4096) bytes.writeUInt32BE((number * 4096 + at) >>> 0, at);
  return bytes;
}

const WAYS: readonly (Partial<SshConnectOptions> & { readonly way: string })[] = [
  { way: 'ssh2 and scripts', backend: 'ssh2' },
  { way: 'ssh2 and SFTP', backend: 'ssh2', transferMethod: 'sftp' },
  { way: 'OpenSSH and scripts', backend: 'openssh' },
  { way: 'OpenSSH and SFTP', backend: 'openssh', transferMethod: 'sftp' },
  { way: 'two connections', largeBytes: 1 },
];

describe.skipIf(sshdMissing() !== undefined)('a transfer whose connection is cut', () => {
  let proxy: CuttingProxy;
  let run: OwningRun;
  let here: string;
  let there: string;
  test.beforeAll(async ({ sshd }) => {
    proxy = await startCuttingProxy(sshd.port);
  });
  afterAll(() => proxy.close());
  beforeEach(async () => {
    run = owningRun();
    here = await mkdtemp(join(tmpdir(), 'kiln-cut-here-'));
    there = await mkdtemp(join(tmpdir(), 'kiln-cut-there-'));
  });
  afterEach(async () => {
    await run.releaseAll();
    for (const directory of [here, there]) await rm(directory, { recursive: true, force: true, maxRetries: 10 });
  });

  async function connected(sshd: TestSshd, given: Partial<SshConnectOptions> = {}): Promise<Communicator> {
    const options = connectOptions(endpointOf(proxy.port, { privateKey: sshd.privateKey }), { attempts: 10, ...given });
    const guest = await connectSsh(options, run);
    onTestFinished(() => guest.close());
    return guest;
  }

  test.for(WAYS)(
    '30 uploads of 8 MiB, each cut once at a random point, all arrive whole ($way)',
    { timeout: 600_000 },
    async ({ way, ...given }, { sshd }) => {
      const guest = await connected(sshd, given);
      const rounds = long || way === 'ssh2 and scripts' ? 30 : 6;
      for (let number = 0; number < rounds; number += 1) {
        const bytes = content(number);
        await writeFile(join(here, 'file'), bytes);
        proxy.cutAfter(Math.floor(random() * BYTES), 'up');
        await guest.upload({ path: join(here, 'file') }, join(there, 'file'), { signal });
        expect(proxy.disarm()).toBe(false);
        expect((await readFile(join(there, 'file'))).equals(bytes)).toBe(true);
      }
      expect(run.heard.filter((line) => GOES_ON.test(line)).length).toBeGreaterThanOrEqual(rounds);
      // What the first tries had written is not left in the image.
      await expect.poll(() => readdir(there)).toEqual(['file']);
    },
  );

  test.for(WAYS)(
    'downloads, and directories up and down, arrive whole ($way)',
    { timeout: 600_000 },
    async ({ way: _, ...given }, { sshd }) => {
      const guest = await connected(sshd, given);
      const bytes = content(99);
      await mkdir(join(here, 'tree', 'below'), { recursive: true });
      await writeFile(join(here, 'tree', 'below', 'file'), bytes);
      await writeFile(join(there, 'source'), bytes);
      for (let round = 0; round < (long ? 20 : 3); round += 1) {
        proxy.cutAfter(Math.floor(random() * BYTES), 'down');
        await guest.download(join(there, 'source'), join(here, 'copy'), { signal });
        expect(proxy.disarm()).toBe(false);
        proxy.cutAfter(Math.floor(random() * BYTES), 'up');
        await guest.uploadTree(join(here, 'tree'), join(there, 'tree'), { signal });
        expect(proxy.disarm()).toBe(false);
        proxy.cutAfter(Math.floor(random() * BYTES), 'down');
        await guest.downloadTree(join(there, 'tree'), join(here, 'back'), { signal });
        expect(proxy.disarm()).toBe(false);
        const copies = [join(here, 'copy'), join(there, 'tree/below/file'), join(here, 'back/below/file')];
        for (const copy of copies) expect((await readFile(copy)).equals(bytes)).toBe(true);
        await expect.poll(() => readdir(join(there, 'tree', 'below'))).toEqual(['file']);
        expect((await readdir(here)).toSorted()).toEqual(['back', 'copy', 'tree']);
      }
    },
  );

  test('is begun anew some times and no more when the connection is lost again and again', async ({ sshd }) => {
    const guest = await connected(sshd, { backend: 'ssh2' });
    const bytes = content(1);
    await writeFile(join(there, 'file'), 'before');
    const cutting = setInterval(() => proxy.cutAfter(100_000, 'up'), 5);
    const upload = guest.upload({ content: bytes }, join(there, 'file'), { signal });
    await expect(upload.finally(() => clearInterval(cutting))).rejects.toMatchObject({
      code: 'COMMUNICATOR_LOST',
      message: expect.stringMatching(/, and so it was 10 times$/) as string,
    });
    proxy.disarm();
    expect(run.heard.filter((line) => GOES_ON.test(line))).toHaveLength(9);
    expect(await readFile(join(there, 'file'), 'utf8')).toBe('before');
  }, 60_000);

  test('can be cancelled while there is no connection', async ({ sshd }) => {
    const guest = await connected(sshd, { timeout: 300_000 });
    const cancel = new AbortController();
    await writeFile(join(here, 'file'), content(2));
    await sshd.halt();
    onTestFinished(() => sshd.start());
    proxy.cutAfter(BYTES / 2, 'up');
    const upload = guest.upload({ path: join(here, 'file') }, join(there, 'file'), { signal: cancel.signal });
    upload.catch(() => undefined);
    await expect.poll(() => run.heard.some((line) => GOES_ON.test(line))).toBe(true);
    cancel.abort();
    await expect(upload).rejects.toBeInstanceOf(CancelledError);
  });

  test('is not tried again when something else is wrong', async ({ sshd }) => {
    const guest = await connected(sshd);
    await expect(guest.upload({ content: 'x' }, join(there, 'no/file'), { signal })).rejects.toMatchObject({
      code: 'COMMUNICATOR_TRANSFER_FAILED',
    });
    await expect(guest.download(join(there, 'none'), join(here, 'file'), { signal })).rejects.toMatchObject({
      code: 'COMMUNICATOR_TRANSFER_FAILED',
    });
    expect(run.heard.filter((line) => GOES_ON.test(line))).toEqual([]);
  });

  test('a build goes on, says so, and runs a script that was cut off while it was sent once', async ({ sshd }) => {
    const bytes = content(3);
    await writeFile(join(here, 'file'), bytes);
    const ran = join(there, 'ran');
    const padding = `: ${block.toString('base64').repeat(20)}`;
    const template = file('cut.json', {
      builders: [{ ...nullBuilder(sshd), ssh_port: proxy.port }],
      provisioners: [
        { type: 'file', source: join(here, 'file'), destination: join(there, 'file') },
        { type: 'shell', inline: [`echo ran >>'${ran}'`, padding] },
      ],
    });
    let scripts = 0;
    proxy.cutAfter(3_000_000, 'up');
    const { code, stdout } = await kiln(['build', '-color=false', template], {
      onOutput: (text) => {
        if (!text.includes('running script') || scripts > 0) return;
        scripts += 1;
        proxy.cutAfter(800_000, 'up');
      },
    });
    expect(code).toBe(0);
    expect(stdout).toMatch(/the connection to the guest was lost while writing .*; it goes on over a new connection/);
    expect(stdout).toMatch(/the connection was lost while script <inline> was sent; connecting again to begin it anew/);
    expect((await readFile(join(there, 'file'))).equals(bytes)).toBe(true);
    expect(await readFile(ran, 'utf8')).toBe('ran\n');
  });
});
