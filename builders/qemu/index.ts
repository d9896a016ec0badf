import type { Builder, Requirement } from '../../plugins/sdk/index.ts';
import type { QemuBuilderConfig } from './config.gen.ts';
import { cpuCount } from './cpu-count.ts';
import { cdRequirement, floppyRequirements } from './media/programs.ts';
import { hasCd, hasFloppy } from './media/wanted.ts';
import { prepare } from './prepare.ts';
import { unpackRequirements } from './unpack/requirements.ts';

const PACKAGES: readonly (readonly [RegExp, string])[] = [
  [/qemu-system-(x86_64|i386)$/, 'qemu-system-x86'],
  [/qemu-system-(aarch64|arm)$/, 'qemu-system-arm'],
  [/qemu-system-(ppc|ppc64)$/, 'qemu-system-ppc'],
];

function requirements(config?: QemuBuilderConfig): readonly Requirement[] {
  const program = config?.qemu_binary ?? 'qemu-system-x86_64';
  const optional = config === undefined ? { optional: true } : {};
  return [
    {
      program,
      package: PACKAGES.find(([pattern]) => pattern.test(program))?.[1] ?? 'qemu-system-misc',
      purpose: 'run virtual machines',
    },
    { program: 'qemu-img', package: 'qemu-utils', purpose: 'create and write disk images' },
    ...(config === undefined || config.vtpm
      ? [{ program: 'swtpm', package: 'swtpm', purpose: 'be a TPM', ...optional }]
      : []),
    ...(config === undefined || hasCd(config) ? [{ ...cdRequirement(), ...optional }] : []),
    ...unpackRequirements(config).map((one) => ({ ...one, ...optional })),
    ...(config === undefined || hasFloppy(config) ? floppyRequirements.map((one) => ({ ...one, ...optional })) : []),
  ];
}

/** What QEMU itself takes, with its caches. */
const OVERHEAD_MEBIBYTES = 128;

export const builder: Builder<QemuBuilderConfig> = {
  kind: 'builder',
  resources: [],
  prepare,
  requirements,
  examine: async (context) => (await import('./accelerator/examine.ts')).examine(context),
  run: async (config, build) => (await import('./run.ts')).run(config, build),
  load: (config) => ({
    memory: ((config.memory < 10 ? 512 : config.memory) + OVERHEAD_MEBIBYTES) * 2 ** 20,
    processors: cpuCount(config),
  }),
  resume: async (config, build, checkpoint) => (await import('./run.ts')).resume(config, build, checkpoint),
};
