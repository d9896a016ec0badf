import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAptSources } from '../../../builders/rootfs/driver.ts';
import { run } from '../../../builders/rootfs/run.ts';
import type { Artifact } from '../../../plugins/sdk/index.ts';
import { openDiskImage, type DiskImage } from '../../support/qemu/disk-image.ts';
import { handMadeBuild } from '../../support/kiln/hand-made-build.ts';
import { lacks } from '../../support/kiln/needs.ts';

const programs = [
  'mmdebstrap',
  'mke2fs',
  'mformat',
  'grub-mkimage',
  'qemu-img',
  '/usr/sbin/sfdisk',
  '/usr/sbin/debugfs',
];

describe.skipIf(lacks(programs, true))('a rootfs build with every option set', () => {
  const directory = mkdtempSync(join(tmpdir(), 'kiln-rootfs-'));
  let artifact: Artifact;
  let image: DiskImage;
  let mirror = '';
  let lines: readonly string[] = [];

  beforeAll(async () => {
    mirror = (await readAptSources()).find(({ uri }) => /\/debian\/?$/.test(uri))?.uri ?? '';
    const build = await handMadeBuild();
    try {
      artifact = await run(
        {
          suite: 'trixie',
          mirror,
          components: ['main', 'non-free-firmware'],
          variant: 'minbase',
          packages: ['tree'],
          kernel_package: 'linux-image-amd64',
          kernel_arguments: 'console=ttyS0 loglevel=4',
          hostname: 'one.example.org',
          root_password: `it's 100% "secret" $HOME`,
          disk_size: '3000',
          format: 'raw',
          output_directory: join(directory, 'made', 'here'),
          image_name: 'disk.img',
        },
        build,
      );
    } finally {
      lines = build.lines;
      await build.releaseAll();
    }
    image = openDiskImage(join(directory, 'made/here/disk.img'));
  }, 1_200_000);
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('makes the file that was asked for, sparse and of that size', () => {
    const path = join(directory, 'made/here/disk.img');
    const { size, blocks } = statSync(path);
    expect(artifact.files).toEqual([path]);
    expect(artifact.properties).toMatchObject({ format: 'raw', virtualSize: size, suite: 'trixie' });
    const facts = { format: 'raw', virtualSize: size, firmware: ['bios', 'uefi'], architecture: 'x86_64' };
    expect(artifact.disks).toEqual([{ path, ...facts }]);
    expect(size).toBe(3000 * 1024 * 1024);
    expect(blocks * 512).toBeLessThan(size / 2);
  });

  it('makes a file system that e2fsck has nothing to say about', () => {
    expect(() => image.checkFileSystem()).not.toThrow();
  });

  it('installs the release, the variant, the kernel and the packages', () => {
    expect(image.read('/usr/lib/os-release')).toContain('VERSION_CODENAME=trixie');
    const installed = image.read('/var/lib/dpkg/status') ?? '';
    for (const name of ['tree', 'linux-image-amd64', 'tzdata', 'openssh-server']) {
      expect(installed, name).toContain(`\nPackage: ${name}\n`);
    }
    expect(installed).not.toContain('Package: linux-image-cloud-amd64\n');
    expect(image.list('/boot').filter((name) => name.startsWith('initrd.img-'))).toHaveLength(1);
  });

  it('keeps the mirror with its components as the only package source', () => {
    expect(image.list('/etc/apt/sources.list.d')).toEqual(['debian.sources']);
    expect(image.read('/etc/apt/sources.list')).toBeUndefined();
    const sources = image.read('/etc/apt/sources.list.d/debian.sources') ?? '';
    expect(sources).toContain(`URIs: ${mirror}\nSuites: trixie\nComponents: main non-free-firmware\n`);
    expect(sources.match(/^URIs:/gm)).toHaveLength(1);
  });

  it('sets the host name, the kernel’s command line and the password', () => {
    expect(image.read('/etc/hostname')).toBe('one.example.org\n');
    expect(image.read('/boot/grub/grub.cfg')).toContain(' ro console=ttyS0 loglevel=4\n');
    const [, setting = '', salt = ''] =
      /^root:((\$y\$[^$]+\$[^$]+)\$[^:]+):/m.exec(image.read('/etc/shadow') ?? '') ?? [];
    const program = 'print crypt($ENV{PASSWORD}, $ENV{SALT})';
    const env = { ...process.env, PASSWORD: `it's 100% "secret" $HOME`, SALT: salt };
    expect(execFileSync('perl', ['-e', program], { env, encoding: 'utf8' })).toBe(setting);
  });

  it('leaves no identity and nothing of this machine in the image', () => {
    expect(image.read('/etc/machine-id')).toBe('');
    expect(image.list('/etc/ssh').filter((name) => name.startsWith('ssh_host'))).toEqual([]);
    expect(image.list('/root/.ssh')).toEqual([]);
    expect(image.list('/etc/dpkg/dpkg.cfg.d')).toEqual([]);
    expect(image.list('/var/cache/apt/archives').filter((name) => name.endsWith('.deb'))).toEqual([]);
  });

  it('says what it does in few lines', () => {
    expect(lines).toContain('installing essential packages');
    expect(lines.length).toBeLessThan(12);
  });
});
