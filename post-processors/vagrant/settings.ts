import { arch } from 'node:os';
import type { Disk } from '../../plugins/sdk/index.ts';
import type { VagrantPostProcessorConfig } from './config.gen.ts';

/** What boxes are made for. */
export type Provider = NonNullable<VagrantPostProcessorConfig['provider_override']>;

/** The options that count for a box. */
export interface Settings {
  readonly output: string;
  readonly compression_level: number;
  readonly include?: readonly string[];
  readonly vagrantfile_template?: string;
  readonly vagrantfile_template_generated: boolean;
  readonly architecture?: string;
}

/** For whom the box is; disks that QEMU made are libvirt's, as in Packer. */
export function providerOf(config: VagrantPostProcessorConfig): Provider {
  return config.provider_override ?? 'libvirt';
}

/** The options with what `override` lays over them. */
export function settingsFor(config: VagrantPostProcessorConfig, provider: Provider): Settings {
  return { ...config, ...config.override?.[provider] };
}

/** Where an option of `settingsFor` stands. */
export function pointerOf(config: VagrantPostProcessorConfig, provider: Provider, name: keyof Settings): string {
  return config.override?.[provider]?.[name] === undefined ? `/${name}` : `/override/${provider}/${name}`;
}

/** Vagrant's words for what `uname -m` and Node call architectures. */
const architectures: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  x64: 'amd64',
  aarch64: 'arm64',
  i386: 'i386',
  i686: 'i386',
  ia32: 'i386',
  armv7l: 'arm',
  ppc64le: 'ppc64le',
  riscv64: 'riscv64',
  s390x: 's390x',
};

/** The box's architecture, as Vagrant calls it. */
export function architectureOf(settings: Settings, disk: Disk): string {
  const said = disk.architecture ?? arch();
  return settings.architecture ?? architectures[said] ?? said;
}
