import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Disk, JsonObject } from '../../../../plugins/sdk/index.ts';
import type { VagrantPostProcessorConfig } from '../../../../post-processors/vagrant/config.gen.ts';
import { postProcess } from '../../../../post-processors/vagrant/run.ts';
import { componentConfig } from '../../../support/component-config.ts';
import { lacks } from '../../../support/kiln/needs.ts';
import {
  artifactOf,
  enterWorkingDirectory,
  madeBy,
  postProcessRun,
  type TestRun,
  type WorkingDirectory,
} from '../../../support/post-process-run.ts';

const start = promisify(execFile);
const MIB = 1024 ** 2;

describe.skipIf(lacks(['qemu-img', 'vagrant', 'tar', 'xmllint']))('a box', { timeout: 120_000 }, () => {
  let work: WorkingDirectory;
  let run: TestRun;
  beforeEach(async () => {
    work = await enterWorkingDirectory();
    run = postProcessRun();
  });
  afterEach(() => work.leave());

  async function disk(name: string, format: string, more: Partial<Disk> = {}): Promise<Disk> {
    const path = join(work.path, name);
    await writeFile('pattern', Buffer.alloc(MIB, name));
    await start('qemu-img', ['convert', '-f', 'raw', '-O', format, 'pattern', path]);
    await start('qemu-img', ['resize', '-q', '-f', format, path, '20M']);
    return { path, format, virtualSize: 20 * MIB, architecture: 'x86_64', ...more };
  }

  async function box(disks: readonly Disk[], options: JsonObject = {}): Promise<string> {
    const config = componentConfig<VagrantPostProcessorConfig>('post-processors/vagrant', options);
    const input = { ...artifactOf(disks.map(({ path }) => path)), disks };
    try {
      return madeBy(await postProcess(input, config, run))?.files[0] ?? '';
    } finally {
      await run.scope.releaseAll();
    }
  }

  async function vagrant(...args: readonly string[]): Promise<string> {
    const own = { VAGRANT_HOME: join(work.path, 'home'), VAGRANT_CHECKPOINT_DISABLE: '1' };
    return (await start('vagrant', ['--no-color', ...args], { env: { ...process.env, ...own } })).stdout;
  }

  async function unpack(path: string): Promise<readonly string[]> {
    await mkdir('unpacked', { recursive: true });
    await start('tar', ['xzf', path, '-C', 'unpacked']);
    return (await start('tar', ['tzf', path])).stdout.trim().split('\n');
  }

  async function metadata(): Promise<unknown> {
    return JSON.parse(await readFile('unpacked/metadata.json', 'utf8'));
  }

  test('for libvirt has the disk as it is, and vagrant adds it', async () => {
    const system = await disk('vm.qcow2', 'qcow2');
    const path = await box([system]);
    expect(path).toBe(join(work.path, 'packer_vm_libvirt_amd64.box'));
    expect(await vagrant('box', 'add', '--name', 'mine', path)).toContain("Successfully added box 'mine' (v0)");
    expect(await vagrant('box', 'list')).toMatch(/^mine +\(libvirt, 0\)$/m);
    expect(await unpack(path)).toEqual(['metadata.json', 'Vagrantfile', 'box.img']);
    expect(await metadata()).toEqual({ provider: 'libvirt', architecture: 'amd64', format: 'qcow2', virtual_size: 1 });
    expect(Buffer.compare(await readFile('unpacked/box.img'), await readFile(system.path))).toBe(0);
    expect((await work.list()).filter((name) => name.includes('kiln'))).toEqual([]);
  });

  test('of several raw disks has them all, converted', async () => {
    const disks = [await disk('vm', 'raw'), await disk('vm-1', 'raw')];
    const path = await box(disks, { provider_override: 'qemu' });
    expect(await unpack(path)).toEqual(['metadata.json', 'Vagrantfile', 'box_1.img', 'box_2.img']);
    expect(await metadata()).toMatchObject({
      provider: 'qemu',
      disks: [
        { format: 'qcow2', path: 'box_1.img' },
        { format: 'qcow2', path: 'box_2.img' },
      ],
    });
    for (const [index, { path: source }] of disks.entries()) {
      await start('qemu-img', ['compare', '-f', 'raw', '-F', 'qcow2', source, `unpacked/box_${index + 1}.img`]);
    }
    expect(await vagrant('box', 'add', '--name', 'mine', path)).toContain('Successfully added box');
  });

  test('of an overlay is whole without its backing file', async () => {
    const base = await disk('base.qcow2', 'qcow2');
    await start('qemu-img', ['create', '-q', '-f', 'qcow2', '-F', 'qcow2', '-b', base.path, 'top.qcow2']);
    await unpack(await box([{ ...base, path: join(work.path, 'top.qcow2') }]));
    const { stdout } = await start('qemu-img', ['info', '--output=json', 'unpacked/box.img']);
    expect(JSON.parse(stdout)).not.toHaveProperty('backing-filename');
    await start('qemu-img', ['compare', base.path, 'unpacked/box.img']);
  });

  test('for virtualbox is a machine description with a disk that QEMU reads', async () => {
    const system = await disk('vm', 'raw', { firmware: ['uefi'] });
    const path = await box([system], { provider_override: 'virtualbox' });
    expect(await unpack(path)).toEqual(['metadata.json', 'Vagrantfile', 'box.ovf', 'box-disk001.vmdk']);
    expect(await metadata()).toEqual({ provider: 'virtualbox', architecture: 'amd64' });
    await start('xmllint', ['--noout', 'unpacked/box.ovf']);
    const ovf = await readFile('unpacked/box.ovf', 'utf8');
    expect(ovf).toContain(`ovf:capacity="${20 * MIB}"`);
    expect(ovf).toContain(`ovf:size="${(await readFile('unpacked/box-disk001.vmdk')).length}"`);
    await start('qemu-img', ['compare', '-f', 'raw', '-F', 'vmdk', system.path, 'unpacked/box-disk001.vmdk']);
    expect(await readFile('unpacked/Vagrantfile', 'utf8')).toContain('"--firmware", "efi"');
    expect(await vagrant('box', 'add', '--name', 'mine', path)).toContain('Successfully added box');
    expect(await vagrant('box', 'list')).toMatch(/^mine +\(virtualbox, 0\)$/m);
  });

  test('has the files and the lines of its user, and override counts for one provider', async () => {
    await writeFile('lines.rb', 'Vagrant.configure("2") { |config| config.vm.hostname = "mine" }\n');
    await writeFile('info.json', '{"author":"me"}');
    const path = await box([await disk('vm.qcow2', 'qcow2')], {
      output: 'unused.box',
      override: {
        libvirt: {
          output: 'boxes/{{.BuildName}}-{{.Provider}}.box',
          include: ['info.json'],
          vagrantfile_template: 'lines.rb',
        },
        virtualbox: { output: 'other.box' },
      },
    });
    expect(path).toBe(join(work.path, 'boxes/vm-libvirt.box'));
    expect(await unpack(path)).toEqual(['metadata.json', 'Vagrantfile', 'info.json', 'box.img']);
    expect(await readFile('unpacked/Vagrantfile', 'utf8')).toMatch(/driver = "kvm"[^]*config\.vm\.hostname = "mine"/);
    await vagrant('box', 'add', '--name', 'mine', path);
    expect(await vagrant('box', 'list', '-i')).toContain('- author: me');
  });

  test('is the same for the same disks', async () => {
    const disks = [await disk('vm.qcow2', 'qcow2')];
    const first = await readFile(await box(disks, { output: 'a.box' }));
    expect(Buffer.compare(first, await readFile(await box(disks, { output: 'b.box' })))).toBe(0);
  });

  test('of a catalogue is found by name and version, and its checksum is compared', async () => {
    const disks = [await disk('vm.qcow2', 'qcow2')];
    const options = { catalogue: 'boxes/metadata.json', box_name: 'example/mine', box_description: 'for tests' };
    await box(disks, { ...options, box_version: '1.0.0', output: 'boxes/1.box' });
    await box(disks, { ...options, box_version: '1.1.0', output: 'boxes/2.box' });
    await box(disks, { ...options, box_version: '1.1.0', output: 'boxes/vb.box', provider_override: 'virtualbox' });
    await box(disks, { ...options, box_version: '1.1.0', output: 'boxes/2.box' });
    const catalogue = JSON.parse(await readFile('boxes/metadata.json', 'utf8')) as {
      versions: { version: string; providers: { name: string }[] }[];
    };
    expect(catalogue.versions.map(({ version, providers }) => [version, providers.map(({ name }) => name)])).toEqual([
      ['1.0.0', ['libvirt']],
      ['1.1.0', ['libvirt', 'virtualbox']],
    ]);
    const add = ['box', 'add', '--provider', 'libvirt', `file://${work.path}/boxes/metadata.json`];
    expect(await vagrant(...add)).toContain("Successfully added box 'example/mine' (v1.1.0) for 'libvirt'!");
    await writeFile('boxes/1.box', 'damaged');
    await expect(vagrant(...add, '--box-version', '1.0.0')).rejects.toMatchObject({
      stderr: expect.stringContaining('checksum') as string,
    });
  });

  test('is not made of an artifact without disks', async () => {
    await expect(box([])).rejects.toMatchObject({ code: 'VAGRANT_NO_DISK' });
    expect(await work.list()).not.toContain('packer_vm_libvirt_amd64.box');
  });

  test('does not go into what is no catalogue, or another box’s', async () => {
    const disks = [await disk('vm.qcow2', 'qcow2')];
    const options = { catalogue: 'metadata.json', box_name: 'a/b', box_version: '1' };
    await writeFile('metadata.json', 'no');
    await expect(box(disks, options)).rejects.toMatchObject({ code: 'VAGRANT_CATALOGUE', pointer: '/catalogue' });
    await writeFile('metadata.json', '{"name":"c/d"}');
    await expect(box(disks, options)).rejects.toMatchObject({ code: 'VAGRANT_CATALOGUE', pointer: '/box_name' });
  });
});
