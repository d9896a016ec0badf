import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect } from 'vitest';
import type { Communicator } from '../../../../core/contract/communicator.ts';
import { connectSsh } from '../../../../core/communicators/ssh/index.ts';
import type { JsonObject } from '../../../../core/contract/json.ts';
import type { FileProvisionerConfig } from '../../../../provisioners/file/config.gen.ts';
import { provisioner } from '../../../../provisioners/file/index.ts';
import { componentConfig } from '../../../support/component-config.ts';
import { lacks } from '../../../support/kiln/needs.ts';
import { provisionRun } from '../../../support/provision-run.ts';
import { connectOptions, endpointOf, heardRun } from '../../../support/ssh/ssh-guest.ts';
import { testWithSshd } from '../../../support/ssh/test-with-sshd.ts';
const test = testWithSshd();

const NAMES = ['plain', 'with blanks', '-n', 'back\\slash', 'new\nline', 'down/below', 'über'];

describe.skipIf(lacks(['/usr/sbin/sshd']))('copies that are verified', () => {
  let work: string;
  let here: string;
  let there: string;
  const guests = new Map<string, Communicator>();

  function guest(name = 'plain'): Communicator {
    const found = guests.get(name);
    if (found === undefined) throw new Error(`there is no guest ${name}`);
    return found;
  }

  test.beforeAll(async ({ sshd }) => {
    work = await mkdtemp(join(tmpdir(), 'kiln-verify-'));
    const endpoint = endpointOf(sshd.port, { privateKey: sshd.privateKey });
    guests.set('plain', await connectSsh(connectOptions(endpoint), heardRun()));
    guests.set('terminal', await connectSsh(connectOptions(endpoint, { pty: true }), heardRun()));
  });
  afterAll(async () => {
    await Promise.all([...guests.values()].map((each) => each.close()));
    await rm(work, { recursive: true });
  });
  beforeEach(async () => {
    const own = await mkdtemp(join(work, 'test-'));
    here = join(own, 'here');
    there = join(own, 'there');
    await mkdir(join(here, 'down'), { recursive: true });
    for (const name of NAMES) await writeFile(join(here, name), `in ${name}`);
    await symlink('nowhere', join(here, 'broken-link'));
  });

  function copy(options: JsonObject, communicator: Communicator = guest()): Promise<void> {
    const config: FileProvisionerConfig = componentConfig('provisioners/file', { verify: true, ...options });
    return provisioner.provision(config, provisionRun(communicator));
  }

  /** The guest, except that of everything that goes through a byte is another one at the path. */
  function spoiling(path: string): Communicator {
    const spoil = async (): Promise<void> => writeFile(path, (await readFile(path, 'utf8')).replace(/^i/, 'o'));
    const whole = guest();
    return {
      ...whole,
      exec: (command, options) => whole.exec(command, options),
      upload: (...args) => whole.upload(...args).then(spoil),
      uploadTree: (...args) => whole.uploadTree(...args).then(spoil),
      download: (...args) => whole.download(...args).then(spoil),
      downloadTree: (...args) => whole.downloadTree(...args).then(spoil),
    };
  }

  test.each(['plain', 'terminal'])('pass when they are the same: a %s connection', async (name) => {
    await copy({ source: `${here}/`, destination: there }, guest(name));
    await copy({ content: 'text', destination: join(there, 'text') }, guest(name));
    await copy({ source: join(here, '-n'), destination: `${there}/down/` }, guest(name));
    await copy({ source: `${here}/`, destination: join(there, 'placed'), mode: '0600' }, guest(name));
    await copy({ source: `${there}/`, destination: join(here, 'back'), direction: 'download' }, guest(name));
    await copy({ source: join(there, 'text'), destination: join(here, 'text'), direction: 'download' }, guest(name));
    for (const each of NAMES) expect(await readFile(join(here, 'back/placed', each), 'utf8')).toBe(`in ${each}`);
  });

  test('fail when a file of a tree is another one, and name it', async () => {
    const spoiled = spoiling(join(there, 'with blanks'));
    await expect(copy({ source: `${here}/`, destination: there }, spoiled)).rejects.toMatchObject({
      code: 'FILE_NOT_VERIFIED',
      message: `in ${there} of the guest, with blanks is not what it is on this machine`,
    });
  });

  test('fail when a single file is another one, in both directions', async () => {
    const refusal = { code: 'FILE_NOT_VERIFIED', message: expect.stringMatching(/\bplain\b is not what/) as string };
    const [source, destination] = [join(here, 'plain'), join(work, 'plain')];
    await expect(copy({ source, destination }, spoiling(destination))).rejects.toMatchObject(refusal);
    const back = copy({ source, destination, direction: 'download' }, spoiling(destination));
    await expect(back).rejects.toMatchObject(refusal);
    const tree = { source: `${here}/`, destination: there, direction: 'download' };
    await expect(copy(tree, spoiling(join(there, 'plain')))).rejects.toMatchObject(refusal);
  });

  test('fail in a guest that cannot tell', async () => {
    const whole = guest();
    const poor: Communicator = {
      ...whole,
      exec: (command, options) => whole.exec(command.replaceAll('sha256sum', 'no-such-program'), options),
    };
    const source = join(here, 'plain');
    await expect(copy({ source, destination: join(work, 'x') }, poor)).rejects.toMatchObject({
      code: 'FILE_NOT_VERIFIED',
      message: expect.stringMatching(/cannot verify .*no-such-program/) as string,
      hint: expect.stringContaining('sha256sum') as string,
    });
  });
});
