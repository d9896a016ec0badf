import { describe, expect, it } from 'vitest';
import { overrideArguments, toArgv, type Argument } from '../../../../../builders/qemu/command-line/arguments.ts';

const own: readonly Argument[] = [
  { flag: '-machine', value: 'type=pc,accel=tcg' },
  { flag: '-m', value: '512M' },
  { flag: '-drive', value: 'file=/out/disk,if=virtio', about: '/out/disk' },
  { flag: '-drive', value: 'file=/boot.iso,media=cdrom', about: '/boot.iso' },
  { flag: '-netdev', value: 'user,id=user.0' },
  {
    flag: '-device',
    value: 'virtio-net,netdev=user.0',
    about: 'virtio-net',
    attached: { to: 'id=user.0', by: 'netdev=user.0' },
  },
  { flag: '-chardev', value: 'socket,id=kiln-monitor', needed: true },
];

function argv(...template: readonly (readonly string[])[]): string {
  return toArgv(overrideArguments(own, template)).join(' ');
}

describe('qemuargs', () => {
  it('change nothing when there are none', () => {
    expect(argv()).toBe(toArgv(own).join(' '));
  });

  it('take the place of the own switch of the same name and come last, in their order', () => {
    const result = argv(['-m', '1024M'], ['-cpu', 'max'], ['-usb']);
    expect(result).not.toContain('512M');
    expect(result).toMatch(/-m 1024M -cpu max -usb$/);
  });

  it('join the parts of a value without anything between them', () => {
    expect(argv(['-m', '10', '24M'])).toMatch(/-m 1024M$/);
  });

  it('leave the system disk and the ISO when a further drive is added', () => {
    const result = argv(['-drive', 'file=/second,if=virtio']);
    expect(result).toContain('file=/out/disk,if=virtio -drive file=/boot.iso,media=cdrom');
    expect(result).toMatch(/-drive file=\/second,if=virtio$/);
  });

  it('replace the drive that they name, and only that one', () => {
    const result = argv(['-drive', 'file=/out/disk,if=ide']);
    expect(result).not.toContain('file=/out/disk,if=virtio');
    expect(result).toContain('file=/boot.iso');
  });

  it('leave the network card unless they name one of its kind', () => {
    expect(argv(['-device', 'virtio-rng-pci'])).toContain('virtio-net,netdev=user.0');
    expect(argv(['-device', 'virtio-net,netdev=user.0,mac=52:54:00:12:34:56'])).not.toContain(
      '-device virtio-net,netdev=user.0 ',
    );
  });

  it.each<readonly (readonly string[])[]>([
    [['-device', 'e1000,netdev=user.0']],
    [['-device', 'e1000,mac=52:54:00:12:34:56,netdev=user.0']],
    [
      ['-device', 'rtl8139,netdev=net0'],
      ['-netdev', 'user,id=net0'],
    ],
    [['-netdev', 'user,id=user.00']],
  ])('take the network card away whose network another card has, or which has none: %j %j', (...given) => {
    expect(argv(...given)).not.toContain('-device virtio-net,netdev=user.0');
  });

  it.each<readonly (readonly string[])[]>([
    [
      ['-device', 'e1000,netdev=second'],
      ['-netdev', 'user,id=second'],
      ['-netdev', 'user,id=user.0,hostfwd=tcp::1-:2'],
    ],
    [['-netdev', 'user,id=user.0,net=10.1.0.0/24']],
  ])('leave the network card beside another one: %j', (...given) => {
    expect(argv(...given)).toContain('-device virtio-net,netdev=user.0');
  });

  it('never take away what Kiln needs itself', () => {
    const result = argv(['-chardev', 'stdio,id=mine']);
    expect(result).toContain('-chardev socket,id=kiln-monitor');
    expect(result).toContain('-chardev stdio,id=mine');
  });

  it('may choose the accelerator, which then is not in the machine as well', () => {
    expect(argv(['-enable-kvm'])).toContain('-machine type=pc -m');
    expect(argv(['--accel', 'kvm'])).toMatch(/-machine type=pc -m .* -accel kvm$/);
  });
});
