import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { findQemu } from '../../../builders/qemu/driver.ts';
import { findSource, type Source } from '../../../builders/qemu/source/find-source.ts';
import { withRawFirmware, writeFirmware } from '../../../builders/qemu/source/raw-firmware.ts';
import { chooseDisk } from '../../../post-processors/amazon-import/choose-disk.ts';
import type { Artifact } from '../../../core/contract/artifact.ts';
import type { JsonObject } from '../../../core/contract/json.ts';
import { serve } from '../../support/kiln/file-server.ts';
import { qemuConfig } from '../../support/qemu/qemu-config.ts';
import { newHome, reasonToSkip } from '../qemu/bake.ts';
import { smallBuild } from '../qemu/small-build-run.ts';

const disk = Buffer.concat([Buffer.alloc(512, 'boot'), randomBytes(300_000), Buffer.alloc(211_488)]);
const secret = 'TOP-SECRET '.repeat(6000);

async function find(options: JsonObject, home: string, source?: Artifact): Promise<Source> {
  const small = await smallBuild({ home, ...(source === undefined ? {} : { source }) });
  try {
    const given = source === undefined ? { iso_checksum: 'none', disk_image: true, ...options } : options;
    const config = qemuConfig({ ssh_username: 'root', ...given });
    return await findSource(config, findQemu('qemu-img', small.build), small.build);
  } finally {
    await small.end();
  }
}

function pathOf(source: Source): string {
  return source.kind === 'none' ? '' : source.path;
}

/** Serves one file and returns its address. */
async function serveFile(path: string, name: string): Promise<string> {
  const { url } = await serve((_request, response) => response.end(readFileSync(path)));
  return url.replace(/disk\.qcow2.*/, name);
}

/** Files in `home`: the disk, packed in all ways. */
function packed(home: string): string {
  const run = (program: string, ...args: readonly string[]): void => {
    execFileSync(program, args, { cwd: home, stdio: 'ignore' });
  };
  writeFileSync(join(home, 'disk.raw'), disk);
  writeFileSync(join(home, 'other.raw'), 'other');
  run('xz', '-k', 'disk.raw');
  run('bzip2', '-k', 'disk.raw');
  writeFileSync(join(home, 'disk.raw.gz'), gzipSync(disk));
  const half = disk.length / 2;
  writeFileSync(
    join(home, 'parts.img.gz'),
    Buffer.concat([gzipSync(disk.subarray(0, half)), gzipSync(disk.subarray(half))]),
  );
  writeFileSync(join(home, 'disk.raw.zst'), zstdCompressSync(disk));
  execFileSync('python3', ['-c', ZIPS], { cwd: home });
  run('tar', 'czf', 'disk.tar.gz', 'disk.raw');
  run('tar', 'cJf', 'disk.txz', 'disk.raw');
  run('tar', 'czf', 'two.tar.gz', 'disk.raw', 'other.raw');
  symlinkSync('disk.raw', join(home, 'link'));
  run('tar', 'czf', 'link.tar.gz', 'link');
  writeFileSync(join(home, 'unsaid.img'), gzipSync(disk));
  return home;
}

const ZIPS = `
import zipfile
zipfile.ZipFile('nothing.zip', 'w').writestr('disk.raw', b'')
for name, how in (('disk.raw.zip', zipfile.ZIP_DEFLATED), ('stored.zip', zipfile.ZIP_STORED)):
    with zipfile.ZipFile(name, 'w', how) as archive:
        archive.mkdir('images') if hasattr(archive, 'mkdir') else archive.writestr('images/', '')
        archive.write('disk.raw', 'images/disk.raw')
with zipfile.ZipFile('two.zip', 'w') as archive:
    archive.write('disk.raw'); archive.write('other.raw')
`;

describe.skipIf(reasonToSkip() !== undefined)('a source that is packed', () => {
  const names = [
    ...['disk.raw.xz', 'disk.raw.gz', 'parts.img.gz', 'disk.raw.bz2', 'disk.raw.zst', 'disk.raw.zip', 'stored.zip'],
    ...['disk.tar.gz', 'disk.txz', 'unsaid.img?archive=gz'],
  ];

  it.each(names)('is unpacked: %s', async (name) => {
    const home = packed(newHome());
    expect(readFileSync(pathOf(await find({ iso_url: join(home, name) }, home))).equals(disk)).toBe(true);
    const iso = await find({ iso_url: `file://${join(home, name)}`, disk_image: false }, home);
    expect(iso.kind).toBe('iso');
    expect(readFileSync(pathOf(iso)).equals(disk)).toBe(true);
  });

  it('is compared as it is packed, unpacked once, and again when what was unpacked has changed', async () => {
    const home = packed(newHome());
    const file = join(home, 'disk.raw.xz');
    const iso_checksum = `sha256:${createHash('sha256').update(readFileSync(file)).digest('hex')}`;
    const iso_url = await serveFile(file, 'disk.raw.xz');
    const path = pathOf(await find({ iso_url, iso_checksum }, home));
    const { mtimeMs } = statSync(path);
    expect(pathOf(await find({ iso_url, iso_checksum }, home))).toBe(path);
    expect(statSync(path).mtimeMs).toBe(mtimeMs);
    truncateSync(path, 100);
    expect(readFileSync(pathOf(await find({ iso_url, iso_checksum }, home))).equals(disk)).toBe(true);
    const unpackedSum = `sha256:${createHash('sha256').update(disk).digest('hex')}`;
    await expect(find({ iso_url, iso_checksum: unpackedSum }, home)).rejects.toMatchObject({
      code: 'CHECKSUM_MISMATCH',
    });
  });

  it('is unpacked to iso_target_path', async () => {
    const home = packed(newHome());
    const iso_url = await serveFile(join(home, 'disk.raw.gz'), 'disk.raw.gz');
    const iso_target_path = join(home, 'base.img');
    expect(pathOf(await find({ iso_url, iso_target_path }, home))).toBe(iso_target_path);
    expect(readFileSync(iso_target_path).equals(disk)).toBe(true);
  });

  it('is left as it is when its address says so', async () => {
    const home = packed(newHome());
    const iso_url = await serveFile(join(home, 'disk.raw.gz'), 'disk.raw.gz?archive=false&x=1');
    const path = pathOf(await find({ iso_url }, home));
    expect(readFileSync(path).equals(readFileSync(join(home, 'disk.raw.gz')))).toBe(true);
  });

  it.each([
    ['two.zip', '2 files'],
    ['two.tar.gz', '2 files'],
    ['link.tar.gz', '0 files and 1 links'],
    ['nothing.zip', 'is empty'],
    ['unsaid.img', 'its name does not say so'],
    ['broken.xz', 'cannot be unpacked'],
    ['broken.gz', 'cannot be unpacked'],
    ['broken.zip', 'cannot be unpacked'],
    ['other.raw?archive=bz2', 'cannot be unpacked'],
  ])('is an error when it is not one file: %s', async (name, words) => {
    const home = packed(newHome());
    for (const kind of ['xz', 'gz', 'zip']) {
      const whole = readFileSync(join(home, `disk.raw.${kind}`));
      writeFileSync(join(home, `broken.${kind}`), whole.subarray(0, whole.length - 2000));
    }
    await expect(find({ iso_url: join(home, name) }, home)).rejects.toMatchObject({
      code: 'SOURCE_PACKED',
      message: expect.stringContaining(words) as string,
    });
  });
});

function image(home: string, name: string, ...args: readonly string[]): string {
  execFileSync('qemu-img', ['create', '-q', ...args, join(home, name), '1M'], { cwd: home });
  return join(home, name);
}

/** A text that makes a file of this machine a VMDK's content; in a sparse file's place for it, or as it is. */
function descriptor(home: string): string {
  writeFileSync(join(home, 'secret'), secret);
  const head = '# Disk DescriptorFile\nversion=1\nCID=fffffffe\nparentCID=ffffffff\ncreateType="monolithicFlat"\n';
  return `${head}RW 128 FLAT "${join(home, 'secret')}" 0\nddb.adapterType = "ide"\n`;
}

const hostile: Readonly<Record<string, (home: string) => string>> = {
  'a VMDK of files of this machine': (home) => {
    const path = join(home, 'evil.vmdk');
    writeFileSync(path, descriptor(home));
    return path;
  },
  'a VMDK that has such a text in it': (home) => {
    const path = join(home, 'inner.vmdk');
    const head = Buffer.alloc(512 * 21);
    head.write('KDMV');
    head.writeUInt32LE(1, 4);
    head.writeBigUInt64LE(1n, 28);
    head.writeBigUInt64LE(20n, 36);
    head.write(descriptor(home), 512);
    writeFileSync(path, head);
    return path;
  },
  'a VMDK with a parent': (home) => {
    image(home, 'parent.vmdk', '-f', 'vmdk');
    return image(home, 'child.vmdk', '-f', 'vmdk', '-b', 'parent.vmdk', '-F', 'vmdk');
  },
  'a VMDK in two files': (home) => image(home, 'flat.vmdk', '-f', 'vmdk', '-o', 'subformat=monolithicFlat'),
  'a qcow2 with a backing file': (home) => {
    writeFileSync(join(home, 'secret'), secret);
    return image(home, 'evil.qcow2', '-f', 'qcow2', '-u', '-b', join(home, 'secret'), '-F', 'raw');
  },
  'a qcow2 with a data file': (home) =>
    image(home, 'data.qcow2', '-f', 'qcow2', '-o', `data_file=${join(home, 'data')},data_file_raw=on`),
  'a QED with a backing file': (home) => {
    writeFileSync(join(home, 'secret'), Buffer.alloc(1 << 20));
    return image(home, 'evil.qed', '-f', 'qed', '-b', join(home, 'secret'), '-F', 'raw');
  },
};

describe.skipIf(reasonToSkip() !== undefined)('an image that refers to other files', () => {
  it.each(Object.entries(hostile))('is refused: %s', async (_what, make) => {
    const home = newHome();
    const path = make(home);
    const refused = { code: expect.stringMatching(/^SOURCE_(REFERS_ELSEWHERE|FORMAT)$/) as string };
    await expect(find({ iso_url: await serveFile(path, 'disk.raw') }, home)).rejects.toMatchObject(refused);
    await expect(find({ iso_url: path }, home)).rejects.toMatchObject({ code: 'SOURCE_REFERS_ELSEWHERE' });
    await expect(find({ iso_url: await serveFile(path, 'x.raw'), use_backing_file: true }, home)).rejects.toMatchObject(
      refused,
    );
  });

  it('is taken when it is local and the template is about such images', async () => {
    const home = newHome();
    writeFileSync(join(home, 'secret'), secret);
    const path = image(home, 'overlay.qcow2', '-f', 'qcow2', '-u', '-b', join(home, 'secret'), '-F', 'raw');
    await expect(find({ iso_url: path, use_backing_file: true }, home)).resolves.toMatchObject({ format: 'qcow2' });
  });
});

describe.skipIf(reasonToSkip() !== undefined)('an image', () => {
  it.each([
    ['qcow2', 'qcow2', []],
    ['vmdk', 'vmdk', []],
    ['vmdk', 'vmdk', ['-o', 'subformat=streamOptimized']],
    ['vdi', 'vdi', []],
    ['vhdx', 'vhdx', []],
    ['vpc', 'vpc', []],
    ['raw', 'raw', []],
  ])('that is whole is taken from a server as what it is: %s', async (format, known, more) => {
    const home = newHome();
    const path = image(home, `whole.${format}`, '-f', format, ...more);
    await expect(find({ iso_url: await serveFile(path, 'disk') }, home)).resolves.toMatchObject({ format: known });
    await expect(find({ iso_url: path }, home)).resolves.toMatchObject({ format: known });
  });

  it('that a build made as raw is read as raw, whatever its guest wrote into it', async () => {
    const home = newHome();
    const path = hostile['a qcow2 with a backing file']?.(home) ?? '';
    const artifact: Artifact = {
      builderId: 'transcend.qemu',
      id: 'VM',
      description: '',
      files: [path],
      disks: [{ path, format: 'raw', virtualSize: 2 ** 20 }],
      properties: {},
    };
    await expect(find({}, home, artifact)).resolves.toMatchObject({ path, format: 'raw' });
    const { disks: _, ...untold } = artifact;
    await expect(find({}, home, untold)).rejects.toMatchObject({
      code: 'SOURCE_REFERS_ELSEWHERE',
    });
    expect(() => chooseDisk(artifact, 'vhd', 'import-image')).toThrow('no disk image');
    const named = { ...artifact, files: ['/x/a.vmdk'], disks: [{ path: '/x/a.vmdk', format: 'raw', virtualSize: 1 }] };
    expect(() => chooseDisk(named, 'vmdk', 'import-image')).toThrow('no disk image');
  });
});

describe.skipIf(reasonToSkip() !== undefined)('iso_target_path', () => {
  it.each(['there', 'new/'])('that is a directory gets the file: %s', async (directory) => {
    const home = newHome();
    writeFileSync(join(home, 'disk.raw'), disk);
    mkdirSync(join(home, 'there'));
    const iso_url = await serveFile(join(home, 'disk.raw'), 'disk.raw');
    const name = `${createHash('sha1').update(iso_url).digest('hex')}.iso`;
    const path = pathOf(await find({ iso_url, iso_target_path: join(home, `${directory}x`).slice(0, -1) }, home));
    expect(path).toBe(join(home, directory, name));
    expect(readFileSync(path).equals(disk)).toBe(true);
  });
});

describe.skipIf(reasonToSkip() !== undefined)('firmware in qcow2', () => {
  it('is given to QEMU as the raw file it stands for', async () => {
    const home = newHome();
    const raw = randomBytes(1 << 20);
    writeFileSync(join(home, 'raw.fd'), raw);
    const qcow2 = join(home, 'code.fd');
    execFileSync('qemu-img', ['convert', '-O', 'qcow2', join(home, 'raw.fd'), qcow2]);
    const small = await smallBuild({ home });
    try {
      const driver = findQemu('qemu-img', small.build);
      await writeFirmware(qcow2, join(home, 'vars.fd'), driver);
      expect(readFileSync(join(home, 'vars.fd')).equals(raw)).toBe(true);
      const source = { iso_url: 'x', iso_checksum: 'none', ssh_username: 'root' };
      for (const [options, name] of [
        [{ efi_boot: true, efi_firmware_code: qcow2, efi_firmware_vars: qcow2 }, 'efi_firmware_code'],
        [{ firmware: qcow2, use_pflash: true }, 'firmware'],
        [{ firmware: qcow2 }, 'firmware'],
      ] as const) {
        const config = await withRawFirmware(qemuConfig({ ...source, ...options }), driver, small.build);
        expect(readFileSync(config[name] ?? '').equals(raw)).toBe(true);
      }
      const plain = qemuConfig({ ...source, firmware: join(home, 'raw.fd') });
      expect((await withRawFirmware(plain, driver, small.build)).firmware).toBe(join(home, 'raw.fd'));
    } finally {
      await small.end();
    }
  });
});
