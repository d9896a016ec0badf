import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findQemu } from '../../../builders/qemu/driver.ts';
import { createDisks, type Disks } from '../../../builders/qemu/steps/create-disks.ts';
import type { Source } from '../../../builders/qemu/source/find-source.ts';
import { saveImage, type ImageOutput } from '../../../builders/qemu/steps/save-image.ts';
import type { Artifact } from '../../../core/contract/artifact.ts';
import type { JsonObject } from '../../../core/contract/json.ts';
import { stageOutput } from '../../../core/run/output/staged-output.ts';
import { qemuConfig } from '../../support/qemu/qemu-config.ts';
import { bakeWell, byItself, imageInfo, newHome, reasonToSkip, tinyOptions } from './bake.ts';
import { smallBuild } from './small-build-run.ts';

const SIZE = 64 * 2 ** 20;

interface Made {
  readonly artifact: Artifact;
  /** Copy of the system disk as the machine left it, and its format. */
  readonly left: string;
  readonly leftFormat: string;
}

type Save = (progress: Pick<ImageOutput, 'written' | 'onWritten'>) => Promise<Artifact>;

const saveAtOnce: (save: Save) => Promise<Artifact> = (save) =>
  save({ written: false, onWritten: () => Promise.resolve() });

/** The steps before and after the machine, which writes 3 MiB here. */
async function make(
  home: string,
  options: JsonObject,
  source: Source,
  saving = saveAtOnce,
  from?: Artifact,
): Promise<Made> {
  const config = qemuConfig({ iso_url: '/some.iso', iso_checksum: 'none', communicator: 'none', ...options });
  const small = await smallBuild({ home });
  try {
    const driver = findQemu('qemu-system-x86_64', small.build);
    const directory = join(home, 'out');
    const staged = await stageOutput(small.build, directory, { force: false });
    const output = { directory: staged.path, name: 'web.img', from };
    const disks: Disks = await createDisks(config, driver, source, output);
    const [system] = disks.all;
    if (system === undefined) throw new Error('no disk');
    execFileSync('qemu-io', ['-f', system.format, '-c', 'write -P 7 10M 3M', system.path]);
    const left = join(home, `left-${basename(system.path)}`);
    copyFileSync(system.path, left);
    const artifact = await saving((progress) =>
      saveImage(config, driver, disks, { staged, directory, shown: 'out', ...progress }, 'tcg'),
    );
    return { artifact, left, leftFormat: system.format };
  } finally {
    await small.end();
  }
}

const iso: Source = { kind: 'iso', path: '/some.iso' };

function isSame(one: string, oneFormat: string, other: string, otherFormat: string): boolean {
  execFileSync('qemu-img', ['compare', '-f', oneFormat, '-F', otherFormat, one, other]);
  return true;
}

describe.skipIf(reasonToSkip() !== undefined)('an image', { timeout: 120_000 }, () => {
  it.each([
    [false, ['efivars.fd', 'web.img']],
    [true, ['web.img']],
  ])('has the variables of UEFI beside it, unless they are dropped (%s)', async (dropped, names) => {
    const home = newHome();
    const options = { efi_boot: true, efi_drop_efivars: dropped, disk_size: `${SIZE}b` };
    const { artifact } = await make(home, options, iso);
    expect(artifact.files.map((file) => basename(file))).toEqual(names);
    expect(readdirSync(join(home, 'out')).sort()).toEqual(names);
    expect('efiVars' in artifact.properties).toBe(!dropped);
  });

  it.each(['qcow2', 'raw', 'vmdk', 'vdi', 'vhdx', 'vpc'])(
    'in the format %s is what the machine left',
    async (format) => {
      const home = newHome();
      // A size that vpc's cylinders do not divide.
      const options = { format, disk_size: `${SIZE + 512}b`, disk_additional_size: ['1m'] };
      const { artifact, left, leftFormat } = await make(home, options, iso);
      const image = join(home, 'out/web.img');
      expect(artifact.files).toEqual([image, `${image}-1`]);
      expect(isSame(left, leftFormat, image, format)).toBe(true);
      const info = ['info', '-f', format, '--output=json'];
      for (const [path, size] of [[image, SIZE + 512] as const, [`${image}-1`, 2 ** 20] as const]) {
        expect(JSON.parse(execFileSync('qemu-img', [...info, path], { encoding: 'utf8' }))).toMatchObject({
          format,
          'virtual-size': size,
        });
      }
      expect(artifact.properties).toMatchObject({
        format,
        diskType: format,
        virtualSize: SIZE + 512,
        firmware: 'bios',
        architecture: 'x86_64',
        drivers: { disk: 'virtio', network: 'virtio-net' },
        disks: [
          { path: image, format, virtualSize: SIZE + 512 },
          { path: `${image}-1`, format, virtualSize: 2 ** 20 },
        ],
      });
      const facts = { firmware: ['bios'], architecture: 'x86_64' };
      expect(artifact.disks).toEqual([
        { path: image, format, virtualSize: SIZE + 512, ...facts },
        { path: `${image}-1`, format, virtualSize: 2 ** 20 },
      ]);
    },
  );

  it('has the variables of UEFI that the artifact has which the build starts from', async () => {
    const home = newHome();
    const efi = { efi_boot: true, disk_size: `${SIZE}b` };
    const { artifact: base } = await make(home, efi, iso);
    const variables = join(home, 'out/efivars.fd');
    expect(base.disks).toMatchObject([{ firmware: ['uefi'], firmwareVariables: variables }]);
    writeFileSync(variables, 'what the guest has stored');
    const { artifact } = await make(mkdtempSync(join(home, 'next-')), efi, iso, saveAtOnce, base);
    expect(readFileSync(artifact.disks?.[0]?.firmwareVariables ?? '', 'utf8')).toBe('what the guest has stored');
  });

  it('is moved to its place, and not written again, when the process that wrote it died while it moved its disks', async () => {
    const home = newHome();
    const efi = { efi_boot: true, efi_drop_efivars: true };
    const options = { ...efi, format: 'vmdk', disk_size: `${SIZE}b`, disk_additional_size: ['1m'] };
    const { left, leftFormat } = await make(home, options, iso, async (save) => {
      const dies = (): Promise<void> => {
        const [directory = ''] = readdirSync(home).filter((name) => name.startsWith('.out'));
        const disk = join(home, directory, 'out/web.img');
        renameSync(`${disk}.unfinished`, disk);
        return Promise.reject(new Error('died'));
      };
      await expect(save({ written: false, onWritten: dies })).rejects.toThrow('died');
      return save({ written: true, onWritten: () => Promise.resolve() });
    });
    expect(isSame(left, leftFormat, join(home, 'out/web.img'), 'vmdk')).toBe(true);
    expect(readdirSync(join(home, 'out')).sort()).toEqual(['web.img', 'web.img-1']);
  });

  it('of an image that is started from has that image in it, whatever its format', async () => {
    const home = newHome();
    const path = join(home, 'base.vdi');
    execFileSync('qemu-img', ['create', '-q', '-f', 'vdi', path, '32M']);
    execFileSync('qemu-io', ['-f', 'vdi', '-c', 'write -P 9 1M 1M', path]);
    const source: Source = { kind: 'image', path, format: 'vdi', virtualSize: 32 * 2 ** 20 };
    const options = { disk_image: true, disk_size: '64m', format: 'vhdx' };
    await make(home, options, source);
    const image = join(home, 'out/web.img');
    expect(imageInfo(image)).toMatchObject({ format: 'vhdx', 'virtual-size': SIZE });
    const read = execFileSync('qemu-io', ['-f', 'vhdx', '-c', 'read -P 9 1M 1M', '-c', 'read -P 7 10M 3M', image]);
    expect(read.toString()).not.toContain('Pattern verification failed');
  });

  it('in a format that the template attaches itself is in that format from the beginning', async () => {
    const home = newHome();
    const path = join(home, 'base.qcow2');
    execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', path, '32M']);
    const source: Source = { kind: 'image', path, format: 'qcow2', virtualSize: 32 * 2 ** 20 };
    const qemuargs = [['-drive', 'file={{ .OutputDir }}/web.img,format=vmdk,if=virtio']];
    const { leftFormat } = await make(home, { disk_image: true, disk_size: '64m', format: 'vmdk', qemuargs }, source);
    expect(leftFormat).toBe('vmdk');
    expect(imageInfo(join(home, 'out/web.img'))).toMatchObject({ format: 'vmdk', 'virtual-size': SIZE });
  });

  it.each([
    ['qcow2', { 'format-specific': { data: { 'compression-type': 'zstd' } } }],
    ['vmdk', { 'format-specific': { data: { 'create-type': 'streamOptimized' } } }],
  ])('in the format %s is compressed', async (format, info) => {
    const home = newHome();
    const { left, leftFormat } = await make(home, { format, disk_size: '64m', disk_compression: true }, iso);
    const image = join(home, 'out/web.img');
    expect(imageInfo(image)).toMatchObject(info);
    expect(isSame(left, leftFormat, image, format)).toBe(true);
    expect(statSync(image).size).toBeLessThan(2 ** 20);
  });

  it('is made with the arguments that the template has for qemu-img', async () => {
    const home = newHome();
    const qemu_img_args = { create: ['-o', 'cluster_size=4k'], convert: ['-o', 'cluster_size=2M'] };
    const { left } = await make(home, { disk_size: '64m', qemu_img_args }, iso);
    expect(imageInfo(left)).toMatchObject({ 'cluster-size': 4096 });
    expect(imageInfo(join(home, 'out/web.img'))).toMatchObject({ 'cluster-size': 2 * 2 ** 20 });
  });

  it('is made larger with the arguments that the template has for that', async () => {
    const home = newHome();
    const path = join(home, 'base.qcow2');
    execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', path, '32M']);
    const source: Source = { kind: 'image', path, format: 'qcow2', virtualSize: 32 * 2 ** 20 };
    const options = { disk_image: true, disk_size: '64m', qemu_img_args: { resize: ['--preallocation=metadata'] } };
    await make(home, options, source);
    expect(imageInfo(join(home, 'out/web.img'))).toMatchObject({ 'virtual-size': SIZE });
    const wrong = { ...options, qemu_img_args: { resize: ['--preallocation=nonsense'] } };
    await expect(make(newHome(), wrong, source)).rejects.toMatchObject({
      outputTail: expect.stringContaining('nonsense') as string,
    });
  });

  it('of a guest is baked in a format that QEMU would be slow to work with', async () => {
    const home = newHome();
    const artifact = await bakeWell(tinyOptions(home, { ...byItself, format: 'vdi', vm_name: 'web.vdi' }), { home });
    expect(artifact.files).toEqual([join(home, 'out/web.vdi')]);
    expect(imageInfo(join(home, 'out/web.vdi'))).toMatchObject({ format: 'vdi' });
  });
});
