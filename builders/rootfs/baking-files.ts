import type { ImageFile } from './image-file.ts';

/** QEMU's firmware configuration item by which the image is given the key of the build; one authorized_keys line. */
export const KEY_ITEM = 'opt/kiln/ssh-authorized-key';

/** Exists only while the image is being baked: whatever is made for the build alone is in it, and so not on the disk. */
const BAKING = '/run/kiln';

const TAKE_KEY = `#!/bin/sh
# While Kiln bakes, QEMU hands over a temporary SSH key. It is taken for root in /run only, with a host key
# of its own, so that neither a way in nor an identity of this boot stays in the image.
set -eu
item=/sys/firmware/qemu_fw_cfg/by_name/${KEY_ITEM}/raw
[ -d /sys/firmware/qemu_fw_cfg ] || modprobe -q qemu_fw_cfg || exit 0
[ -e $item ] || exit 0
umask 022
mkdir -p ${BAKING}/authorized_keys
cat $item >${BAKING}/authorized_keys/root
echo >>${BAKING}/authorized_keys/root
ssh-keygen -q -t ed25519 -N '' -f ${BAKING}/ssh_host_ed25519_key
cat >${BAKING}/sshd.conf <<END
HostKey ${BAKING}/ssh_host_ed25519_key
AuthorizedKeysFile .ssh/authorized_keys .ssh/authorized_keys2 ${BAKING}/authorized_keys/%u
END
`;

/** Units that would write this boot's identity or logs to the disk, or hold apt's lock against the provisioners. */
const NOT_WHILE_BAKING = [
  'systemd-machine-id-commit.service',
  'systemd-random-seed.service',
  'systemd-journal-flush.service',
  'apt-daily.service',
  'apt-daily-upgrade.service',
];

const KEY_UNIT = `[Unit]
Description=Take the SSH key of a Kiln build
DefaultDependencies=no
ConditionVirtualization=vm
Before=sysinit.target systemd-machine-id-commit.service systemd-random-seed.service systemd-journal-flush.service
Conflicts=shutdown.target
Before=shutdown.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/lib/kiln/take-key

[Install]
WantedBy=sysinit.target
`;

const HOST_KEYS_UNIT = `[Unit]
Description=Make the SSH host keys of this machine
ConditionPathIsDirectory=!${BAKING}
ConditionPathExists=!/etc/ssh/ssh_host_ed25519_key
Before=ssh.service ssh.socket

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=ssh-keygen -q -t ecdsa -N "" -f /etc/ssh/ssh_host_ecdsa_key
ExecStart=ssh-keygen -q -t ed25519 -N "" -f /etc/ssh/ssh_host_ed25519_key

[Install]
WantedBy=multi-user.target
`;

/** The units that `systemctl enable` is to be run for. */
export const bakingUnits: readonly string[] = ['kiln-authorized-key.service', 'kiln-ssh-host-keys.service'];

export const bakingFiles: readonly ImageFile[] = [
  { path: '/usr/lib/kiln/take-key', text: TAKE_KEY, mode: '755' },
  { path: '/etc/systemd/system/kiln-authorized-key.service', text: KEY_UNIT },
  { path: '/etc/systemd/system/kiln-ssh-host-keys.service', text: HOST_KEYS_UNIT },
  { path: '/etc/ssh/sshd_config.d/kiln.conf', text: `Include ${BAKING}/sshd.conf\n` },
  ...NOT_WHILE_BAKING.map((unit) => ({
    path: `/etc/systemd/system/${unit}.d/kiln.conf`,
    text: `[Unit]\nConditionPathIsDirectory=!${BAKING}\n`,
  })),
];
