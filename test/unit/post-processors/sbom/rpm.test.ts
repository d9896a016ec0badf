import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lacks } from '../../../support/kiln/needs.ts';
import { enterWorkingDirectory, type WorkingDirectory } from '../../../support/post-process-run.ts';
import { componentsOf, diskOf, lines, listPackages, makeExt4, start, writeTree } from './image.ts';

describe.skipIf(lacks(['rpm', 'rpmbuild', 'debugfs', 'mkfs.ext4']))('packages of rpm', { timeout: 60_000 }, () => {
  let work: WorkingDirectory;
  beforeEach(async () => {
    work = await enterWorkingDirectory();
  });
  afterEach(() => work.leave());

  async function build(name: string, epoch: string): Promise<void> {
    const spec = `Name: ${name}\nVersion: 1.2\nRelease: 3.fc40\n${epoch}Summary: x\nLicense: GPL-2.0-or-later AND MIT\nBuildArch: noarch\nVendor: Makers\n%description\nx\n%files\n`;
    await writeFile(`${name}.spec`, spec);
    await start('rpmbuild', ['--quiet', '-bb', '--define', `_topdir ${work.path}/top`, `${name}.spec`]);
  }

  test('are those that rpm names', async () => {
    await build('kiln-a', '');
    await build('kiln-b', 'Epoch: 2\n');
    const root = join(work.path, 'root');
    await writeTree(root, { 'etc/os-release': 'ID=fedora\nVERSION_ID=40\n' });
    await mkdir(join(root, 'usr/lib/sysimage/rpm'), { recursive: true });
    const rpm = ['--root', root, '--define', '_dbpath /usr/lib/sysimage/rpm', '--define', '_db_backend sqlite'];
    await start('sh', ['-c', `rpm ${rpm.map((word) => `'${word}'`).join(' ')} -i --nodeps top/RPMS/noarch/*.rpm`]);
    const { stdout } = await start('rpm', [...rpm, '-qa', '--qf', '%{NAME} %{EVR} %{ARCH}\\n']);
    expect(stdout.split('\n')).toHaveLength(3);
    await makeExt4('root', join(work.path, 'disk.img'));
    const [document] = await listPackages([await diskOf(join(work.path, 'disk.img'))]);
    const components = await componentsOf(document);
    expect(lines(components)).toEqual(stdout.trim().split('\n').sort());
    expect(components[1]).toMatchObject({
      supplier: { name: 'Makers' },
      licenses: [{ license: { name: 'GPL-2.0-or-later AND MIT' } }],
      purl: 'pkg:rpm/fedora/kiln-b@1.2-3.fc40?arch=noarch&distro=fedora-40&epoch=2',
    });
  });
});
