/** A disk of a virtual machine, as its descriptor names it. */
export interface OvfDisk {
  /** Name of the file beside the descriptor, a stream-optimised VMDK. */
  readonly name: string;
  /** Bytes of that file. */
  readonly size: number;
  /** Bytes that a guest sees. */
  readonly capacity: number;
}

/** A virtual machine for hypervisors that read the Open Virtualization Format. */
export interface OvfMachine {
  readonly name: string;
  /** The system's first. */
  readonly disks: readonly OvfDisk[];
  readonly cpus: number;
  /** MiB. */
  readonly memory: number;
  /** The family of the virtual hardware: "virtualbox-2.2", "vmx-13". */
  readonly hardware: string;
  /** By CIM's numbers: 101 is a 64-bit Linux, 1 anything else. */
  readonly operatingSystem: number;
}

const NAMESPACES = {
  xmlns: 'http://schemas.dmtf.org/ovf/envelope/1',
  'xmlns:ovf': 'http://schemas.dmtf.org/ovf/envelope/1',
  'xmlns:rasd': 'http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData',
  'xmlns:vssd': 'http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_VirtualSystemSettingData',
} as const;
const STREAM_OPTIMIZED = 'http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized';

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(text: string | number): string {
  return String(text).replaceAll(/[&<>"]/g, (character) => escapes[character] ?? character);
}

type Attributes = Readonly<Record<string, string | number>>;

/** An element over several lines; a text content stays on one. */
function element(name: string, attributes: Attributes, content: string | readonly string[]): string {
  const start = [name, ...Object.entries(attributes).map(([key, value]) => `${key}="${escaped(value)}"`)].join(' ');
  if (typeof content === 'string') return `<${start}>${escaped(content)}</${name}>`;
  if (content.length === 0) return `<${start}/>`;
  const lines = content.flatMap((each) => each.split('\n')).map((line) => `  ${line}`);
  return [`<${start}>`, ...lines, `</${name}>`].join('\n');
}

/** An item of virtual hardware; the schema wants its parts in the order of their names. */
function item(parts: Readonly<Record<string, string | number>>): string {
  const names = Object.keys(parts).sort();
  return element(
    'Item',
    {},
    names.map((name) => element(`rasd:${name}`, {}, String(parts[name]))),
  );
}

function diskItem(index: number): string {
  return item({
    AddressOnParent: index,
    ElementName: `disk${index + 1}`,
    HostResource: `ovf:/disk/disk${index + 1}`,
    InstanceID: 10 + index,
    Parent: 3,
    ResourceType: 17,
  });
}

function hardware({ name, cpus, memory, hardware: family, disks }: OvfMachine): string {
  const system = element('System', {}, [
    element('vssd:ElementName', {}, 'Virtual Hardware Family'),
    element('vssd:InstanceID', {}, '0'),
    element('vssd:VirtualSystemIdentifier', {}, name),
    element('vssd:VirtualSystemType', {}, family),
  ]);
  return element('VirtualHardwareSection', {}, [
    element('Info', {}, 'The virtual hardware'),
    system,
    item({ ElementName: `${cpus} CPUs`, InstanceID: 1, ResourceType: 3, VirtualQuantity: cpus }),
    item({
      AllocationUnits: 'byte * 2^20',
      ElementName: `${memory} MiB of memory`,
      InstanceID: 2,
      ResourceType: 4,
      VirtualQuantity: memory,
    }),
    item({ Address: 0, ElementName: 'SATA controller', InstanceID: 3, ResourceSubType: 'AHCI', ResourceType: 20 }),
    item({
      AutomaticAllocation: 'true',
      Connection: 'NAT',
      ElementName: 'Network adapter',
      InstanceID: 4,
      ResourceSubType: 'E1000',
      ResourceType: 10,
    }),
    ...disks.map((_, index) => diskItem(index)),
  ]);
}

/** The text of an OVF 1.1 descriptor; the same for the same machine. */
export function ovfDescriptor(machine: OvfMachine): string {
  const { name, disks, operatingSystem } = machine;
  const references = disks.map((disk, index) =>
    element('File', { 'ovf:id': `file${index + 1}`, 'ovf:href': disk.name, 'ovf:size': disk.size }, []),
  );
  const described = disks.map(({ capacity }, index) =>
    element(
      'Disk',
      {
        'ovf:diskId': `disk${index + 1}`,
        'ovf:fileRef': `file${index + 1}`,
        'ovf:capacity': capacity,
        'ovf:format': STREAM_OPTIMIZED,
      },
      [],
    ),
  );
  const envelope = element('Envelope', { ...NAMESPACES }, [
    element('References', {}, references),
    element('DiskSection', {}, [element('Info', {}, 'The disks'), ...described]),
    element('NetworkSection', {}, [
      element('Info', {}, 'The networks'),
      element('Network', { 'ovf:name': 'NAT' }, [element('Description', {}, 'A network with address translation')]),
    ]),
    element('VirtualSystem', { 'ovf:id': name }, [
      element('Info', {}, 'A virtual machine'),
      element('Name', {}, name),
      element('OperatingSystemSection', { 'ovf:id': operatingSystem }, [element('Info', {}, 'The operating system')]),
      hardware(machine),
    ]),
  ]);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${envelope}\n`;
}
