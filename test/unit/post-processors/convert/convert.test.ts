import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DOMParser } from '@xmldom/xmldom';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Artifact, Disk, JsonObject } from '../../../../plugins/sdk/index.ts';
import type { ConvertPostProcessorConfig } from '../../../../post-processors/convert/config.gen.ts';
import { prepare } from '../../../../post-processors/convert/prepare.ts';
import { postProcess } from '../../../../post-processors/convert/run.ts';
import { componentConfig } from '../../../support/component-config.ts';
import {
  artifactOf,
  enterWorkingDirectory,
  madeBy,
  postProcessRun,
  type TestRun,
  type WorkingDirectory,
} from '../../../support/post-process-run.ts';

const shell = promisify(execFile);
const MIB = 1_048_576;
const SIZE = 5 * MIB + 512 * 7;

let work: WorkingDirectory;
let disk: Disk;
beforeEach(async () => {
  work = await enterWorkingDirectory();
  await mkdir('out');
  const content = Buffer.concat([randomBytes(MIB), Buffer.alloc(3 * MIB), randomBytes(SIZE - 4 * MIB)]);
  await writeFile('out/web', content);
  // Its name does not say what it is.
  await shell('qemu-img', ['convert', '-O', 'qcow2', 'out/web', 'out/web.img']);
  disk = {
    path: join(work.path, 'out/web.img'),
    format: 'qcow2',
    virtualSize: SIZE,
    firmware: ['uefi'],
    architecture: 'x86_64',
  };
});
afterEach(() => work.leave());

function configOf(options: JsonObject): ConvertPostProcessorConfig {
  return componentConfig('post-processors/convert', options);
}

async function convert(
  options: JsonObject,
  disks: readonly Disk[] = [disk],
  run: TestRun = postProcessRun(),
): Promise<Artifact> {
  try {
    const made = await postProcess({ ...artifactOf(disks.map(({ path }) => path)), disks }, configOf(options), run);
    expect(made.input).toBe('discard');
    return madeBy(made) ?? artifactOf([]);
  } finally {
    await run.scope.releaseAll();
  }
}

async function info(path: string, format: string): Promise<JsonObject> {
  return JSON.parse((await shell('qemu-img', ['info', '--output=json', '-f', format, path])).stdout) as JsonObject;
}

describe.each([
  ['raw', 'raw'],
  ['qcow2', 'qcow2'],
  ['qcow', 'qcow'],
  ['qed', 'qed'],
  ['vdi', 'vdi'],
  ['vhdx', 'vhdx'],
  ['vmdk', 'vmdk'],
  ['vpc', 'vhd'],
  ['parallels', 'hdd'],
])('%s', (format, extension) => {
  test('has what the disk had, as QEMU sees it', async () => {
    const run = postProcessRun();
    const made = await convert({ format }, [disk], run);
    const path = join(work.path, `packer_vm_qemu.${extension}`);
    expect(made.files).toEqual([path]);
    const [written] = made.disks ?? [];
    expect(written).toMatchObject({ path, format, firmware: ['uefi'], architecture: 'x86_64' });
    await shell('qemu-img', ['compare', '-f', 'qcow2', '-F', format, disk.path, path]);
    expect((await info(path, format))['virtual-size']).toBe(written?.virtualSize);
    if (format !== 'raw' && format !== 'qcow') {
      await shell('qemu-img', ['check', '-f', format, path]).catch((error: unknown) => {
        // 63: QEMU has no check for the format.
        if ((error as { code?: number }).code !== 63) throw error;
      });
    }
    expect(run.progressed.at(-1)).toEqual(['convert', 100, 100]);
    expect(await work.list()).toEqual(['out', 'out/web', 'out/web.img', `packer_vm_qemu.${extension}`]);
  });
});

test('a fixed VHD is as Azure takes it: whole MiB, and a footer that says so', async () => {
  const made = await convert({ format: 'vpc', output: 'a.vhd' });
  expect(made.disks?.[0]?.virtualSize).toBe(6 * MIB);
  const content = await readFile('a.vhd');
  expect(content).toHaveLength(6 * MIB + 512);
  const footer = content.subarray(-512);
  expect(footer.toString('latin1', 0, 8)).toBe('conectix');
  expect(Number(footer.readBigUInt64BE(48))).toBe(6 * MIB);
  expect(footer.readUInt32BE(60)).toBe(2);
  expect(content.subarray(0, SIZE).equals(await readFile('out/web'))).toBe(true);
  const dynamic = await convert({ format: 'vpc', subformat: 'dynamic', output: 'b.vhd' });
  expect(dynamic.disks?.[0]?.virtualSize).toBe(SIZE);
});

test('a qcow2 is compressed with the clusters and the options that were asked for', async () => {
  const options = { cluster_size: '512k', compression: 'zstd', format_options: { refcount_bits: '8' } };
  await convert({ format: 'qcow2', output: 'small.qcow2', ...options });
  expect(await info('small.qcow2', 'qcow2')).toMatchObject({
    'cluster-size': 524_288,
    'format-specific': { data: { 'compression-type': 'zstd', 'refcount-bits': 8 } },
  });
  const { stdout } = await shell('qemu-img', ['check', '--output=json', 'small.qcow2']);
  expect((JSON.parse(stdout) as JsonObject)['compressed-clusters']).toBeGreaterThan(0);
});

/** Sectors of the disk that the grains of a stream-optimised vmdk are for, in their order in the file. */
function grainsOf(file: Buffer): readonly number[] {
  const grains: number[] = [];
  for (let at = Number(file.readBigUInt64LE(64)) * 512; at < file.length;) {
    const [sector, size, type] = [
      Number(file.readBigUInt64LE(at)),
      file.readUInt32LE(at + 8),
      file.readUInt32LE(at + 12),
    ];
    if (size > 0) grains.push(sector);
    // A marker is followed by as many sectors as it says, and the last one of a stream by nothing.
    else if (type === 0) break;
    at += Math.ceil((size > 0 ? 12 + size : 512 * (1 + sector)) / 512) * 512;
  }
  return grains;
}

function isAscending(numbers: readonly number[]): boolean {
  return numbers.length > 1 && numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0));
}

test('a vmdk for clouds is stream-optimised, and one in parts keeps them together', async () => {
  await convert({ format: 'vmdk', subformat: 'streamOptimized', output: 'a.vmdk' });
  const header = (await readFile('a.vmdk')).subarray(0, 512);
  expect(header.toString('latin1', 0, 4)).toBe('KDMV');
  // Compressed grains with markers, deflated.
  expect(header.readUInt32LE(8) & 0x30000).toBe(0x30000);
  expect(header.readUInt16LE(77)).toBe(1);
  expect(isAscending(grainsOf(await readFile('a.vmdk')))).toBe(true);
  const made = await convert({ format: 'vmdk', subformat: 'monolithicFlat', output: 'parts/b.vmdk' });
  expect(made.files.map((path) => path.slice(work.path.length))).toEqual(['/parts/b.vmdk', '/parts/b-flat.vmdk']);
  await shell('qemu-img', ['compare', '-f', 'qcow2', '-F', 'vmdk', disk.path, 'parts/b.vmdk']);
});

test('UEFI variables come along, and several disks have a file each', async () => {
  await writeFile('out/vars', 'variables');
  const first = { ...disk, firmwareVariables: join(work.path, 'out/vars') };
  const second = { path: join(work.path, 'out/web'), format: 'raw', virtualSize: SIZE };
  const made = await convert({ format: 'vdi' }, [first, second]);
  const names = ['packer_vm_qemu.vdi', 'packer_vm_qemu.vdi.efivars', 'packer_vm_qemu-1.vdi'];
  expect(made.files).toEqual(names.map((name) => join(work.path, name)));
  expect(made.disks?.map((each) => each.firmwareVariables)).toEqual([join(work.path, names[1] ?? ''), undefined]);
  expect(await readFile(names[1] ?? '', 'utf8')).toBe('variables');
  await expect(convert({ format: 'vdi', output: 'one.vdi' }, [first, second])).rejects.toMatchObject({
    code: 'CONVERT_SAME_OUTPUT',
  });
});

describe('ova', () => {
  test('has a description, its digests and the disks, in this order, and all that refers to each other is there', async () => {
    const second = { path: join(work.path, 'out/web'), format: 'raw', virtualSize: SIZE };
    const options = { format: 'ova', output: 'web 1.ova', ova_memory: 2048, ova_cpus: 2 };
    const made = await convert(options, [disk, second]);
    expect(made.files).toEqual([join(work.path, 'web 1.ova')]);
    expect(made.disks).toBeUndefined();
    const { stdout } = await shell('tar', ['-t', '-f', 'web 1.ova']);
    expect(stdout).toBe('web_1.ovf\nweb_1.mf\nweb_1-disk1.vmdk\nweb_1-disk2.vmdk\n');
    await mkdir('there');
    await shell('tar', ['-x', '-f', 'web 1.ova', '-C', 'there']);
    for (const line of (await readFile('there/web_1.mf', 'utf8')).trim().split('\n')) {
      const [, name = '', digest] = /^SHA256\((.+)\)= ([0-9a-f]{64})$/.exec(line) ?? [];
      expect(
        createHash('sha256')
          .update(await readFile(join('there', name)))
          .digest('hex'),
      ).toBe(digest);
    }
    for (const name of ['web_1-disk1.vmdk', 'web_1-disk2.vmdk']) {
      await shell('qemu-img', ['check', '-f', 'vmdk', join('there', name)]);
      await shell('qemu-img', ['compare', '-f', 'vmdk', '-F', 'raw', join('there', name), 'out/web']);
    }
    const text = await readFile('there/web_1.ovf', 'utf8');
    const ovf = new DOMParser({ onError: (_level, message) => expect.fail(message) }).parseFromString(text, 'text/xml');
    const all = (name: string): readonly Record<string, string>[] =>
      Array.from(ovf.getElementsByTagName(name), (found) =>
        Object.fromEntries(Array.from(found.attributes, (attribute) => [attribute.name, attribute.value])),
      );
    expect(all('File').map((file) => file['ovf:href'])).toEqual(['web_1-disk1.vmdk', 'web_1-disk2.vmdk']);
    for (const file of all('File')) {
      expect(Number(file['ovf:size'])).toBe((await stat(join('there', file['ovf:href'] ?? ''))).size);
    }
    expect(all('Disk').map((each) => each['ovf:fileRef'])).toEqual(all('File').map((file) => file['ovf:id']));
    expect(all('Disk').map((each) => each['ovf:capacity'])).toEqual([`${SIZE}`, `${SIZE}`]);
    const values = (name: string): readonly (string | null)[] =>
      Array.from(ovf.getElementsByTagName(name), (found) => found.textContent);
    expect(values('rasd:HostResource')).toEqual(all('Disk').map((each) => `ovf:/disk/${each['ovf:diskId'] ?? ''}`));
    expect(new Set(values('rasd:InstanceID')).size).toBe(values('rasd:InstanceID').length);
    expect(values('rasd:VirtualQuantity')).toEqual(['2', '2048']);
    expect(values('rasd:Parent')).toEqual(['3', '3']);
    // The schema has the properties of an item as a sequence.
    for (const item of Array.from(ovf.getElementsByTagName('Item'))) {
      const names = Array.from(item.childNodes, ({ nodeName }) => nodeName).filter((name) => name.startsWith('rasd:'));
      expect(names).toEqual(names.toSorted());
    }
    expect(all('vmw:Config')).toEqual([{ 'ovf:required': 'false', 'vmw:key': 'firmware', 'vmw:value': 'efi' }]);
  });
});

test('an artifact without a disk image is refused, and the files of other tools are known by their names', async () => {
  const run = postProcessRun();
  const config = configOf({ format: 'raw', output: 'x.raw' });
  await expect(postProcess(artifactOf([]), config, run)).rejects.toMatchObject({
    code: 'CONVERT_NO_DISK',
    message: 'the artifact has no disk image to convert: it has no files',
  });
  await shell('qemu-img', ['convert', '-O', 'vmdk', 'out/web', 'out/other.vmdk']);
  const files = ['out/web', 'out/other.vmdk'].map((path) => join(work.path, path));
  await postProcess(artifactOf(files), config, run);
  await run.scope.releaseAll();
  expect((await readFile('x.raw')).equals(await readFile('out/web'))).toBe(true);
});

test('one that is cancelled leaves nothing', async () => {
  const cancel = new AbortController();
  const run = postProcessRun({ signal: cancel.signal, say: () => cancel.abort() });
  await expect(convert({ format: 'ova', output: 'there/web.ova' }, [disk], run)).rejects.toMatchObject({
    code: 'CANCELLED',
  });
  expect(await work.list()).toEqual(['out', 'out/web', 'out/web.img']);
});

test.each([
  [{ format: 'qcow2', subformat: 'fixed' }, '/subformat', 'qcow2 has no subformats, not fixed'],
  [{ format: 'vmdk', subformat: 'fixed' }, '/subformat', 'vmdk has the subformats monolithicSparse'],
  [{ format: 'vmdk', compression: 'zlib' }, '/compression', 'only a qcow2 is compressed, not vmdk'],
  [{ format: 'vdi', cluster_size: '64k' }, '/cluster_size', 'vdi has no cluster_size'],
  [{ format: 'raw', ova_name: 'web' }, '/ova_name', 'raw has no name of a machine'],
])('%j is refused before anything runs', (options, pointer, message) => {
  expect(prepare(configOf(options))).toEqual([
    expect.objectContaining({ code: 'CONVERT_OPTION', pointer, message: expect.stringContaining(message) as string }),
  ]);
});
