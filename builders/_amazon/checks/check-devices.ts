import { warningAt, errorAt, type Diagnostic } from '../../../plugins/sdk/index.ts';
import type { DeviceOptions } from '../api/block-devices.ts';
import { VOLUME_TYPES, type SpeedRule } from '../api/volume-types.ts';

type Fault = readonly [field: string, message: string];

function speedFaults(device: DeviceOptions, type: string, { iops: range, ratio, always }: SpeedRule): readonly Fault[] {
  const { iops, throughput, volume_size: size } = device;
  const [least, most] = range;
  const found: Fault[] = [];
  if (iops !== undefined && (iops < least || iops > most)) {
    found.push(['iops', `a volume of the type ${type} has ${least} to ${most} IOPS`]);
  } else if (iops !== undefined && size !== undefined && iops > Math.max(always, ratio * size)) {
    const possible = Math.max(always, ratio * size);
    found.push(['iops', `a volume of the type ${type} has at most ${ratio} IOPS for each GiB, here ${possible}`]);
  }
  if (iops === undefined && always === 0) {
    found.push(['volume_type', `a volume of the type ${type} needs iops, ${least} to ${most}`]);
  }
  if (throughput !== undefined && type === 'gp3') {
    const possible = (iops ?? always) / 4;
    if (throughput < 125 || throughput > 2000) {
      found.push(['throughput', 'a volume of the type gp3 has 125 to 2000 MiB/s']);
    } else if (throughput > possible) {
      found.push(['throughput', `${throughput} MiB/s need ${throughput * 4} iops, and there are ${iops ?? always}`]);
    }
  }
  return found;
}

/** Options of a device that do not fit each other, and why. */
export function deviceFaults(device: DeviceOptions): readonly Fault[] {
  const { volume_type: type = '', volume_size: size, throughput } = device;
  const found: Fault[] = [];
  if ((device.device_name ?? '') === '') found.push(['device_name', 'a device needs device_name']);
  if ((device.kms_key_id ?? '') !== '' && device.encrypted === false) {
    found.push(['kms_key_id', 'there is a key, and encrypted is false']);
  }
  if (throughput !== undefined && type !== 'gp3') found.push(['throughput', 'throughput is for gp3']);
  const rule = VOLUME_TYPES[type];
  if (rule === undefined) return found;
  if (size !== undefined && size < rule.leastSize) {
    found.push(['volume_size', `a volume of the type ${type} has at least ${rule.leastSize} GiB`]);
  }
  // There is no volume, or none of EBS.
  if (device.no_device || (device.virtual_name ?? '') !== '') return found;
  return rule.speed === undefined ? found : [...found, ...speedFaults(device, type, rule.speed)];
}

/** That the type has no IOPS of one's own: they are left out, as by Packer. `place` is the pointer of the device. */
export function withoutEffect(device: DeviceOptions, place: string): readonly Diagnostic[] {
  const { volume_type: type = '', iops } = device;
  const rule = VOLUME_TYPES[type];
  if (iops === undefined || rule === undefined || rule.speed !== undefined) return [];
  const message = `iops has no effect: a volume of the type ${type} has those of its size`;
  return [warningAt('AMAZON_NO_EFFECT', `${place}/iops`, message, { hint: 'gp3, io1 and io2 have iops of their own' })];
}

/** What the schema cannot say of block devices. */
export function checkDevices(option: string, devices: readonly DeviceOptions[] | undefined): readonly Diagnostic[] {
  return (devices ?? []).flatMap((device, index) => [
    ...deviceFaults(device).map(([field, message]) =>
      errorAt('AMAZON_DEVICE', `/${option}/${index}/${field}`, message),
    ),
    ...withoutEffect(device, `/${option}/${index}`),
  ]);
}
