import { guestEndpoint } from '../../../plugins/sdk/guest.ts';
import { inList, type Argument } from './arguments.ts';
import type { QemuBuilderConfig } from '../config.gen.ts';
import { cpuCount } from '../machine/cpu-count.ts';
import { hasVncPassword } from '../machine/vnc-password.ts';

/** What QEMU's command line depends on besides the options. All paths are absolute. */
export interface MachineFacts {
  readonly name: string;
  /** QEMU's name of the accelerator; undefined leaves it to QEMU. */
  readonly accelerator: string | undefined;
  readonly disks: readonly { readonly path: string; readonly format: string }[];
  /** The ISO to boot from. */
  readonly iso: string | undefined;
  /** The CD and the floppy that were made for the machine. */
  readonly cd: string | undefined;
  readonly floppy: string | undefined;
  readonly kernel: { readonly path: string; readonly initrd: string | undefined; readonly args: string } | undefined;
  /** The machine's own copy of the UEFI variables. */
  readonly efiVars: string | undefined;
  /** Socket of the program that is the machine's TPM. */
  readonly tpmSocket: string | undefined;
  /** Socket of a monitor for others than Kiln. */
  readonly otherMonitorSocket: string | undefined;
  /** Port of 127.0.0.1 that leads to the guest's SSH port. */
  readonly hostPort: number | undefined;
  readonly consoleFile: string;
  /** Socket at which the serial console can be watched and typed into. */
  readonly consoleSocket: string;
  readonly monitorSocket: string;
  readonly publicKeyFile: string | undefined;
  /** For `-display`; undefined says nothing. */
  readonly display: string | undefined;
}

/** Undefined leaves it to QEMU. */
function cpuModel(
  { cpu_model: model, accelerator: wanted }: QemuBuilderConfig,
  accelerator?: string,
): string | undefined {
  // The host's own model needs KVM, which "auto" may have found not to work.
  if (model !== undefined) return wanted === 'auto' && accelerator === 'tcg' ? model.replace(/^host\b/, 'max') : model;
  return accelerator === 'kvm' ? 'host' : accelerator === 'tcg' ? 'max' : undefined;
}

function machine(config: QemuBuilderConfig, facts: MachineFacts): Argument[] {
  const { accelerator } = facts;
  const { sockets, cores, threads } = config;
  const topology = Object.entries({ sockets, cores, threads }).filter(([, count]) => count !== undefined);
  const model = cpuModel(config, accelerator);
  return [
    { flag: '-name', value: inList(facts.name) },
    {
      flag: '-machine',
      value: `type=${config.machine_type}${accelerator === undefined ? '' : `,accel=${accelerator}`}`,
    },
    ...(model === undefined ? [] : [{ flag: '-cpu', value: model }]),
    { flag: '-m', value: `${config.memory < 10 ? 512 : config.memory}M` },
    { flag: '-smp', value: [`${cpuCount(config)}`, ...topology.map(([name, count]) => `${name}=${count}`)].join(',') },
  ];
}

function firmware(config: QemuBuilderConfig, facts: MachineFacts): Argument[] {
  if (facts.efiVars !== undefined) {
    const code = inList(config.efi_firmware_code);
    const vars = inList(facts.efiVars);
    return [
      { flag: '-drive', value: `file=${code},if=pflash,unit=0,format=raw,readonly=on`, about: 'unit=0' },
      { flag: '-drive', value: `file=${vars},if=pflash,unit=1,format=raw`, about: 'unit=1' },
    ];
  }
  const boot = { flag: '-boot', value: facts.iso === undefined ? 'c' : 'once=d' };
  if (config.firmware === undefined) return [boot];
  if (!config.use_pflash) return [{ flag: '-bios', value: config.firmware }, boot];
  const flash = `file=${inList(config.firmware)},if=pflash,unit=0,format=raw,readonly=on`;
  return [{ flag: '-drive', value: flash, about: 'unit=0' }, boot];
}

const CONTROLLERS: Readonly<Partial<Record<QemuBuilderConfig['disk_interface'], readonly [string, string, string]>>> = {
  sata: ['ahci,id=ahci0', 'ide-hd,bus=ahci0.', 'ahci'],
  scsi: ['lsi53c895a,id=scsi0', 'scsi-hd,bus=scsi0.0', 'lsi53c'],
  'virtio-scsi': ['virtio-scsi-pci,id=scsi0', 'scsi-hd,bus=scsi0.0', 'virtio-scsi'],
};

function drives(config: QemuBuilderConfig, facts: MachineFacts): Argument[] {
  const controller = CONTROLLERS[config.disk_interface];
  const list: Argument[] =
    controller === undefined ? [] : [{ flag: '-device', value: controller[0], about: controller[2] }];
  facts.disks.forEach(({ path, format }, index) => {
    const place = controller === undefined ? `if=${config.disk_interface}` : `if=none,id=drive${index}`;
    const options = [
      `file=${inList(path)}`,
      place,
      `cache=${config.disk_cache ?? 'unsafe'}`,
      `discard=${config.disk_discard}`,
      `format=${format}`,
      ...(config.disk_detect_zeroes === 'off' ? [] : [`detect-zeroes=${config.disk_detect_zeroes}`]),
    ];
    list.push({ flag: '-drive', value: options.join(','), about: inList(path) });
    if (controller === undefined) return;
    const bus = config.disk_interface === 'sata' ? `${controller[1]}${index}` : controller[1];
    list.push({ flag: '-device', value: `${bus},drive=drive${index}`, about: `drive=drive${index}` });
  });
  return list;
}

/** The ISO and the CD, in this order: the machine boots from the first. */
function removable(config: QemuBuilderConfig, facts: MachineFacts): Argument[] {
  const own = config.cdrom_interface;
  const cds = [facts.iso, facts.cd].filter((path) => path !== undefined);
  const needsController = cds.length > 0 && own !== undefined && own !== config.disk_interface;
  const controller = needsController ? CONTROLLERS[own] : undefined;
  const list: Argument[] =
    controller === undefined ? [] : [{ flag: '-device', value: controller[0], about: controller[2] }];
  cds.forEach((path, index) => {
    const bus = own === 'scsi' || own === 'virtio-scsi' ? 'scsi-cd,bus=scsi0.0' : undefined;
    const place = bus === undefined ? (own === undefined ? '' : `if=${own},`) : `if=none,id=cdrom${index},`;
    const about = inList(path);
    list.push({ flag: '-drive', value: `file=${about},${place}media=cdrom,readonly=on,format=raw`, about });
    if (bus === undefined) return;
    list.push({ flag: '-device', value: `${bus},drive=cdrom${index}`, about: `drive=cdrom${index}` });
  });
  if (facts.floppy !== undefined) {
    const about = inList(facts.floppy);
    list.push({ flag: '-drive', value: `file=${about},if=floppy,format=raw`, about });
  }
  return list;
}

function network(config: QemuBuilderConfig, { hostPort }: MachineFacts): Argument[] {
  const port = guestEndpoint(config)?.port;
  const forward = hostPort === undefined || port === undefined ? '' : `,hostfwd=tcp:127.0.0.1:${hostPort}-:${port}`;
  const { net_bridge: bridge } = config;
  return [
    { flag: '-netdev', value: bridge === undefined ? `user,id=user.0${forward}` : `bridge,id=user.0,br=${bridge}` },
    {
      flag: '-device',
      value: `${config.net_device},netdev=user.0`,
      about: config.net_device,
      attached: { to: 'id=user.0', by: 'netdev=user.0' },
    },
  ];
}

function tpm(config: QemuBuilderConfig, { tpmSocket }: MachineFacts): Argument[] {
  if (tpmSocket === undefined) return [];
  return [
    { flag: '-chardev', value: `socket,id=vtpm,path=${inList(tpmSocket)}`, about: 'id=vtpm' },
    { flag: '-tpmdev', value: 'emulator,id=tpm0,chardev=vtpm' },
    { flag: '-device', value: `${config.tpm_device_type},tpmdev=tpm0`, about: 'tpmdev=tpm0' },
  ];
}

function screen(config: QemuBuilderConfig, facts: MachineFacts): Argument[] {
  const list: Argument[] = facts.display === undefined ? [] : [{ flag: '-display', value: facts.display }];
  if (config.vga !== undefined) list.push({ flag: '-vga', value: config.vga });
  if (config.disable_vnc) return list;
  const [first, last] = [config.vnc_port_min - 5900, config.vnc_port_max - 5900];
  const password = hasVncPassword(config) ? ',password=on' : '';
  return [...list, { flag: '-vnc', value: `${config.vnc_bind_address}:${first},to=${last}${password}` }];
}

function kilnsOwn(config: QemuBuilderConfig, facts: MachineFacts): Argument[] {
  const socket = `socket,id=kiln-monitor,path=${inList(facts.monitorSocket)},server=on,wait=off`;
  const list: Argument[] = [
    { flag: '-chardev', value: socket, needed: true },
    { flag: '-mon', value: 'chardev=kiln-monitor,mode=control', needed: true },
    {
      flag: '-chardev',
      value: `socket,id=kiln-console,path=${inList(facts.consoleSocket)},server=on,wait=off,logfile=${inList(facts.consoleFile)}`,
      needed: true,
    },
    { flag: '-serial', value: 'chardev:kiln-console' },
  ];
  if (facts.otherMonitorSocket !== undefined) {
    list.push({ flag: '-qmp', value: `unix:${inList(facts.otherMonitorSocket)},server=on,wait=off` });
  }
  if (/^(pc|q35|virt)\b/.test(config.machine_type))
    list.push({ flag: '-device', value: 'virtio-rng-pci', about: 'rng' });
  if (facts.publicKeyFile === undefined) return list;
  const key = `name=opt/kiln/ssh-authorized-key,file=${inList(facts.publicKeyFile)}`;
  return [...list, { flag: '-fw_cfg', value: key, needed: true }];
}

/** A reboot ends QEMU then, and the machine can be started from its disk. */
function kernel({ kernel: found }: MachineFacts): Argument[] {
  if (found === undefined) return [];
  return [
    { flag: '-kernel', value: found.path },
    ...(found.initrd === undefined ? [] : [{ flag: '-initrd', value: found.initrd }]),
    ...(found.args === '' ? [] : [{ flag: '-append', value: found.args }]),
    { flag: '-no-reboot', needed: true },
  ];
}

/** The builder's own arguments, before `qemuargs` change them; the same for the same input. */
export function ownArguments(config: QemuBuilderConfig, facts: MachineFacts): readonly Argument[] {
  return [
    ...machine(config, facts),
    ...firmware(config, facts),
    ...kernel(facts),
    ...network(config, facts),
    ...drives(config, facts),
    ...removable(config, facts),
    ...tpm(config, facts),
    ...screen(config, facts),
    ...kilnsOwn(config, facts),
  ];
}
