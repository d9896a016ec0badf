import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../core/contract/json.ts';
import { planTemplate } from '../../../support/kiln/plan-template.ts';

const volume = { device_name: '/dev/xvdf', volume_size: 5 };
const usual: JsonObject = {
  type: 'amazon-ebsvolume',
  region: 'us-east-1',
  source_ami: 'ami-1',
  instance_type: 't3.micro',
  ssh_username: 'admin',
};

/** Codes and the places they point to. */
async function found(options: JsonObject): Promise<readonly string[]> {
  const entries = Object.entries({ ...usual, ...options }).filter(([, value]) => value !== null);
  const { diagnostics } = await planTemplate({ builders: [Object.fromEntries(entries)] });
  return diagnostics.map(({ code, pointer }) => `${code} ${pointer.replace('/builders/0', '')}`);
}

const encrypted = { ...volume, snapshot_volume: true, encrypted: true };

describe('what a template cannot say', () => {
  it.each<[JsonObject, readonly string[]]>([
    [{}, []],
    [{ ebs_volumes: [volume] }, []],
    [{ ebs_volumes: volume }, []],
    [{ source_ami: null }, ['AMAZON_SOURCE ']],
    [{ spot_price: 'auto', ena_support: true }, ['AMAZON_SPOT /ena_support']],
    [{ ebs_volumes: [{ volume_size: 5 }] }, ['AMAZON_DEVICE /ebs_volumes/0/device_name']],
    [{ ebs_volumes: [volume, volume] }, ['AMAZON_DEVICE /ebs_volumes/1/device_name']],
    [{ ebs_volumes: [{ ...volume, throughput: 200 }] }, ['AMAZON_DEVICE /ebs_volumes/0/throughput']],
    [
      { ebs_volumes: [{ ...volume, snapshot_description: 'x' }] },
      ['AMAZON_DEVICE /ebs_volumes/0/snapshot_description'],
    ],
    [{ ebs_volumes: [{ ...volume, snapshot_tags: { a: 'b' } }] }, ['AMAZON_DEVICE /ebs_volumes/0/snapshot_tags']],
    [{ ebs_volumes: [{ ...volume, snapshot_users: ['1'] }] }, ['AMAZON_DEVICE /ebs_volumes/0/snapshot_users']],
    [
      { ebs_volumes: [{ device_name: '/dev/sdb', virtual_name: 'ephemeral0', snapshot_volume: true }] },
      ['AMAZON_DEVICE /ebs_volumes/0/snapshot_volume'],
    ],
    [
      { ebs_volumes: [{ ...encrypted, snapshot_groups: ['all'] }] },
      ['AMAZON_SHARE_ENCRYPTED /ebs_volumes/0/snapshot_groups'],
    ],
    [
      { ebs_volumes: [{ ...encrypted, snapshot_users: ['210987654321'] }] },
      ['AMAZON_SHARE_ENCRYPTED /ebs_volumes/0/snapshot_users'],
    ],
    [{ ebs_volumes: [{ ...encrypted, kms_key_id: 'alias/own', snapshot_users: ['210987654321'] }] }, []],
    [{ launch_block_device_mappings: [volume] }, ['OPTION_UNKNOWN /launch_block_device_mappings']],
    [{ ami_name: 'web' }, ['OPTION_UNKNOWN /ami_name']],
  ])('%j', async (options, expected) => {
    expect(await found(options)).toEqual(expected);
  });
});
