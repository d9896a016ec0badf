/**
 * A guest for tests that boots to SSH in a few seconds without KVM: Debian's cloud kernel, busybox and dropbear on a
 * 96 MiB ext4 disk with GRUB, made without root rights and without mounting anything. It is kept in .kiln/test-guests
 * under a name that changes with this file, so delete nothing by hand.
 *
 * In the guest: /bin/sh and busybox's other programs, `poweroff`, scp, dropbear on port 22. There is no sftp. CDs can
 * be mounted, and the variables of UEFI. The machine boots by BIOS and by UEFI.
 * User root; password "kiln"; the key beside the disk; and the key that QEMU hands over in the fw_cfg file
 * opt/kiln/ssh-authorized-key. The console is ttyS0.
 *
 * The fw_cfg file opt/kiln-test/mode (qemuargs: -fw_cfg name=opt/kiln-test/mode,string=MODE) makes it behave otherwise:
 * "mute" starts no SSH server, "off" writes /booted and switches off once it has booted, "dies" switches off by itself
 * as soon as somebody logs in, "stuck" ignores poweroff.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { newcArchive } from './newc-archive.ts';

export interface TinyGuest {
  /** Absolute path of the qcow2 disk; never written to by tests. */
  readonly disk: string;
  /** Absolute path of the private key that root accepts, mode 0600. */
  readonly privateKeyFile: string;
}

const store = join(import.meta.dirname, '../../../.kiln/test-guests');
const packages =
  'busybox-static dropbear-bin openssh-client libc6 libcrypt1 libtomcrypt1 libtommath1 libgmp10 zlib1g'.split(' ');
const modules = [
  'drivers/virtio/{virtio_ring,virtio,virtio_pci_legacy_dev,virtio_pci_modern_dev,virtio_pci}',
  'drivers/block/virtio_blk net/core/failover drivers/net/{net_failover,virtio_net}',
  'drivers/char/hw_random/{rng-core,virtio-rng} drivers/firmware/qemu_fw_cfg drivers/acpi/button',
  'drivers/scsi/{scsi_common,scsi_mod} lib/crc64 crypto/crc64_rocksoft_generic lib/crc64-rocksoft block/t10-pi',
  'crypto/crct10dif_common crypto/crct10dif_generic drivers/scsi/{sd_mod,virtio_scsi}',
  'drivers/ata/{libata,ata_piix,libahci,ahci} drivers/cdrom/cdrom drivers/scsi/sr_mod fs/isofs/isofs',
  'fs/efivarfs/efivarfs',
];

/** crypt(3) of "kiln". */
const passwordHash = '$5$tinyguest$CNTzSEFFDPFRZTRpsZ9j5coHYLWaV4f1UxneaJqrHQ5';

const earlyInit = `#!/bin/busybox sh
/bin/busybox mount -t devtmpfs dev /dev
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sys /sys
for module in $(/bin/busybox cat /modules/order); do /bin/busybox insmod /modules/$module 2>/dev/null; done
tries=0
while [ $tries -lt 100 ]; do
  for disk in vda1 sda1; do
    if [ -b /dev/$disk ]; then
      /bin/busybox mount -t ext4 /dev/$disk /root && exec /bin/busybox switch_root /root /sbin/init
    fi
  done
  tries=$((tries + 1))
  /bin/busybox usleep 50000
done
echo 'tiny-guest: no disk'
/bin/busybox poweroff -f
`;

const lateInit = `#!/bin/sh
mount -t devtmpfs dev /dev
mkdir -p /dev/pts
mount -t devpts devpts /dev/pts
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t tmpfs tmp /run
mount -t tmpfs tmp /tmp
fw_cfg=/sys/firmware/qemu_fw_cfg/by_name/opt
mode=$(cat $fw_cfg/kiln-test/mode/raw 2>/dev/null)
cat /etc/tiny-guest-key >/run/authorized_keys
cat $fw_cfg/kiln/ssh-authorized-key/raw >>/run/authorized_keys 2>/dev/null
chmod 600 /run/authorized_keys
echo "$mode" >/run/mode
ip link set lo up
ip link set eth0 up
ip addr add 10.0.2.15/24 dev eth0
ip route add default via 10.0.2.2
# A bridge learns its address by it.
ping -c 3 10.0.2.2 >/dev/null 2>&1 &
echo "tiny-guest: booted, mode '$mode'"
[ "$mode" = mute ] && exit 0
[ "$mode" = off ] && { echo yes >/booted; sync; poweroff -f; }
dropbear -E -r /etc/dropbear-ed25519 -r /etc/dropbear-rsa
echo 'tiny-guest: sshd is up'
`;

const inittab = `::sysinit:/etc/start
::ctrlaltdel:/bin/true
::shutdown:/etc/stop
`;

const loginProfile = `#!/bin/sh
[ "$(cat /run/mode)" = dies ] && { echo 'tiny-guest: dying' >/dev/ttyS0; busybox poweroff -f; }
export PATH=/sbin:/usr/sbin:/bin:/usr/bin
[ $# = 0 ] && exec /bin/busybox sh
exec /bin/busybox sh "$@"
`;

const powerOff = `#!/bin/sh
[ "$(cat /run/mode)" = stuck ] && { echo 'tiny-guest: I stay' >/dev/ttyS0; exit 0; }
exec /bin/busybox poweroff "$@"
`;

function sh(script: string, cwd: string): string {
  return execFileSync('sh', ['-euc', script], { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function writeProgram(path: string, text: string): void {
  writeFileSync(path, text);
  chmodSync(path, 0o755);
}

/** Downloads Debian packages with apt and unpacks them all into one directory; returns that directory. */
function unpackPackages(work: string): string {
  const debs = join(work, 'debs');
  mkdirSync(debs);
  const kernel = (): string | undefined =>
    /Depends: (linux-image-[0-9]\S+)/.exec(sh('apt-cache depends linux-image-cloud-amd64', debs))?.[1];
  let kernelPackage = kernel();
  if (kernelPackage === undefined) {
    sh('apt-get update -q', debs);
    kernelPackage = kernel();
  }
  sh(`apt-get download -q ${[...packages, kernelPackage].join(' ')}`, debs);
  for (const deb of readdirSync(debs)) sh(`dpkg-deb -x '${deb}' ../root`, debs);
  return join(work, 'root');
}

function initramfs(unpacked: string): Uint8Array {
  const moduleRoot = join(unpacked, 'lib/modules', readdirSync(join(unpacked, 'lib/modules'))[0]!, 'kernel');
  const wanted = execFileSync('bash', ['-c', `printf '%s\\n' ${modules.join(' ')}`], { encoding: 'utf8' });
  const found = wanted
    .split('\n')
    .map((name) => join(moduleRoot, `${name}.ko`))
    .filter((path) => existsSync(path));
  const order = found.map((path) => basename(path)).join('\n');
  return newcArchive([
    ...['bin', 'dev', 'proc', 'sys', 'root', 'modules'].map((path) => ({ path, mode: 0o040755 })),
    { path: 'bin/busybox', mode: 0o100755, content: readFileSync(join(unpacked, 'bin/busybox')) },
    { path: 'init', mode: 0o100755, content: earlyInit },
    { path: 'modules/order', mode: 0o100644, content: order },
    ...found.map((path) => ({ path: `modules/${basename(path)}`, mode: 0o100644, content: readFileSync(path) })),
  ]);
}

/** Fills `tree` with the guest's file system. */
function writeTree(tree: string, unpacked: string, publicKey: string): void {
  for (const name of 'bin sbin usr/bin usr/sbin etc dev proc sys run tmp root var boot/grub'.split(' ')) {
    mkdirSync(join(tree, name), { recursive: true });
  }
  for (const name of ['lib', 'lib64', 'usr/lib/x86_64-linux-gnu']) {
    const from = join(unpacked, name);
    const filter = (path: string): boolean => !/\/(modules|gconv|systemd|locale|dropbear)$/.test(path);
    if (existsSync(from)) cpSync(from, join(tree, name), { recursive: true, verbatimSymlinks: true, filter });
  }
  cpSync(join(unpacked, 'bin/busybox'), join(tree, 'bin/busybox'));
  for (const program of ['usr/sbin/dropbear', 'usr/bin/scp']) cpSync(join(unpacked, program), join(tree, program));
  for (const applet of sh('root/bin/busybox --list-full', join(unpacked, '..')).trim().split('\n')) {
    const link = join(tree, applet);
    if (!/^(usr\/)?s?bin\//.test(applet) || existsSync(link)) continue;
    symlinkSync('/bin/busybox', link);
  }
  rmSync(join(tree, 'sbin/poweroff'), { force: true });
  // Made here, since a guest without KVM takes a while to gather the randomness for it. Without the RSA key dropbear
  // ends on an assertion when an old client asks for one.
  const libraries = ['lib', 'usr/lib'].map((name) => join(unpacked, name, 'x86_64-linux-gnu')).join(':');
  const loader = join(unpacked, 'lib64/ld-linux-x86-64.so.2');
  const dropbearkey = `${loader} --library-path ${libraries} ${join(unpacked, 'usr/bin/dropbearkey')}`;
  for (const type of ['ed25519', 'rsa']) sh(`${dropbearkey} -t ${type} -f etc/dropbear-${type}`, tree);
  writeProgram(join(tree, 'sbin/poweroff'), powerOff);
  writeProgram(join(tree, 'bin/login-shell'), loginProfile);
  writeProgram(join(tree, 'etc/start'), lateInit);
  writeProgram(join(tree, 'etc/stop'), '#!/bin/sh\nsync\numount -r /\n');
  writeFileSync(join(tree, 'etc/inittab'), inittab);
  writeFileSync(join(tree, 'etc/shells'), '/bin/sh\n/bin/login-shell\n');
  writeFileSync(join(tree, 'etc/passwd'), `root:${passwordHash}:0:0:root:/root:/bin/login-shell\n`);
  writeFileSync(join(tree, 'etc/group'), 'root:x:0:\n');
  writeFileSync(join(tree, 'etc/nsswitch.conf'), 'passwd: files\ngroup: files\nshadow: files\n');
  writeFileSync(join(tree, 'etc/tiny-guest-key'), publicKey);
  mkdirSync(join(tree, 'root/.ssh'), { mode: 0o700 });
  symlinkSync('/run/authorized_keys', join(tree, 'root/.ssh/authorized_keys'));
  const kernel = readdirSync(join(unpacked, 'boot')).find((name) => name.startsWith('vmlinuz'));
  cpSync(join(unpacked, 'boot', kernel!), join(tree, 'boot/vmlinuz'));
  writeFileSync(join(tree, 'boot/initrd'), initramfs(unpacked));
  const options = 'console=ttyS0 random.trust_cpu=1 mitigations=off tsc=reliable no_timer_check raid=noautodetect';
  writeFileSync(join(tree, 'boot/grub/grub.cfg'), `linux /boot/vmlinuz ${options}\ninitrd /boot/initrd\nboot\n`);
}

function writeDisk(work: string): void {
  const grub = '/usr/lib/grub/i386-pc';
  const find = ['search --file /boot/vmlinuz --set root', 'configfile ($root)/boot/grub/grub.cfg', ''].join('\n');
  writeFileSync(join(work, 'find.cfg'), find);
  sh(
    `truncate -s 96M disk.raw
     printf '2048,182272,L,*\n184320,,ef\n' | /usr/sbin/sfdisk -q disk.raw
     /usr/sbin/mke2fs -q -t ext4 -O ^has_journal -m 0 -E offset=1048576,root_owner=0:0 -d tree disk.raw 89M
     grub-mkimage -O i386-pc -o core.img -p '(hd0,msdos1)/boot/grub' biosdisk part_msdos ext2 linux normal
     dd if=${grub}/boot.img of=disk.raw bs=440 count=1 conv=notrunc status=none
     dd if=core.img of=disk.raw bs=512 seek=1 conv=notrunc status=none
     grub-mkimage -O x86_64-efi -o efi.img -c find.cfg -p / part_msdos ext2 fat linux normal search configfile boot
     truncate -s 6M esp.raw
     /usr/sbin/mkfs.vfat -n EFI esp.raw >/dev/null
     mmd -i esp.raw ::/EFI ::/EFI/BOOT
     mcopy -i esp.raw efi.img ::/EFI/BOOT/BOOTX64.EFI
     dd if=esp.raw of=disk.raw bs=1M seek=90 conv=notrunc status=none
     qemu-img convert -O qcow2 disk.raw disk.qcow2`,
    work,
  );
}

/** The guest, made when it is not there yet (about ten seconds). Throws with the failed command's output. */
export function tinyGuest(): TinyGuest {
  const identity = createHash('sha256')
    .update(readFileSync(import.meta.filename))
    .digest('hex')
    .slice(0, 12);
  const home = join(store, `tiny-${identity}`);
  const guest = { disk: join(home, 'disk.qcow2'), privateKeyFile: join(home, 'key') };
  if (existsSync(home)) return guest;
  mkdirSync(store, { recursive: true });
  const work = mkdtempSync(join(store, '.making-'));
  try {
    sh("ssh-keygen -q -t ed25519 -N '' -C tiny-guest -f key", work);
    const unpacked = unpackPackages(work);
    writeTree(join(work, 'tree'), unpacked, readFileSync(join(work, 'key.pub'), 'utf8'));
    writeDisk(work);
    for (const name of 'debs root tree disk.raw core.img efi.img esp.raw find.cfg'.split(' ')) {
      rmSync(join(work, name), { recursive: true });
    }
    // Another test process may have been faster; its guest is as good.
    if (!existsSync(home)) renameSync(work, home);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return guest;
}
