import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect } from 'vitest';
import type { Communicator, ExecOptions } from '../../../../core/contract/communicator.ts';
import { CancelledError } from '../../../../core/errors/errors.ts';
import type { JsonObject } from '../../../../core/contract/json.ts';
import { shellWord } from '../../../../plugins/sdk/guest.ts';
import type { ProvisionRun } from '../../../../plugins/sdk/index.ts';
import type { FileProvisionerConfig } from '../../../../provisioners/file/config.gen.ts';
import { provisioner } from '../../../../provisioners/file/index.ts';
import { matchesPattern } from '../../../../provisioners/file/matches-pattern.ts';
import { componentConfig } from '../../../support/component-config.ts';
import { lacks } from '../../../support/kiln/needs.ts';
import { provisionRun } from '../../../support/provision-run.ts';
import { testWithSshd } from '../../../support/ssh/test-with-sshd.ts';
const test = testWithSshd();

describe.skipIf(lacks(['/usr/sbin/sshd']))('names that a guest says', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'kiln-named-'));
    mkdirSync(join(root, 'here'));
    write('guest/home/.profile', 'dot');
    write('guest/home/.ssh/config', 'host');
    write('guest/home/plain', 'no dot');
    write('guest/beside', 'of another directory');
    write('here/Makefile', 'mine');
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }

  /** The guest, except that commands with these words are answered by other ones. */
  function answering(
    honest: Communicator,
    words: string,
    answer: (command: string) => string,
    system?: 'windows',
  ): Communicator {
    return {
      ...honest,
      ...(system === undefined ? {} : { system }),
      exec: (command: string, options: ExecOptions) =>
        honest.exec(command.includes(words) ? answer(command) : command, options),
    };
  }

  function download(options: JsonObject, communicator: Communicator, given: Partial<ProvisionRun> = {}): Promise<void> {
    const whole = { direction: 'download', destination: `${join(root, 'here/got')}/`, ...options };
    const config: FileProvisionerConfig = componentConfig('provisioners/file', whole);
    return provisioner.provision(config, provisionRun(communicator, given));
  }

  function here(): readonly string[] {
    return readdirSync(join(root, 'here'), { recursive: true, encoding: 'utf8' }).sort();
  }

  test.for(['dash', 'bash', 'busybox sh'])(
    '"." and ".." are never among what ".*" stands for in %s',
    async (shell, { guest: honest }) => {
      const guest = answering(honest, 'for path in', (command) => `${shell} -c ${shellWord(command)}`);
      await download({ source: join(root, 'guest/home/.*') }, guest);
      expect(here()).toEqual(['Makefile', 'got', 'got/.profile', 'got/.ssh', 'got/.ssh/config']);
      await download({ source: join(root, 'guest/home/.*/'), destination: `${join(root, 'here/in')}/` }, guest);
      expect(here().filter((name) => name.startsWith('in'))).toEqual(['in', 'in/config']);
    },
  );

  test.for<[string, string]>([
    ['the parent', 'D/g/home/..'],
    ['the directory itself', 'D/g/home/.'],
    ['no name', 'F'],
  ])('%s is no name for what a pattern stands for', async ([_name, line], { guest: honest }) => {
    const guest = answering(honest, 'for path in', () => `printf '%s\\n' ${shellWord(line)}`);
    const refused = download({ source: '/g/home/*' }, guest);
    await expect(refused).rejects.toMatchObject({
      code: expect.stringMatching(/^FILE_(NAME_REFUSED|SOURCE_MISSING)$/) as string,
    });
    expect(here()).toEqual(['Makefile']);
  });

  test('a name that the pattern does not ask for is refused before anything is written', async ({ guest: honest }) => {
    const lines = [`F${join(root, 'guest/home/plain')}`, `F${join(root, 'guest/Makefile')}`];
    write('guest/Makefile', 'evil');
    const guest = answering(honest, 'for path in', () => `printf '%s\\n' ${lines.map(shellWord).join(' ')}`);
    const refused = download({ source: join(root, 'guest/*in'), destination: `${join(root, 'here')}/` }, guest);
    await expect(refused).rejects.toMatchObject({
      code: 'FILE_NAME_REFUSED',
      message: `the guest names "${join(root, 'guest/Makefile')}" for ${join(root, 'guest/*in')}`,
    });
    expect(here()).toEqual(['Makefile']);
    expect(readFileSync(join(root, 'here/Makefile'), 'utf8')).toBe('mine');
  });

  test.for(['C:\\logs\\..', 'C:\\logs\\x:y', 'C:\\logs\\a/..'])(
    '%s is refused of a Windows guest',
    async (path, { guest: honest }) => {
      const encoded = Buffer.from(path).toString('base64');
      const guest = answering(honest, 'EncodedCommand', () => `printf 'D%s\\nQ\\n' ${encoded}`, 'windows');
      for (const source of ['C:\\logs\\*', 'C:\\logs\\x']) {
        await expect(download({ source }, guest)).rejects.toMatchObject({
          code: expect.stringMatching(/^FILE_(NAME_REFUSED|SOURCE_MISSING)$/) as string,
        });
      }
      expect(here()).toEqual(['Makefile']);
    },
  );

  test('a source of the template that ends in ".." is what is in that directory', async ({ guest: honest }) => {
    await download({ source: `${root}/guest/home/.ssh/..` }, honest);
    expect(here()).toEqual(['Makefile', 'got', 'got/.profile', 'got/.ssh', 'got/.ssh/config', 'got/plain']);
  });

  describe('in what verifies a download', () => {
    const digest = '0'.repeat(64);

    test.for(['../../../../../../../../dev/zero', '/dev/zero', 'Makefile', 'link'])(
      '%s, which did not come, is not read',
      async (name, { guest: honest }) => {
        write('here/got/Makefile', 'was here before');
        symlinkSync('/dev/zero', join(root, 'here/got/link'));
        const more = `; printf '%s  ./%s\\n' ${digest} ${name}; echo kiln-verified`;
        const guest = answering(honest, 'find . -type f', (command) => command.replace(/^exec /, '') + more);
        const refused = download({ source: `${join(root, 'guest/home')}/`, verify: true }, guest);
        await expect(refused).rejects.toMatchObject({
          code: 'FILE_NOT_VERIFIED',
          message: `in ${join(root, 'guest/home')}/ of the guest, ${name} is not what it is on this machine`,
        });
      },
    );

    test('a file that came and is not among them fails it', async ({ guest: honest }) => {
      const guest = answering(honest, 'find . -type f', () => 'echo kiln-verified');
      const refused = download({ source: `${join(root, 'guest/home')}/`, verify: true }, guest);
      await expect(refused).rejects.toMatchObject({ code: 'FILE_NOT_VERIFIED' });
    });

    test('reading ends when the build does', async ({ guest: honest }) => {
      const controller = new AbortController();
      const guest = answering(honest, 'find . -type f', (command) => command);
      const sending: Communicator = {
        ...guest,
        exec: async (command, options) => {
          const result = await guest.exec(command, options);
          if (command.includes('find . -type f')) controller.abort(new CancelledError());
          return result;
        },
      };
      const options = { source: `${join(root, 'guest/home')}/`, verify: true };
      await expect(download(options, sending, { signal: controller.signal })).rejects.toBeInstanceOf(CancelledError);
    });
  });
});

describe('a name that a pattern may stand for', () => {
  test.each<[string, string, 'windows' | undefined, boolean]>([
    ['a.log', '*.log', undefined, true],
    ['a.LOG', '*.log', undefined, false],
    ['a.LOG', '*.log', 'windows', true],
    ['Makefile', '*.log', undefined, false],
    ['a.log.gz', '*.log', undefined, false],
    ['abc', 'a?c', undefined, true],
    ['é', '??', undefined, true],
    ['é', '?', undefined, true],
    ['ax', 'a[x-z]', undefined, true],
    ['ax', 'a[]x]', undefined, true],
    ['ax', 'a[[:alpha:]]', undefined, true],
    ['a[', 'a[', undefined, true],
    ['axb', 'a*b*', undefined, true],
    ['a.b', 'a.b', undefined, true],
    ['axb', 'a.b', undefined, false],
    ['a*', 'a`*', 'windows', true],
    ['ab', 'a`*', 'windows', false],
  ])('%s, of %s (%s): %s', (name, pattern, system, expected) => {
    expect(matchesPattern(name, pattern, system)).toBe(expected);
  });

  test('takes no time that grows beyond the length of both', () => {
    expect(matchesPattern('a'.repeat(20_000), `${'*a'.repeat(50)}b`)).toBe(false);
  });
});
