import { readFile, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lacks } from '../../../support/kiln/needs.ts';
import { enterWorkingDirectory, postProcessRun, type WorkingDirectory } from '../../../support/post-process-run.ts';
import {
  componentsOf,
  copyThisSystem,
  diskOf,
  installedHere,
  lines,
  listPackages,
  makeExt4,
  MIB,
  start,
  writeTree,
} from './image.ts';

describe.skipIf(lacks(['debugfs', 'mkfs.ext4', 'qemu-img', 'sfdisk', 'dpkg-query', 'tar']))(
  'packages of',
  { timeout: 60_000 },
  () => {
    let work: WorkingDirectory;
    beforeEach(async () => {
      work = await enterWorkingDirectory();
    });
    afterEach(() => work.leave());

    /** A raw disk with these file systems in partitions of 64 MiB. */
    async function partitioned(label: 'gpt' | 'dos', images: readonly string[]): Promise<string> {
      const disk = join(work.path, 'disk.img');
      await writeFile(disk, '');
      await truncate(disk, (64 * images.length + 4) * MIB);
      const script = images.map((_, index) => `start=${2048 + index * 131_072},size=131072\n`).join('');
      await writeFile('layout', `label: ${label}\n${script}`);
      await start('sh', ['-c', `sfdisk -q ${disk} <layout`]);
      for (const [index, image] of images.entries()) {
        await start('dd', [
          `if=${image}`,
          `of=${disk}`,
          'bs=1M',
          `seek=${1 + index * 64}`,
          'conv=notrunc,sparse',
          'status=none',
        ]);
      }
      return disk;
    }

    test('a file system are those that dpkg-query names', async () => {
      await copyThisSystem('root');
      await makeExt4('root', join(work.path, 'disk.img'));
      const [path] = await listPackages([await diskOf(join(work.path, 'disk.img'))]);
      expect(path).toBe(join(work.path, 'packer_vm_qemu.cdx.json'));
      expect(lines(await componentsOf(path))).toEqual(await installedHere());
      expect((await work.list()).filter((name) => name.includes('kiln'))).toEqual([]);
    });

    test.each(['gpt', 'dos'] as const)('a qcow2 image with a %s table and a /var of its own', async (label) => {
      await writeTree('system', { 'etc/os-release': 'ID=debian\nVERSION_ID="12"\n' });
      await copyThisSystem('all');
      await makeExt4('system', 'system.img');
      await makeExt4('all/var', 'var.img');
      const raw = await partitioned(label, ['system.img', 'var.img']);
      const path = join(work.path, 'disk.qcow2');
      await start('qemu-img', ['convert', '-f', 'raw', '-O', 'qcow2', raw, path]);
      const disk = { path, format: 'qcow2', virtualSize: (await stat(raw)).size };
      const [document] = await listPackages([disk]);
      const components = await componentsOf(document);
      expect(lines(components)).toEqual(await installedHere());
      expect(components[0]?.purl).toContain('distro=debian-12');
      expect(await readFile(document ?? '', 'utf8')).toContain((await start('sha256sum', [path])).stdout.slice(0, 64));
    });

    test('a tar archive, packed, in which a link leads to this machine', async () => {
      await copyThisSystem('root');
      await start('rm', ['root/etc/os-release']);
      await symlink('/etc/os-release', 'root/etc/os-release');
      await start('tar', ['czf', 'root.tar.gz', '-C', 'root', '.']);
      const [document] = await listPackages([], {}, [join(work.path, 'root.tar.gz')]);
      const components = await componentsOf(document);
      expect(lines(components)).toEqual(await installedHere());
      expect(components[0]?.purl).toContain('distro=linux');
    });

    test('distributions of other kinds', async () => {
      await writeTree('apk', {
        'etc/os-release': 'ID=alpine\nVERSION_ID=3.20.1\n',
        'lib/apk/db/installed':
          'C:Q1x=\nP:musl-utils\nV:1.2.5-r0\nA:x86_64\nL:MIT AND BSD-2-Clause\no:musl\nm:A <a@example.com>\nF:usr/bin\nR:P:no\n\nP:zlib\nV:1.3.1-r1\nA:x86_64\nL:Zlib\n\n',
      });
      await makeExt4('apk', join(work.path, 'apk.img'));
      const [apk] = await listPackages([await diskOf(join(work.path, 'apk.img'))], { output: 'apk.json' });
      expect(await componentsOf(apk)).toMatchObject([
        {
          name: 'musl-utils',
          supplier: { name: 'A <a@example.com>' },
          licenses: [{ license: { name: 'MIT AND BSD-2-Clause' } }],
          purl: 'pkg:apk/alpine/musl-utils@1.2.5-r0?arch=x86_64&distro=alpine-3.20.1&upstream=musl',
        },
        { name: 'zlib', version: '1.3.1-r1' },
      ]);
      const desc =
        '%NAME%\ngcc-libs\n\n%VERSION%\n14.1.1-1\n\n%BASE%\ngcc\n\n%ARCH%\nx86_64\n\n%LICENSE%\nGPL\nLGPL\n\n';
      await writeTree('alpm', {
        'usr/lib/os-release': 'ID=arch\n',
        'var/lib/pacman/local/gcc-libs-14.1.1-1/desc': desc,
        'var/lib/pacman/local/ALPM_DB_VERSION': '9\n',
      });
      await makeExt4('alpm', join(work.path, 'alpm.img'));
      const [alpm] = await listPackages([await diskOf(join(work.path, 'alpm.img'))], { output: 'alpm.json' });
      expect(await componentsOf(alpm)).toMatchObject([
        {
          licenses: [{ license: { name: 'GPL AND LGPL' } }],
          purl: 'pkg:alpm/arch/gcc-libs@14.1.1-1?arch=x86_64&distro=arch&upstream=gcc',
        },
      ]);
    });

    test('an image are in the same document each time', async () => {
      await copyThisSystem('root');
      await makeExt4('root', join(work.path, 'disk.img'));
      process.env['SOURCE_DATE_EPOCH'] = '1700000000';
      try {
        const texts = [1, 2].map(async (number) => {
          const run = postProcessRun({ runStarted: number * 1_000_000 });
          const options = { output: `${number}.{{.Format}}`, formats: ['cyclonedx', 'spdx'] };
          const files = await listPackages([await diskOf(join(work.path, 'disk.img'))], options, undefined, run);
          return Promise.all(files.map((file) => readFile(file, 'utf8')));
        });
        const [first, second] = await Promise.all(texts);
        expect(first?.[0]).toContain('"timestamp": "2023-11-14T22:13:20Z"');
        expect(first?.[1]).toContain('"created": "2023-11-14T22:13:20Z"');
        expect(second).toEqual(first);
      } finally {
        delete process.env['SOURCE_DATE_EPOCH'];
      }
    });

    test('what cannot be looked into are not made up', async () => {
      await writeFile('xfs.img', Buffer.concat([Buffer.from('XFSB'), Buffer.alloc(MIB)]));
      await expect(listPackages([await diskOf(join(work.path, 'xfs.img'))])).rejects.toMatchObject({
        code: 'SBOM_NO_PACKAGES',
        message: expect.stringContaining('the disk is xfs') as string,
      });
      await expect(listPackages([], {}, [join(work.path, 'xfs.img')])).rejects.toMatchObject({ code: 'SBOM_NO_IMAGE' });
      await writeTree('old', { 'var/lib/rpm/Packages': 'x' });
      await makeExt4('old', join(work.path, 'old.img'));
      await expect(listPackages([await diskOf(join(work.path, 'old.img'))])).rejects.toMatchObject({
        code: 'SBOM_DATABASE',
        message: expect.stringContaining('Berkeley DB') as string,
      });
    });
  },
);
