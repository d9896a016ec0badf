import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../core/contract/json.ts';
import { planTemplate } from '../../../support/kiln/plan-template.ts';

const usual: JsonObject = {
  type: 'googlecompute',
  project_id: 'bakery',
  zone: 'us-central1-a',
  source_image_family: 'debian-12',
  ssh_username: 'packer',
};

async function found(options: JsonObject): Promise<readonly string[]> {
  const entries = Object.entries({ ...usual, ...options }).filter(([, value]) => value !== null);
  const { diagnostics } = await planTemplate({ builders: [Object.fromEntries(entries)] });
  return diagnostics.map(({ code, severity, pointer }) => `${severity} ${code} ${pointer.replace('/builders/0', '')}`);
}

const disk = { volume_type: 'pd-ssd', volume_size: 10 };
const scratch = { volume_type: 'scratch', volume_size: 375 };

const rows: readonly (readonly [JsonObject, readonly string[]])[] = [
  [{}, []],
  [{ zone: null }, ['error OPTION_MISSING ']],
  [{ project_id: null }, ['error OPTION_MISSING ']],
  [{ source_image_family: null }, ['error GOOGLE_SOURCE ']],
  [{ image_name: 'Web' }, ['error GOOGLE_NAME /image_name']],
  [{ image_name: 'web-{{timestamp}}' }, []],
  [{ image_name: 'x'.repeat(64) }, ['error GOOGLE_NAME /image_name']],
  [{ image_family: 'web_' }, ['error GOOGLE_NAME /image_family']],
  [{ instance_name: '-a' }, ['error GOOGLE_NAME /instance_name']],
  [{ tags: ['ok', 'not ok'] }, ['error GOOGLE_NAME /tags/1']],
  [{ labels: { Team: 'a' } }, ['error GOOGLE_LABEL /labels/Team']],
  [{ image_labels: { team: 'A b' } }, ['error GOOGLE_LABEL /image_labels/team']],
  [{ deprecate_at: 'tomorrow' }, ['error GOOGLE_IMAGE /deprecate_at']],
  [{ delete_at: '2027-01-01T00:00:00+02:00' }, []],
  [{ image_platform_key: '/no/such/file' }, ['error GOOGLE_IMAGE /image_platform_key']],
  [{ accelerator_count: 1 }, ['warning GOOGLE_INSTANCE /accelerator_count']],
  [{ accelerator_type: 'nvidia-l4', on_host_maintenance: 'MIGRATE' }, ['error GOOGLE_INSTANCE /on_host_maintenance']],
  [{ preemptible: true, on_host_maintenance: 'migrate' }, ['error GOOGLE_INSTANCE /on_host_maintenance']],
  [{ preemptible: true, provisioning_model: 'STANDARD' }, ['error GOOGLE_INSTANCE /provisioning_model']],
  [{ instance_termination_action: 'DELETE' }, ['warning GOOGLE_INSTANCE /instance_termination_action']],
  [{ enable_vtpm: false, enable_integrity_monitoring: true }, ['error GOOGLE_INSTANCE /enable_integrity_monitoring']],
  [{ disk_encryption_key: { rawKey: 'short' } }, ['error GOOGLE_DISK /disk_encryption_key/rawKey']],
  [{ image_encryption_key: { kmsKeyName: 'key' } }, ['error GOOGLE_DISK /image_encryption_key/kmsKeyName']],
  [{ disk_attachment: [{ ...disk, replica_zones: ['a'] }] }, ['error GOOGLE_DISK /disk_attachment/0/replica_zones']],
  [
    { disk_attachment: [{ ...scratch, keep_device: true, create_image: true }] },
    ['error GOOGLE_DISK /disk_attachment/0/keep_device', 'error GOOGLE_DISK /disk_attachment/0/create_image'],
  ],
  [
    {
      disk_attachment: [
        { ...disk, create_image: true },
        { ...disk, create_image: true },
      ],
    },
    ['error GOOGLE_DISK /disk_attachment/1/create_image'],
  ],
  [
    { disk_attachment: [{ ...disk, source_volume: 'data', iops: 3000 }] },
    ['warning GOOGLE_DISK /disk_attachment/0/iops'],
  ],
];

describe('what is wrong with a template', () => {
  it.each(rows)('%j', async (options, expected) => {
    expect(await found(options)).toEqual(expected);
  });
});
