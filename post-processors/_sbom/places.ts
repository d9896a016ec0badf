/** Where systems keep what they say of themselves, and lists of their packages. */
export const places = {
  osRelease: ['/etc/os-release', '/usr/lib/os-release'],
  dpkg: '/var/lib/dpkg/status',
  dpkgParts: '/var/lib/dpkg/status.d',
  apk: ['/lib/apk/db/installed', '/usr/lib/apk/db/installed'],
  pacman: '/var/lib/pacman/local',
  rpm: ['/usr/lib/sysimage/rpm', '/var/lib/rpm'],
} as const;

/** Older databases of rpm, by the names of their files. */
export const olderRpm: Readonly<Record<string, string>> = { Packages: 'Berkeley DB', 'Packages.db': 'ndb' };

const rpmFiles = ['rpmdb.sqlite', 'rpmdb.sqlite-wal', ...Object.keys(olderRpm)];

/** All files that an inventory is read from, but for those in `databaseDirectories`. */
export const databaseFiles: readonly string[] = [
  ...places.osRelease,
  places.dpkg,
  ...places.apk,
  ...places.rpm.flatMap((directory) => rpmFiles.map((name) => `${directory}/${name}`)),
];

/** Directories in which each package has a file of its own, or a directory with `inner`. */
export const databaseDirectories: readonly { readonly path: string; readonly inner: string | undefined }[] = [
  { path: places.dpkgParts, inner: undefined },
  { path: places.pacman, inner: 'desc' },
];

/** Whether a name in such a directory is a package's: it becomes a part of commands and paths. */
export function isPackageName(name: string): boolean {
  return /^[A-Za-z0-9@_+:~-][A-Za-z0-9@._+:~-]*$/.test(name) && !name.endsWith('.md5sums');
}
