import { errorAt, warningAt, type Diagnostic, type PrepareContext } from '../../plugins/sdk/index.ts';
import { isAbsolute } from 'node:path';
import { checkAccess } from '../_amazon/api/credentials/check-access.ts';
import { checkAmi } from '../_amazon/checks/check-ami.ts';
import { checkDevices } from '../_amazon/checks/check-devices.ts';
import { checkSharedVolume } from '../_amazon/checks/check-sharing.ts';
import { checkTags } from '../_amazon/checks/check-tags.ts';
import { checkSource } from '../_amazon/checks/check-run.ts';
import { keyFault } from '../_amazon/images/copy-plan.ts';
import type { AmazonChrootBuilderConfig } from './config.gen.ts';

type Config = AmazonChrootBuilderConfig;
type Diagnostics = readonly Diagnostic[];

const SCRATCH_NEEDS = [
  'ami_virtualization_type',
  'pre_mount_commands',
  'root_device_name',
  'root_volume_size',
  'ami_block_device_mappings',
] as const;

function isMissing(value: string | number | readonly unknown[] | undefined): boolean {
  return value === undefined || value === '' || value === 0 || (Array.isArray(value) && value.length === 0);
}

function start(config: Config): Diagnostics {
  if (!config.from_scratch) return checkSource(config);
  const unused = (['source_ami', 'source_ami_filter'] as const).filter((name) => config[name] !== undefined);
  return [
    ...SCRATCH_NEEDS.filter((name) => isMissing(config[name])).map((name) =>
      errorAt('AMAZON_CHROOT_OPTION', '', `from_scratch needs ${name}`),
    ),
    ...unused.map((name) =>
      warningAt('AMAZON_NO_EFFECT', `/${name}`, `with from_scratch, ${name} has no effect`, {
        hint: 'leave one of them out',
      }),
    ),
  ];
}

function rootDevice({ ami_block_device_mappings: devices = [], root_device_name: root = '' }: Config): Diagnostics {
  if (devices.length === 0) return [];
  if (root === '') {
    const hint = 'it says which of them is the volume that is built';
    return [errorAt('AMAZON_CHROOT_OPTION', '', 'ami_block_device_mappings needs root_device_name', { hint })];
  }
  if (devices.some(({ device_name: name }) => name === root)) return [];
  return [errorAt('AMAZON_CHROOT_OPTION', '/root_device_name', `ami_block_device_mappings has no ${root}`)];
}

function boot({ boot_mode: mode, from_scratch: scratch, uefi_data: data, tpm_support: tpm }: Config): Diagnostics {
  const legacy = mode === 'legacy-bios' || (scratch && mode === undefined);
  const given = [...(data === undefined ? [] : ['uefi_data']), ...(tpm === undefined ? [] : ['tpm_support'])];
  return (legacy ? given : []).map((name) =>
    errorAt('AMAZON_BOOT', `/${name}`, `${name} needs a boot_mode with UEFI`, { hint: 'set boot_mode to uefi' }),
  );
}

function mounts({ chroot_mounts: given = [], copy_files: files = [] }: Config): Diagnostics {
  const hint = 'such as ["proc", "proc", "/proc"] or ["bind", "/dev", "/dev"]';
  return [
    ...given.flatMap((each, index) =>
      each.length === 3 && isAbsolute(each[2] ?? '')
        ? []
        : [
            errorAt(
              'AMAZON_CHROOT_OPTION',
              `/chroot_mounts/${index}`,
              'a mount has a type, what is mounted, and a path',
              { hint },
            ),
          ],
    ),
    ...files.flatMap((file, index) =>
      isAbsolute(file)
        ? []
        : [errorAt('AMAZON_CHROOT_OPTION', `/copy_files/${index}`, `${file} is not an absolute path`)],
    ),
  ];
}

function encryption(config: Config): Diagnostics {
  const { root_volume_encrypt_boot: encrypted, root_volume_kms_key_id: key = '' } = config;
  if (encrypted === false && key !== '') {
    return [errorAt('AMAZON_KMS', '/root_volume_kms_key_id', 'there is a key, and root_volume_encrypt_boot is false')];
  }
  const fault = key === '' ? undefined : keyFault(key);
  return [
    ...(fault === undefined
      ? []
      : [errorAt('AMAZON_KMS', '/root_volume_kms_key_id', fault.message, { hint: fault.hint })]),
    ...checkSharedVolume(
      config,
      { encrypted, kms_key_id: key },
      `/root_volume_${encrypted === undefined ? 'kms_key_id' : 'encrypt_boot'}`,
    ),
  ];
}

/** What the schema cannot say. */
export function prepare(config: Config, _context: PrepareContext): Diagnostics {
  const { command_wrapper: wrapper, mount_path: path } = config;
  const lacksCommand = !/\.Command\b/.test(wrapper);
  return [
    ...checkAccess(config),
    ...checkAmi(config),
    ...checkTags(config),
    ...start(config),
    ...rootDevice(config),
    ...boot(config),
    ...mounts(config),
    ...encryption(config),
    ...checkDevices('ami_block_device_mappings', config.ami_block_device_mappings),
    ...(lacksCommand
      ? [errorAt('AMAZON_CHROOT_OPTION', '/command_wrapper', 'it runs nothing', { hint: 'put {{.Command}} into it' })]
      : []),
    ...(isAbsolute(path) ? [] : [errorAt('AMAZON_CHROOT_OPTION', '/mount_path', 'it has to be an absolute path')]),
  ];
}
