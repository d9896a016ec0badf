import { dirname } from 'node:path';
import { bakingUnits } from './baking-files.ts';
import { filesBeforePackages } from './image-files.ts';
import { type ImageFile } from './image-file.ts';

const END = 'END_OF_FILE_BY_KILN';

/** Shell text that writes a file below the directory "$1". */
function writeFileCommands({ path, text, mode }: ImageFile): string {
  const target = `"$1"'${path}'`;
  return [
    `mkdir -p "$1"'${dirname(path)}'`,
    `cat >${target} <<'${END}'`,
    text.replace(/\n$/, ''),
    END,
    ...(mode === undefined ? [] : [`chmod ${mode} ${target}`]),
    '',
  ].join('\n');
}

/** Environment variable by which the password reaches the script; a command line could be read by anyone. */
export const PASSWORD_VARIABLE = 'KILN_ROOT_PASSWORD';

/** Run by mmdebstrap with the image's directory as "$1" before it installs anything. */
export function setupScript(): string {
  return ['set -eu', 'umask 022', ...filesBeforePackages.map(writeFileCommands)].join('\n');
}

/** Run by mmdebstrap with the image's directory as "$1" when all packages are installed. */
export function customizeScript(files: readonly ImageFile[]): string {
  return [
    'set -eu',
    'umask 022',
    // What only the installation was to have: its source file and mmdebstrap's settings for dpkg.
    'rm -f "$1"/etc/dpkg/dpkg.cfg.d/99mmdebstrap',
    'rm -f "$1"/etc/apt/sources.list "$1"/etc/apt/sources.list.d/* "$1"/etc/ssh/ssh_host_*',
    ...files.map(writeFileCommands),
    `chroot "$1" systemctl --quiet enable systemd-networkd.service ${bakingUnits.join(' ')}`,
    'chroot "$1" systemctl --quiet disable e2scrub_reap.service e2scrub_all.timer',
    `if [ -n "\${${PASSWORD_VARIABLE}-}" ]; then printf 'root:%s\\n' "$${PASSWORD_VARIABLE}" | chroot "$1" chpasswd; fi`,
    'rm -f "$1"/etc/*- "$1"/etc/resolv.conf "$1"/etc/.pwd.lock',
    'ln -s ../run/systemd/resolve/stub-resolv.conf "$1"/etc/resolv.conf',
    ': >"$1"/etc/machine-id',
    '',
  ].join('\n');
}
