import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../core/contract/json.ts';
import { planTemplate } from '../../../support/kiln/plan-template.ts';

async function complaints(options: JsonObject): Promise<readonly string[]> {
  const usual: JsonObject = { type: 'amazon-chroot', ami_name: 'web', source_ami: 'ami-1' };
  const entries = Object.entries({ ...usual, ...options }).filter(([, value]) => value !== null);
  const { diagnostics } = await planTemplate({ builders: [Object.fromEntries(entries)] });
  return diagnostics.map(({ code, message }) => `${code} ${message}`);
}

const scratch: JsonObject = {
  source_ami: null,
  from_scratch: true,
  ami_virtualization_type: 'hvm',
  pre_mount_commands: ['mkfs {{.Device}}'],
  root_device_name: '/dev/xvda',
  root_volume_size: 8,
  ami_block_device_mappings: [{ device_name: '/dev/xvda' }],
};

describe('a template', () => {
  it.each<readonly [string, JsonObject]>([
    ['with a source', {}],
    ['from scratch', scratch],
    ['with late fields', { mount_path: '/mnt/{{.Device}}', post_mount_commands: ['ls {{.MountPath}} {{.Partition}}'] }],
    ['with a wrapper', { command_wrapper: 'sudo {{ .Command }}' }],
    ['with a TPM of a source that boots with UEFI', { tpm_support: 'v2.0' }],
  ])('%s is right', async (_name, options) => {
    expect(await complaints(options)).toEqual([]);
  });

  it.each<readonly [string, JsonObject, string]>([
    ['no source', { source_ami: null }, 'AMAZON_SOURCE'],
    [
      'a key that is none',
      { root_volume_encrypt_boot: true, root_volume_kms_key_id: 'foo/bar' },
      'AMAZON_KMS "foo/bar" is no key of KMS',
    ],
    ...Object.keys(scratch)
      .slice(2)
      .map(
        (name) => [`from_scratch without ${name}`, { ...scratch, [name]: null }, `from_scratch needs ${name}`] as const,
      ),
    ['from_scratch with a source', { ...scratch, source_ami: 'ami-1' }, 'source_ami has no effect'],
    [
      'devices without a root device',
      { ami_block_device_mappings: [{ device_name: '/dev/sdb' }] },
      'needs root_device_name',
    ],
    ['a root device that is none of them', { ...scratch, root_device_name: '/dev/sdz' }, 'has no /dev/sdz'],
    ['UEFI data without UEFI', { boot_mode: 'legacy-bios', uefi_data: 'AAAA' }, 'uefi_data needs a boot_mode'],
    ['a TPM from scratch without UEFI', { ...scratch, tpm_support: 'v2.0' }, 'tpm_support needs a boot_mode'],
    ['a mount of two words', { chroot_mounts: [['proc', '/proc']] }, 'AMAZON_CHROOT_OPTION'],
    ['a mount at a relative path', { chroot_mounts: [['proc', 'proc', 'proc']] }, 'AMAZON_CHROOT_OPTION'],
    ['a file at a relative path', { copy_files: ['hosts'] }, 'hosts is not an absolute path'],
    ['a wrapper that runs nothing', { command_wrapper: 'sudo' }, 'it runs nothing'],
    ['a relative mount_path', { mount_path: 'mnt' }, 'absolute'],
    ['an option of amazon-ebs', { instance_type: 't3.micro' }, 'instance_type'],
  ])('with %s is wrong', async (_name, options, complaint) => {
    const found = await complaints(options);
    expect(found.join('\n')).toContain(complaint);
  });
});
