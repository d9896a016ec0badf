import type { JsonObject } from '../../plugins/sdk/index.ts';
import { ovfDescriptor } from '../_shared/ovf/descriptor.ts';
import type { Provider } from './settings.ts';

/** A disk of the box, converted. */
export interface BoxDisk {
  /** Bytes that a guest sees. */
  readonly virtualSize: number;
  /** Bytes of its file. */
  readonly size: number;
}

/** How a box looks for a provider. */
export interface Layout {
  /** What `qemu-img convert` makes for it. */
  readonly format: 'qcow2' | 'vmdk';
  /** `-o` of it. */
  readonly formatOptions: string | undefined;
  diskName(index: number, count: number): string;
  metadata(disks: readonly BoxDisk[], architecture: string): JsonObject;
  /** Kiln's lines of the box's Vagrantfile. */
  vagrantfile(uefiOnly: boolean): string;
  /** Further files, by name. */
  files(name: string, disks: readonly BoxDisk[], uefiOnly: boolean): Readonly<Record<string, string>>;
}

const GIB = 1024 ** 3;

/** Boxes with QEMU's disks. One disk is said as all versions of the plugins read it, more in their second form. */
function qemuLayout(provider: Provider, vagrantfile: string): Layout {
  const diskName = (index: number, count: number): string => (count === 1 ? 'box.img' : `box_${index + 1}.img`);
  return {
    format: 'qcow2',
    formatOptions: undefined,
    diskName,
    metadata: (disks, architecture) => ({
      provider,
      architecture,
      format: 'qcow2',
      // GiB, whole ones: the plugins make a volume of that size and put the disk in it.
      virtual_size: Math.ceil((disks[0]?.virtualSize ?? 0) / GIB),
      ...(disks.length === 1
        ? {}
        : { disks: disks.map((_, index) => ({ format: 'qcow2', path: diskName(index, disks.length) })) }),
    }),
    vagrantfile: () => vagrantfile,
    files: () => ({}),
  };
}

function configured(lines: readonly string[]): string {
  const inner = lines.map((line) => `  ${line}\n`).join('');
  return `Vagrant.configure("2") do |config|\n${inner}end\n`;
}

function forProvider(provider: string, variable: string, lines: readonly string[]): readonly string[] {
  return [`config.vm.provider :${provider} do |${variable}|`, ...lines.map((line) => `  ${line}`), 'end'];
}

const diskNameOfVmdk = (index: number): string => `box-disk${String(index + 1).padStart(3, '0')}.vmdk`;

const virtualbox: Layout = {
  format: 'vmdk',
  formatOptions: 'subformat=streamOptimized',
  diskName: diskNameOfVmdk,
  metadata: (_, architecture) => ({ provider: 'virtualbox', architecture }),
  vagrantfile: (uefiOnly) =>
    uefiOnly
      ? configured(forProvider('virtualbox', 'machine', ['machine.customize ["modifyvm", :id, "--firmware", "efi"]']))
      : configured([]),
  files: (name, disks, uefiOnly) => ({
    'box.ovf': ovfDescriptor({
      name,
      cpus: 1,
      memory: 1024,
      family: 'virtualbox-2.2',
      controller: 'sata',
      adapter: 'E1000',
      uefi: uefiOnly,
      disks: disks.map(({ size, virtualSize }, index) => ({
        name: diskNameOfVmdk(index),
        size,
        capacity: virtualSize,
      })),
    }),
  }),
};

export const layouts: Readonly<Record<Provider, Layout>> = {
  libvirt: qemuLayout('libvirt', configured(forProvider('libvirt', 'machine', ['machine.driver = "kvm"']))),
  qemu: qemuLayout('qemu', configured([])),
  virtualbox,
};
