import { describe, expect, it } from 'vitest';
import { toArgv } from '../../../../../builders/qemu/command-line/arguments.ts';
import { ownArguments, type MachineFacts } from '../../../../../builders/qemu/command-line/command-line.ts';
import type { JsonObject } from '../../../../../core/contract/json.ts';
import { qemuConfig } from '../../../../support/qemu/qemu-config.ts';

const facts: MachineFacts = {
  name: 'vm',
  accelerator: 'tcg',
  disks: [{ path: '/out/vm', format: 'qcow2' }],
  iso: undefined,
  cd: undefined,
  floppy: undefined,
  kernel: undefined,
  efiVars: undefined,
  tpmSocket: undefined,
  otherMonitorSocket: undefined,
  hostPort: 2222,
  consoleFile: '/tmp/console',
  consoleSocket: '/tmp/console.socket',
  monitorSocket: '/tmp/monitor',
  publicKeyFile: undefined,
  display: 'none',
};

function commandLine(options: JsonObject, changed: Partial<MachineFacts> = {}): string {
  return toArgv(ownArguments(qemuConfig(options), { ...facts, ...changed })).join(' ');
}

describe('the command line of QEMU', () => {
  it('forwards the port on 127.0.0.1 only', () => {
    expect(commandLine({ ssh_port: 2200 })).toContain('-netdev user,id=user.0,hostfwd=tcp:127.0.0.1:2222-:2200');
    expect(commandLine({ communicator: 'winrm', winrm_use_ssl: true })).toContain('hostfwd=tcp:127.0.0.1:2222-:5986');
    expect(commandLine({}, { hostPort: undefined })).toContain('-netdev user,id=user.0 ');
  });

  it('boots from the disk, and once from the ISO when there is one', () => {
    expect(commandLine({})).toContain('-boot c');
    const withIso = commandLine({}, { iso: '/a,b.iso' });
    expect(withIso).toContain('-boot once=d');
    expect(withIso).toContain('-drive file=/a,,b.iso,media=cdrom,readonly=on,format=raw');
  });

  it('has the CD after the ISO, and the floppy', () => {
    const line = commandLine({}, { iso: '/i.iso', cd: '/c.iso', floppy: '/f.img' });
    expect(line).toMatch(
      / -drive file=\/i\.iso,media=cdrom,\S+ -drive file=\/c\.iso,media=cdrom,readonly=on,format=raw /,
    );
    expect(line).toContain('-drive file=/f.img,if=floppy,format=raw');
  });

  it.each([
    ['virtio', 'ide', '-drive file=/c.iso,if=ide,media=cdrom'],
    ['virtio', 'virtio', '-drive file=/c.iso,if=virtio,media=cdrom'],
    ['virtio', 'scsi', '-device lsi53c895a,id=scsi0 -drive file=/c.iso,if=none,id=cdrom0,'],
    ['virtio', 'virtio-scsi', '-device virtio-scsi-pci,id=scsi0 -drive file=/c.iso,if=none,id=cdrom0,'],
    ['virtio-scsi', 'virtio-scsi', '-device scsi-hd,bus=scsi0.0,drive=drive0 -drive file=/c.iso,if=none,id=cdrom0,'],
    ['virtio', 'virtio-scsi', '-device scsi-cd,bus=scsi0.0,drive=cdrom0'],
  ])('attaches beside %s a CD by %s as %s', (disk_interface, cdrom_interface, part) => {
    expect(commandLine({ disk_interface, cdrom_interface }, { cd: '/c.iso' })).toContain(part);
    expect(commandLine({ disk_interface: 'virtio', cdrom_interface })).not.toContain('scsi');
  });

  it.each([
    ['virtio', '-drive file=/out/vm,if=virtio,cache=unsafe,discard=unmap,format=qcow2'],
    ['ide', '-drive file=/out/vm,if=ide,'],
    ['sata', '-device ahci,id=ahci0 -drive file=/out/vm,if=none,id=drive0,'],
    ['sata', '-device ide-hd,bus=ahci0.0,drive=drive0'],
    ['scsi', '-device lsi53c895a,id=scsi0 -drive file=/out/vm,if=none,id=drive0,'],
    ['virtio-scsi', '-device virtio-scsi-pci,id=scsi0 -drive file=/out/vm,if=none,id=drive0,'],
    ['virtio-scsi', '-device scsi-hd,bus=scsi0.0,drive=drive0'],
  ])('attaches a disk by %s as %s', (disk_interface, part) => {
    expect(commandLine({ disk_interface })).toContain(part);
  });

  it('says how the disk is cached, discarded and searched for zeroes when the template does', () => {
    const options = { disk_cache: 'writeback', disk_discard: 'ignore', disk_detect_zeroes: 'on' };
    expect(commandLine(options)).toContain('cache=writeback,discard=ignore,format=qcow2,detect-zeroes=on');
  });

  it('starts a kernel in the place of a boot loader, and ends when that reboots', () => {
    const kernel = { path: '/k', initrd: '/i', args: 'console=ttyS0 quiet' };
    expect(commandLine({}, { kernel })).toContain('-kernel /k -initrd /i -append console=ttyS0 quiet -no-reboot');
    expect(commandLine({}, { kernel: { ...kernel, initrd: undefined, args: '' } })).toContain('-kernel /k -no-reboot');
    expect(commandLine({})).not.toContain('-no-reboot');
  });

  it('boots UEFI firmware from flash, without a boot order', () => {
    const line = commandLine({ efi_boot: true }, { efiVars: '/out/efivars.fd' });
    expect(line).toContain('-drive file=/usr/share/OVMF/OVMF_CODE.fd,if=pflash,unit=0,format=raw,readonly=on');
    expect(line).toContain('-drive file=/out/efivars.fd,if=pflash,unit=1,format=raw');
    expect(line).not.toContain('-boot');
  });

  it('gives firmware to the machine as its BIOS, or as flash memory', () => {
    expect(commandLine({ firmware: '/f.bin' })).toContain('-bios /f.bin -boot c');
    const flash = '-drive file=/f,,1.fd,if=pflash,unit=0,format=raw,readonly=on -boot c';
    expect(commandLine({ firmware: '/f,1.fd', use_pflash: true })).toContain(flash);
  });

  it.each([
    [{}, 'tpm-tis'],
    [{ tpm_device_type: 'tpm-crb' }, 'tpm-crb'],
  ])('connects the TPM of %j as %s', (more, device) => {
    expect(commandLine({ vtpm: true, ...more }, { tpmSocket: '/tmp/tpm' })).toContain(
      `-chardev socket,id=vtpm,path=/tmp/tpm -tpmdev emulator,id=tpm0,chardev=vtpm -device ${device},tpmdev=tpm0`,
    );
    expect(commandLine({})).not.toContain('tpm');
  });

  it('connects to a bridge in place of its own network', () => {
    const line = commandLine({ net_bridge: 'br0' }, { hostPort: undefined });
    expect(line).toContain('-netdev bridge,id=user.0,br=br0 -device virtio-net,netdev=user.0');
  });

  it('has a monitor for others beside its own', () => {
    const line = commandLine({}, { otherMonitorSocket: '/tmp/a,b' });
    expect(line).toContain('-qmp unix:/tmp/a,,b,server=on,wait=off');
    expect(line).toContain('chardev=kiln-monitor');
    expect(commandLine({})).not.toContain('-qmp');
  });

  it.each([{ vnc_use_password: true }, { vnc_password: 'secret' }])('asks for a password for VNC by %j', (options) => {
    expect(commandLine(options)).toContain('-vnc 127.0.0.1:0,to=100,password=on');
    expect(commandLine({})).not.toContain('password');
  });

  it('picks the CPU model that suits the accelerator, unless the template names one', () => {
    expect(commandLine({}, { accelerator: 'kvm' })).toContain('-cpu host');
    expect(commandLine({})).toContain('-cpu max');
    expect(commandLine({}, { accelerator: undefined })).not.toContain('-cpu');
    expect(commandLine({ cpu_model: 'Haswell' })).toContain('-cpu Haswell');
    expect(commandLine({ cpu_model: 'host,-svm' })).toContain('-cpu max,-svm');
    expect(commandLine({ cpu_model: 'host' }, { accelerator: 'kvm' })).toContain('-cpu host');
    expect(commandLine({ cpu_model: 'host', accelerator: 'tcg' })).toContain('-cpu host');
  });

  it('counts CPUs from their topology', () => {
    expect(commandLine({ sockets: 1, cores: 3, threads: 2 })).toContain('-smp 6,sockets=1,cores=3,threads=2');
    expect(commandLine({ cpus: 3 })).toContain('-smp 3 ');
  });

  it('takes less than 10 MiB of memory for a mistake, as Packer does', () => {
    expect(commandLine({ memory: 9 })).toContain('-m 512M');
    expect(commandLine({ memory: 10 })).toContain('-m 10M');
  });

  it('has the usual machine where options are empty, with VNC on this machine alone', () => {
    const empty = { vnc_bind_address: '', net_device: '', machine_type: '', cpu_model: '', vnc_port_min: 0, vga: '' };
    expect(commandLine(empty)).toEqual(commandLine({}));
    expect(commandLine(empty)).toContain('-vnc 127.0.0.1:');
  });

  it('lets QEMU look for a free VNC port, or serves no screen', () => {
    expect(commandLine({ vnc_port_min: 5910, vnc_port_max: 5920 })).toContain('-vnc 127.0.0.1:10,to=20');
    expect(commandLine({ disable_vnc: true })).not.toContain('-vnc');
  });

  it('hands over the key of the build by the firmware configuration', () => {
    expect(commandLine({}, { publicKeyFile: '/tmp/key.pub' })).toContain(
      '-fw_cfg name=opt/kiln/ssh-authorized-key,file=/tmp/key.pub',
    );
    expect(commandLine({})).not.toContain('fw_cfg');
  });
});
