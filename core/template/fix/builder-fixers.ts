import type { JsonValue } from '../../contract/json.ts';
import { isObject } from '../../json/guards.ts';
import { weakBoolean } from '../../schema/weak-values.ts';
import { rename, renameUnlessSet, replaceKey, typeOf, type Draft, type Fixer } from './fixer.ts';

function isOneOf(draft: Draft, ...types: readonly string[]): boolean {
  return types.includes(typeOf(draft));
}

function isAmazon(draft: Draft): boolean {
  return typeOf(draft).startsWith('amazon-');
}

/** A fixer of builders of some types that gives one option a new name. */
function renaming(
  name: string,
  summary: string,
  applies: (builder: Draft) => boolean,
  ...names: readonly (readonly [string, string])[]
): Fixer {
  return {
    name,
    summary,
    builder: (builder) => {
      if (applies(builder)) for (const [from, to] of names) rename(builder, from, to);
    },
  };
}

export const isoMd5: Fixer = {
  name: 'iso-md5',
  summary: 'builders: iso_md5 becomes iso_checksum',
  builder: (builder) => {
    const sum = builder.get('iso_md5');
    if (typeof sum !== 'string') return;
    replaceKey(builder, 'iso_md5', 'iso_checksum', sum);
    builder.set('iso_checksum_type', 'md5');
  },
};

export const createTime: Fixer = {
  name: 'createtime',
  summary: 'builders: {{.CreateTime}} becomes {{timestamp}}',
  builder: (builder) => {
    for (const key of ['ami_name', 'bundle_prefix', 'snapshot_name']) {
      const text = builder.get(key);
      if (typeof text === 'string') builder.set(key, text.replaceAll(/\{\{\s*\.CreateTime\s*\}\}/g, '{{timestamp}}'));
    }
  },
};

export const virtualboxGuestAdditions: Fixer = {
  name: 'virtualbox-gaattach',
  summary: 'virtualbox: guest_additions_attach becomes guest_additions_mode',
  builder: (builder) => {
    const attach = builder.get('guest_additions_attach');
    if (!isOneOf(builder, 'virtualbox') || typeof attach !== 'boolean') return;
    replaceKey(builder, 'guest_additions_attach', 'guest_additions_mode', attach ? 'attach' : 'upload');
  },
};

export const parallelsHeadless: Fixer = {
  name: 'parallels-headless',
  summary: 'parallels: headless goes, it had no effect',
  builder: (builder) => {
    if (isOneOf(builder, 'parallels-iso', 'parallels-pvm')) builder.delete('headless');
  },
};

export const parallelsDeprecations: Fixer = {
  name: 'parallels-deprecations',
  summary: 'parallels: parallels_tools_host_path goes, guest_os_distribution becomes guest_os_type',
  builder: (builder) => {
    if (!isOneOf(builder, 'parallels-iso', 'parallels-pvm')) return;
    builder.delete('parallels_tools_host_path');
    rename(builder, 'guest_os_distribution', 'guest_os_type');
  },
};

export const sshKeyPath: Fixer = {
  name: 'sshkeypath',
  summary: 'builders: ssh_key_path becomes ssh_private_key_file',
  builder: (builder) => {
    if (typeof builder.get('ssh_key_path') === 'string') {
      renameUnlessSet(builder, 'ssh_key_path', 'ssh_private_key_file');
    }
  },
};

export const sshDisableAgent: Fixer = {
  name: 'sshdisableagent',
  summary: 'builders: ssh_disable_agent becomes ssh_disable_agent_forwarding',
  builder: (builder) => {
    if (typeof builder.get('ssh_disable_agent') === 'boolean') {
      renameUnlessSet(builder, 'ssh_disable_agent', 'ssh_disable_agent_forwarding');
    }
  },
};

export const scalewayAccessKey: Fixer = {
  name: 'scaleway-access-key',
  summary: 'scaleway: access_key becomes organization_id',
  builder: (builder) => {
    if (isOneOf(builder, 'scaleway') && typeof builder.get('access_key') === 'string') {
      renameUnlessSet(builder, 'access_key', 'organization_id');
    }
  },
};

export const amazonShutdownBehavior: Fixer = renaming(
  'amazon-shutdown_behavior',
  'amazon: shutdown_behaviour becomes shutdown_behavior',
  isAmazon,
  ['shutdown_behaviour', 'shutdown_behavior'],
);

export const amazonEnhancedNetworking: Fixer = {
  name: 'amazon-enhanced-networking',
  summary: 'amazon: enhanced_networking becomes ena_support',
  builder: (builder) => {
    if (isAmazon(builder) && typeof builder.get('enhanced_networking') === 'boolean') {
      rename(builder, 'enhanced_networking', 'ena_support');
    }
  },
};

export const amazonPrivateIp: Fixer = {
  name: 'amazon-private-ip',
  summary: 'amazon: ssh_private_ip becomes ssh_interface',
  builder: (builder) => {
    const given = builder.get('ssh_private_ip');
    if (!isAmazon(builder) || given === undefined || builder.has('ssh_interface')) return;
    const truth = typeof given === 'string' ? weakBoolean(given) : given;
    if (typeof truth !== 'boolean') return;
    replaceKey(builder, 'ssh_private_ip', 'ssh_interface', truth ? 'private_ip' : 'public_ip');
  },
};

export const amazonSourceCidrs: Fixer = {
  name: 'amazon-temp-sec-cidrs',
  summary: 'amazon: temporary_security_group_source_cidr becomes the list temporary_security_group_source_cidrs',
  builder: (builder) => {
    const from = 'temporary_security_group_source_cidr';
    const cidr = builder.get(from);
    if (isAmazon(builder) && typeof cidr === 'string') replaceKey(builder, from, `${from}s`, [cidr]);
  },
};

export const vmwareCompaction: Fixer = {
  name: 'vmware-compaction',
  summary: 'vmware-iso on ESXi: skip_compaction becomes true for disks that cannot be compacted',
  builder: (builder) => {
    if (!isOneOf(builder, 'vmware-iso') || builder.get('remote_type') !== 'esx5') return;
    if (!builder.has('disk_type_id')) builder.set('disk_type_id', 'zeroedthick');
    const disk = builder.get('disk_type_id');
    if (typeof disk === 'string' && disk !== 'thin') builder.set('skip_compaction', true);
  },
};

export const hypervTempPath: Fixer = {
  name: 'hyperv-deprecations',
  summary: 'hyperv-iso: vhd_temp_path goes',
  builder: (builder) => {
    if (isOneOf(builder, 'hyperv-iso')) builder.delete('vhd_temp_path');
  },
};

export const hypervVmcx: Fixer = renaming(
  'hyperv-vmxc-typo',
  'hyperv-vmcx: clone_from_vmxc_path becomes clone_from_vmcx_path',
  (builder) => isOneOf(builder, 'hyperv-vmcx'),
  ['clone_from_vmxc_path', 'clone_from_vmcx_path'],
);

export const hypervSizes: Fixer = renaming(
  'hyperv-cpu-and-ram',
  'hyperv: cpu becomes cpus, ram_size becomes memory',
  (builder) => isOneOf(builder, 'hyperv-iso', 'hyperv-vmcx'),
  ['cpu', 'cpus'],
  ['ram_size', 'memory'],
);

function cleanName(text: string): string {
  return text.replaceAll(/clean_(image|ami)_name/g, 'clean_resource_name');
}

export const cleanImageName: Fixer = {
  name: 'clean-image-name',
  summary: 'builders: clean_ami_name and clean_image_name become clean_resource_name',
  builder: (builder) => {
    for (const [key, value] of builder) {
      if (typeof value === 'string') builder.set(key, cleanName(value));
      if (!isObject(value)) continue;
      const texts = Object.entries(value).map(([name, text]): [string, JsonValue] => [
        name,
        typeof text === 'string' ? cleanName(text) : text,
      ]);
      builder.set(key, Object.fromEntries(texts));
    }
  },
};

export const spotPriceAutoProduct: Fixer = {
  name: 'spot-price-auto-product',
  summary: 'amazon: spot_price_auto_product goes',
  builder: (builder) => {
    if (isOneOf(builder, 'amazon-ebs', 'amazon-ebssurrogate', 'amazon-ebsvolume', 'amazon-instance')) {
      builder.delete('spot_price_auto_product');
    }
  },
};

export const qemuDiskSize: Fixer = {
  name: 'qemu-disk-size',
  summary: 'qemu: a disk_size that is a number becomes a text with its unit',
  builder: (builder) => {
    const size = builder.get('disk_size');
    if (isOneOf(builder, 'qemu') && typeof size === 'number') builder.set('disk_size', `${Math.trunc(size)}M`);
  },
};

export const sshWaitTimeout: Fixer = {
  name: 'ssh-wait-timeout',
  summary: 'builders: ssh_wait_timeout becomes ssh_timeout',
  builder: (builder) => {
    if (typeof builder.get('ssh_wait_timeout') === 'string')
      renameUnlessSet(builder, 'ssh_wait_timeout', 'ssh_timeout');
  },
};

export const azureExcludeFromLatest: Fixer = {
  name: 'azure-exclude_from_latest',
  summary: 'azure-chroot: exlude_from_latest becomes exclude_from_latest',
  builder: (builder) => {
    const destination = builder.get('shared_image_destination');
    if (!isOneOf(builder, 'azure-chroot') || !isObject(destination)) return;
    const draft: Draft = new Map(Object.entries(destination));
    rename(draft, 'exlude_from_latest', 'exclude_from_latest');
    builder.set('shared_image_destination', Object.fromEntries(draft));
  },
};

export const proxmoxType: Fixer = {
  name: 'proxmox-type',
  summary: 'the builder proxmox becomes proxmox-iso',
  builder: (builder) => {
    if (isOneOf(builder, 'proxmox')) builder.set('type', 'proxmox-iso');
  },
};
