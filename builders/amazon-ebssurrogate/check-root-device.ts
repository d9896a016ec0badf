import { errorAt, type Diagnostic } from '../../plugins/sdk/index.ts';
import { deviceFaults, withoutEffect } from '../_amazon/checks/check-devices.ts';
import type { DeviceOptions } from '../_amazon/api/block-devices.ts';
import { rootDevice, type SurrogateOptions } from './devices.ts';

const CODE = 'AMAZON_ROOT_DEVICE';

function names({ ami_root_device: root }: SurrogateOptions): readonly Diagnostic[] {
  return (['source_device_name', 'device_name'] as const)
    .filter((name) => (root[name] ?? '') === '')
    .map((name) => errorAt(CODE, `/ami_root_device/${name}`, `ami_root_device needs ${name}`));
}

function sourceFaults(config: SurrogateOptions): readonly Diagnostic[] {
  const { source_device_name: source = '' } = config.ami_root_device;
  if (source === '') return [];
  const index = config.launch_block_device_mappings.findIndex(({ device_name: name }) => name === source);
  const device = config.launch_block_device_mappings[index];
  if (device === undefined) {
    const message = `launch_block_device_mappings has no device ${source}`;
    return [errorAt(CODE, '/ami_root_device/source_device_name', message)];
  }
  const place = `/launch_block_device_mappings/${index}`;
  const found: Diagnostic[] = [];
  if (device.omit_from_artifact) {
    found.push(errorAt(CODE, `${place}/omit_from_artifact`, 'the root device of the AMI cannot be left out of it'));
  }
  if (device.no_device || (device.virtual_name ?? '') !== '') {
    const option = device.no_device ? 'no_device' : 'virtual_name';
    found.push(errorAt(CODE, `${place}/${option}`, 'the root device of the AMI has to be a volume of EBS'));
  }
  return [...found, ...overrides(device, config)];
}

/** What `ami_root_device` says of the volume, beside what it was launched with. */
function overrides(device: DeviceOptions, { ami_root_device: root }: SurrogateOptions): readonly Diagnostic[] {
  const given = (['volume_type', 'volume_size', 'iops', 'throughput'] as const).filter(
    (name) => root[name] !== undefined,
  );
  const result = rootDevice(device, root);
  const found = [
    ...deviceFaults(result)
      .filter(([field]) => given.some((name) => name === field))
      .map(([field, message]) => errorAt('AMAZON_DEVICE', `/ami_root_device/${field}`, message)),
    ...(root.iops === undefined ? [] : withoutEffect(result, '/ami_root_device')),
  ];
  const { volume_size: size } = root;
  if (size === undefined || size >= (device.volume_size ?? 0)) return found;
  const message = `the volume cannot shrink: it is launched with ${device.volume_size ?? 0} GiB`;
  return [...found, errorAt('AMAZON_DEVICE', '/ami_root_device/volume_size', message)];
}

/** What the schema cannot say of the root device of the AMI. */
export function checkRootDevice(config: SurrogateOptions): readonly Diagnostic[] {
  return [...names(config), ...sourceFaults(config)];
}
