import { readFileSync } from 'node:fs';
import { expect, describe, test } from 'vitest';
import { lacks } from '../../support/kiln/needs.ts';
import { sourceDisk } from '../../support/qemu/source-disk.ts';
import { diskPrograms } from '../../support/qemu/volume-disks.ts';
import { chrootShop } from '../amazon/chroot-shop.ts';
import { shop } from '../amazon/shop.ts';

/** Where a text of the template stands: the templates are one line. */
function columnOf(path: string, at: string): number {
  const text = readFileSync(path, 'utf8');
  expect(text.split(at).length, `${at} once in ${text}`).toBe(2);
  return text.indexOf(at) + 1;
}

describe('of a text that is filled in late, an error points at', { timeout: 60_000 }, () => {
  test.each<readonly [string, object, string, string]>([
    [
      'a tag',
      { tags: { Name: 'web', Part: '{{ index .SourceAMIName 999 }}' } },
      '/builders/0/tags/Part',
      '"{{ index .SourceAMIName 999 }}"',
    ],
    [
      'the description of the image',
      { ami_description: '{{ index .SourceAMI 999 }}' },
      '/builders/0/ami_description',
      '"{{ index .SourceAMI 999 }}"',
    ],
  ])('%s', async (_what, options, pointer, at) => {
    await using place = await shop();
    const template = place.template({ communicator: 'none', ...options });
    const { code, output } = await place.start('build', template).ended;
    expect(output).toContain(`t.json:1:${columnOf(template, at)}  ${pointer}\n`);
    expect(code).toBe(1);
    expect(place.ec2.leftovers()).toEqual([]);
  });
});

describe.skipIf(lacks(diskPrograms, true))('of a build in a chroot, an error points at', { timeout: 120_000 }, () => {
  const source = sourceDisk();

  test.each<readonly [string, object, string, string, string]>([
    [
      'a command whose text cannot be filled in',
      { pre_mount_commands: ['true', 'echo {{ index .Device 999 }}'] },
      'INTERPOLATION_FAILED',
      '/builders/0/pre_mount_commands/1',
      '"echo {{ index .Device 999 }}"',
    ],
    [
      'a command that fails',
      { post_mount_commands: ['true', 'echo no luck; exit 3'] },
      'AMAZON_CHROOT_COMMAND',
      '/builders/0/post_mount_commands/1',
      '"echo no luck; exit 3"',
    ],
    [
      'the wrapper of all commands',
      { command_wrapper: '{{ index .Command 9999 }}' },
      'INTERPOLATION_FAILED',
      '/builders/0/command_wrapper',
      '"{{ index .Command 9999 }}"',
    ],
    [
      'a file of this machine that is to be copied',
      { copy_files: ['/etc/hostname', '/no/such/file'] },
      'AMAZON_CHROOT_COMMAND',
      '/builders/0/copy_files/1',
      '"/no/such/file"',
    ],
    [
      'a mount',
      { chroot_mounts: [['no-such-type', 'none', '/proc']] },
      'AMAZON_CHROOT_COMMAND',
      '/builders/0/chroot_mounts/0',
      '["no-such-type"',
    ],
  ])('%s', async (_what, options, failure, pointer, at) => {
    await using place = await chrootShop(source.disk);
    const { code, output } = await place.build(options).ended;
    const column = columnOf(`${place.shop.directory}/t.json`, at);
    expect(output).toContain(
      `    ${failure}  t.json:1:${column}  ${pointer}\n`.replace('t.json', place.shop.directory + '/t.json'),
    );
    expect(code).toBe(1);
    expect(place.left()).toEqual([]);
  });
});
