import type { JsonValue } from '../../contract/json.ts';
import { isList } from '../../json/guards.ts';
import { rename, renameUnlessSet, typeOf, type Draft, type Fixer } from './fixer.ts';

/** Moves options of the builder into a new first element of a list option. */
function moveIntoList(builder: Draft, options: readonly string[], list: string): void {
  const present = options.filter((option) => builder.has(option));
  const before = builder.get(list) ?? [];
  if (present.length === 0 || !isList(before)) return;
  const element = Object.fromEntries(
    present.map((option): [string, JsonValue] => [option, builder.get(option) ?? null]),
  );
  for (const option of present) builder.delete(option);
  builder.set(list, [element, ...before]);
}

export const communicatorPorts: Fixer = {
  name: 'comm-config',
  summary: 'virtualbox: ssh_host_port_min, ssh_host_port_max and ssh_skip_nat_mapping lose their ssh_',
  builder: (builder) => {
    if (!typeOf(builder).startsWith('virtualbox')) return;
    for (const option of ['host_port_min', 'host_port_max']) renameUnlessSet(builder, `ssh_${option}`, option);
    if (typeof builder.get('ssh_skip_nat_mapping') === 'boolean') {
      renameUnlessSet(builder, 'ssh_skip_nat_mapping', 'skip_nat_mapping');
    }
  },
};

export const vsphereLists: Fixer = {
  name: 'vsphere-iso-net-disk',
  summary: 'vsphere-iso: options of the one network card and the one disk move into network_adapters and storage',
  builder: (builder) => {
    if (typeOf(builder) !== 'vsphere-iso') return;
    rename(builder, 'networkCard', 'network_card');
    moveIntoList(builder, ['network', 'network_card'], 'network_adapters');
    moveIntoList(builder, ['disk_size', 'disk_thin_provisioned', 'disk_eagerly_scrub'], 'storage');
  },
};

export const isoChecksum: Fixer = {
  name: 'iso-checksum-type-and-url',
  summary: 'builders: iso_checksum_type and iso_checksum_url move into iso_checksum',
  builder: (builder) => {
    const [url, type, sum] = ['iso_checksum_url', 'iso_checksum_type', 'iso_checksum'].map((key) => builder.get(key));
    builder.delete('iso_checksum_type');
    builder.delete('iso_checksum_url');
    if (typeof url === 'string' && url !== '') builder.set('iso_checksum', `file:${url}`);
    else if (typeof type === 'string' && type !== '' && typeof sum === 'string' && sum !== '') {
      builder.set('iso_checksum', `${type}:${sum}`);
    }
  },
};

export const qemuHostPort: Fixer = {
  name: 'qemu-host-port',
  summary: 'qemu: ssh_host_port_min and ssh_host_port_max lose their ssh_',
  builder: (builder) => {
    if (typeOf(builder) !== 'qemu') return;
    for (const option of ['host_port_min', 'host_port_max']) rename(builder, `ssh_${option}`, option);
  },
};
