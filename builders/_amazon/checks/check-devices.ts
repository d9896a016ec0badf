import type { Diagnostic } from '../../../plugins/sdk/index.ts';
import { error } from './diagnostics.ts';
import type { DeviceOptions } from '../options.ts';

const RATIOS: Readonly<Record<string, number>> = { io1: 50, io2: 500, gp3: 500 };

/** Options of a device that do not fit each other, and why. */
export function deviceFaults(device: DeviceOptions): readonly (readonly [string, string])[] {
  const { volume_type: type = '', volume_size: size, iops, throughput, encrypted } = device;
  const found: (readonly [string, string])[] = [];
  const ratio = RATIOS[type];
  if ((device.device_name ?? '') === '') found.push(['device_name', 'a device needs device_name']);
  if ((device.kms_key_id ?? '') !== '' && encrypted !== true) found.push(['kms_key_id', 'a key needs encrypted']);
  if (iops !== undefined && ratio === undefined && type !== '') {
    found.push(['iops', `iops is for io1, io2 and gp3, not ${type}`]);
  }
  if (iops !== undefined && ratio !== undefined && size !== undefined && iops > Math.max(3000, ratio * size)) {
    found.push(['iops', `a volume of the type ${type} has at most ${ratio} IOPS for each GiB`]);
  }
  if (throughput !== undefined && type !== 'gp3') found.push(['throughput', 'throughput is for gp3']);
  if (throughput !== undefined && type === 'gp3' && (throughput < 125 || throughput > 2000)) {
    found.push(['throughput', 'a volume of the type gp3 has 125 to 2000 MiB/s']);
  }
  return found;
}

/** What the schema cannot say of block devices. */
export function checkDevices(option: string, devices: readonly DeviceOptions[] | undefined): readonly Diagnostic[] {
  return (devices ?? []).flatMap((device, index) =>
    deviceFaults(device).map(([field, message]) => error('AMAZON_DEVICE', `/${option}/${index}/${field}`, message)),
  );
}
