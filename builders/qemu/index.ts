import { defineBuilder, type Requirement, type Builder } from '../../plugins/sdk/index.ts';
import { communicatorNeeds, communicatorPrograms } from '../../plugins/sdk/guest.ts';
import type { QemuBuilderConfig } from './config.gen.ts';
import { cpuCount } from './machine/cpu-count.ts';
import { cdPrograms, floppyPrograms } from './media/programs.ts';
import { hasCd, hasFloppy } from './media/wanted.ts';
import { prepare } from './prepare.ts';
import { unpackNeeds, unpackPrograms } from './unpack-programs.ts';

const PACKAGES: readonly (readonly [RegExp, string])[] = [
  [/qemu-system-(x86_64|i386)$/, 'qemu-system-x86'],
  [/qemu-system-(aarch64|arm)$/, 'qemu-system-arm'],
  [/qemu-system-(ppc|ppc64)$/, 'qemu-system-ppc'],
];

function qemu(program = 'qemu-system-x86_64'): Requirement {
  const debianPackage = PACKAGES.find(([pattern]) => pattern.test(program))?.[1] ?? 'qemu-system-misc';
  return { program, package: debianPackage, purpose: 'run virtual machines' };
}

const qemuImg: Requirement = { program: 'qemu-img', package: 'qemu-utils', purpose: 'create and write disk images' };
const tpm: Requirement = { program: 'swtpm', package: 'swtpm', purpose: 'be a TPM' };

const sometimes: readonly Requirement[] = [tpm, ...cdPrograms, ...unpackPrograms, ...floppyPrograms];

function needs(config: QemuBuilderConfig): readonly Requirement[] {
  return [
    qemu(config.qemu_binary),
    qemuImg,
    ...(config.vtpm ? [tpm] : []),
    ...(hasCd(config) ? cdPrograms : []),
    ...unpackNeeds(config),
    ...(hasFloppy(config) ? floppyPrograms : []),
    ...communicatorNeeds(config),
  ];
}

/** What QEMU itself takes, with its caches. */
const OVERHEAD_MEBIBYTES = 128;

export const builder: Builder<QemuBuilderConfig> = defineBuilder({
  prepare,
  programs: [qemu(), qemuImg, ...sometimes.map((each) => ({ ...each, optional: true })), ...communicatorPrograms],
  needs,
  examine: async (context) => (await import('./accelerator/examine.ts')).examine(context),
  run: async (config, build) => (await import('./run.ts')).run(config, build),
  load: (config) => ({
    memory: ((config.memory < 10 ? 512 : config.memory) + OVERHEAD_MEBIBYTES) * 2 ** 20,
    processors: cpuCount(config),
  }),
  resume: async (config, build, checkpoint) => (await import('./run.ts')).resume(config, build, checkpoint),
});
