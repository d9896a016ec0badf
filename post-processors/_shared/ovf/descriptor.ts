/** A disk of the machine that an OVF describes. */
export interface OvfDisk {
  /** The file's name beside the description; a stream-optimised VMDK. */
  readonly name: string;
  /** Bytes of the file. */
  readonly size: number;
  /** Bytes that the guest sees. */
  readonly capacity: number;
}

/** The machine that an OVF describes. */
export interface OvfMachine {
  readonly name: string;
  /** The family of the virtual hardware: "vmx-13", "virtualbox-2.2". */
  readonly family: string;
  readonly cpus: number;
  /** MiB. */
  readonly memory: number;
  readonly controller: 'sata' | 'scsi';
  /** "none": no network. */
  readonly adapter: string;
  readonly uefi: boolean;
  readonly disks: readonly OvfDisk[];
}

const NAMESPACES = {
  xmlns: 'http://schemas.dmtf.org/ovf/envelope/1',
  'xmlns:ovf': 'http://schemas.dmtf.org/ovf/envelope/1',
  'xmlns:rasd': 'http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData',
  'xmlns:vssd': 'http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_VirtualSystemSettingData',
  'xmlns:vmw': 'http://www.vmware.com/schema/ovf',
};
const STREAM_OPTIMISED = 'http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized';

// Types of CIM_ResourceAllocationSettingData.
const PROCESSOR = '3';
const MEMORY = '4';
const SCSI = '6';
const ETHERNET = '10';
const DISK = '17';
const SATA = '20';

/** Instance numbers of things that others hang on. */
const CONTROLLER_ID = '3';

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function element(
  name: string,
  attributes: Readonly<Record<string, string>>,
  content: readonly string[] | string,
): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(value)}"`);
  const open = `<${name}${written.join('')}`;
  if (typeof content === 'string') return `${open}>${escaped(content)}</${name}>`;
  if (content.length === 0) return `${open}/>`;
  const lines = content.flatMap((part) => part.split('\n')).map((line) => `  ${line}`);
  return [`${open}>`, ...lines, `</${name}>`].join('\n');
}

/** An item of the machine's hardware; the schema wants its properties in the order of their names. */
function item(properties: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(properties).sort(([one], [other]) => (one < other ? -1 : 1));
  return element(
    'Item',
    {},
    sorted.map(([name, value]) => element(`rasd:${name}`, {}, value)),
  );
}

function hardware({ name, family, cpus, memory, controller, adapter, disks, uefi }: OvfMachine): string {
  const sata = controller === 'sata';
  const firstDisk = 4;
  const network = {
    AddressOnParent: '0',
    AutomaticAllocation: 'true',
    Connection: 'network',
    ElementName: 'network adapter',
    InstanceID: `${firstDisk + disks.length}`,
    ResourceSubType: adapter,
    ResourceType: ETHERNET,
  };
  return element('VirtualHardwareSection', {}, [
    element('Info', {}, 'The hardware of the machine'),
    element('System', {}, [
      element('vssd:ElementName', {}, 'hardware'),
      element('vssd:InstanceID', {}, '0'),
      element('vssd:VirtualSystemIdentifier', {}, name),
      element('vssd:VirtualSystemType', {}, family),
    ]),
    item({ ElementName: 'processors', InstanceID: '1', ResourceType: PROCESSOR, VirtualQuantity: `${cpus}` }),
    item({
      AllocationUnits: 'byte * 2^20',
      ElementName: 'memory',
      InstanceID: '2',
      ResourceType: MEMORY,
      VirtualQuantity: `${memory}`,
    }),
    item({
      Address: '0',
      ElementName: 'disk controller',
      InstanceID: CONTROLLER_ID,
      ResourceSubType: sata ? 'AHCI' : 'lsilogic',
      ResourceType: sata ? SATA : SCSI,
    }),
    ...disks.map((_disk, index) =>
      item({
        AddressOnParent: `${index}`,
        ElementName: `disk ${index + 1}`,
        HostResource: `ovf:/disk/disk${index + 1}`,
        InstanceID: `${firstDisk + index}`,
        Parent: CONTROLLER_ID,
        ResourceType: DISK,
      }),
    ),
    ...(adapter === 'none' ? [] : [item(network)]),
    ...(uefi
      ? [element('vmw:Config', { 'ovf:required': 'false', 'vmw:key': 'firmware', 'vmw:value': 'efi' }, [])]
      : []),
  ]);
}

/** The description of a machine as OVF 1.1 has it. */
export function ovfDescriptor(machine: OvfMachine): string {
  const { name, disks, adapter } = machine;
  const files = disks.map(({ name: href, size }, index) =>
    element('File', { 'ovf:href': href, 'ovf:id': `file${index + 1}`, 'ovf:size': `${size}` }, []),
  );
  const described = disks.map(({ capacity }, index) =>
    element(
      'Disk',
      {
        'ovf:capacity': `${capacity}`,
        'ovf:capacityAllocationUnits': 'byte',
        'ovf:diskId': `disk${index + 1}`,
        'ovf:fileRef': `file${index + 1}`,
        'ovf:format': STREAM_OPTIMISED,
      },
      [],
    ),
  );
  const networks = element('NetworkSection', {}, [
    element('Info', {}, 'Networks of the machine'),
    element('Network', { 'ovf:name': 'network' }, [element('Description', {}, 'The network of the machine')]),
  ]);
  const envelope = element('Envelope', NAMESPACES, [
    element('References', {}, files),
    element('DiskSection', {}, [element('Info', {}, 'Disks of the machine'), ...described]),
    ...(adapter === 'none' ? [] : [networks]),
    element('VirtualSystem', { 'ovf:id': name }, [
      element('Info', {}, 'A virtual machine'),
      element('Name', {}, name),
      element('OperatingSystemSection', { 'ovf:id': '1' }, [element('Info', {}, 'Any operating system')]),
      hardware(machine),
    ]),
  ]);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${envelope}\n`;
}
