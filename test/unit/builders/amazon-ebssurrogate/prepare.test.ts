import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../core/contract/json.ts';
import { planTemplate } from '../../../support/kiln/plan-template.ts';

const device = { device_name: '/dev/xvdf', volume_size: 5, volume_type: 'gp3' };
const root = { source_device_name: '/dev/xvdf', device_name: '/dev/xvda' };
const usual: JsonObject = {
  type: 'amazon-ebssurrogate',
  region: 'us-east-1',
  ami_name: 'web',
  source_ami: 'ami-1',
  instance_type: 't3.micro',
  ssh_username: 'admin',
  ami_root_device: root,
  launch_block_device_mappings: [device],
};

/** Codes and the places they point to. */
async function found(options: JsonObject): Promise<readonly string[]> {
  const entries = Object.entries({ ...usual, ...options }).filter(([, value]) => value !== null);
  const { diagnostics } = await planTemplate({ builders: [Object.fromEntries(entries)] });
  return diagnostics.map(({ code, pointer }) => `${code} ${pointer.replace('/builders/0', '')}`);
}

describe('the volumes', () => {
  it.each<[JsonObject, readonly string[]]>([
    [{}, []],
    [{ ami_name: 'x' }, ['AMAZON_AMI_NAME /ami_name']],
    [{ ami_root_device: null }, ['OPTION_MISSING ']],
    [{ ami_root_device: { device_name: '/dev/xvda' } }, ['AMAZON_ROOT_DEVICE /ami_root_device/source_device_name']],
    [{ ami_root_device: { source_device_name: '/dev/xvdf' } }, ['AMAZON_ROOT_DEVICE /ami_root_device/device_name']],
    [
      { ami_root_device: { ...root, source_device_name: '/dev/xvdg' } },
      ['AMAZON_ROOT_DEVICE /ami_root_device/source_device_name'],
    ],
    [
      { launch_block_device_mappings: [{ ...device, omit_from_artifact: true }] },
      ['AMAZON_ROOT_DEVICE /launch_block_device_mappings/0/omit_from_artifact'],
    ],
    [
      { launch_block_device_mappings: [{ device_name: '/dev/xvdf', virtual_name: 'ephemeral0' }] },
      ['AMAZON_ROOT_DEVICE /launch_block_device_mappings/0/virtual_name'],
    ],
    [
      { launch_block_device_mappings: [{ device_name: '/dev/xvdf', no_device: true }] },
      ['AMAZON_ROOT_DEVICE /launch_block_device_mappings/0/no_device'],
    ],
    [{ ami_root_device: { ...root, volume_size: 4 } }, ['AMAZON_DEVICE /ami_root_device/volume_size']],
    [{ ami_root_device: { ...root, volume_type: 'gp2', iops: 3000 } }, ['AMAZON_NO_EFFECT /ami_root_device/iops']],
    [
      { ami_root_device: { ...root, volume_type: 'io2', volume_size: 8 } },
      ['AMAZON_DEVICE /ami_root_device/volume_type'],
    ],
    [{ ami_root_device: { ...root, volume_type: 'io1', iops: 200, volume_size: 8 } }, []],
    [{ ami_root_device: { ...root, iops: 3000, throughput: 250, volume_size: 8 } }, []],
    [{ launch_block_device_mappings: [{ ...device, kms_key_id: 'alias/a' }] }, []],
    [{ ami_block_device_mappings: [{ volume_size: 5 }] }, ['AMAZON_DEVICE /ami_block_device_mappings/0/device_name']],
  ])('%j', async (options, expected) => {
    expect(await found(options)).toEqual(expected);
  });
});

describe('how machines from the AMI start', () => {
  const data = Buffer.from('keys').toString('base64');
  it.each<[JsonObject, readonly string[]]>([
    [{ boot_mode: 'uefi', uefi_data: data, tpm_support: 'v2.0' }, []],
    [{ boot_mode: 'uefi-preferred', tpm_support: 'v2.0' }, []],
    [{ ami_architecture: 'arm64', uefi_data: data }, []],
    [{ ami_architecture: 'arm64', boot_mode: 'legacy-bios' }, ['AMAZON_BOOT /boot_mode']],
    [{ uefi_data: data }, ['AMAZON_BOOT /uefi_data']],
    [{ boot_mode: 'legacy-bios', uefi_data: data }, ['AMAZON_BOOT /uefi_data']],
    [{ boot_mode: 'uefi', uefi_data: 'no base64' }, ['AMAZON_BOOT /uefi_data']],
    [{ tpm_support: 'v2.0' }, ['AMAZON_BOOT /tpm_support']],
    [{ boot_mode: 'coreboot' }, ['OPTION_NOT_ALLOWED /boot_mode']],
    [{ use_create_image: true, boot_mode: 'uefi' }, ['AMAZON_NO_EFFECT /boot_mode']],
    [{ use_create_image: true, snapshot_description: 'x' }, ['AMAZON_NO_EFFECT /snapshot_description']],
    [{ use_create_image: true, spot_price: 'auto' }, ['AMAZON_SPOT /use_create_image']],
  ])('%j', async (options, expected) => {
    expect(await found(options)).toEqual(expected);
  });
});
