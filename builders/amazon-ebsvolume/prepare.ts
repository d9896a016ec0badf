import { errorAt, type Diagnostic, type PrepareContext } from '../../plugins/sdk/index.ts';
import { checkCommunicator } from '../../plugins/sdk/guest.ts';
import { checkAccess } from '../_amazon/api/credentials/check-access.ts';
import { checkDevices } from '../_amazon/checks/check-devices.ts';
import { checkVolumeTags } from '../_amazon/checks/check-tags.ts';
import { checkRun } from '../_amazon/checks/check-run.ts';
import type { AmazonEbsvolumeBuilderConfig } from './config.gen.ts';
import { isVolume, type VolumeOptions } from './volumes.ts';

const OF_SNAPSHOT = [
  'snapshot_description',
  'snapshot_tags',
  'snapshot_tag',
  'snapshot_users',
  'snapshot_groups',
] as const;

function volumeFaults(volume: VolumeOptions, index: number): readonly Diagnostic[] {
  const place = `/ebs_volumes/${index}`;
  if (volume.snapshot_volume && !isVolume(volume)) {
    return [errorAt('AMAZON_DEVICE', `${place}/snapshot_volume`, 'this device has no volume of EBS')];
  }
  if (!volume.snapshot_volume) {
    return OF_SNAPSHOT.filter((name) => volume[name] !== undefined).map((name) =>
      errorAt('AMAZON_DEVICE', `${place}/${name}`, `${name} needs snapshot_volume`),
    );
  }
  const ownKey = (volume.kms_key_id ?? '') !== '';
  if (!(volume.encrypted ?? ownKey)) return [];
  const found: Diagnostic[] = [];
  if ((volume.snapshot_groups ?? []).length > 0) {
    const message = 'what is encrypted cannot be public';
    found.push(errorAt('AMAZON_SHARE_ENCRYPTED', `${place}/snapshot_groups`, message));
  }
  if ((volume.snapshot_users ?? []).length > 0 && !ownKey) {
    const hint = 'name a key of your own with kms_key_id';
    const message = 'what is encrypted with a default key cannot be shared';
    found.push(errorAt('AMAZON_SHARE_ENCRYPTED', `${place}/snapshot_users`, message, { hint }));
  }
  return found;
}

function twice(volumes: readonly VolumeOptions[]): readonly Diagnostic[] {
  return volumes.flatMap(({ device_name: name = '' }, index) => {
    const first = volumes.findIndex((each) => each.device_name === name);
    if (name === '' || first === index) return [];
    return [errorAt('AMAZON_DEVICE', `/ebs_volumes/${index}/device_name`, `${name} is given twice`)];
  });
}

/** What the schema cannot say. */
export function prepare(config: AmazonEbsvolumeBuilderConfig, context: PrepareContext): readonly Diagnostic[] {
  const volumes = config.ebs_volumes ?? [];
  return [
    ...checkAccess(config),
    ...checkRun(config, context),
    ...checkVolumeTags(config, volumes),
    ...checkDevices('ebs_volumes', volumes),
    ...volumes.flatMap(volumeFaults),
    ...twice(volumes),
    ...checkCommunicator(config, context),
  ];
}
