import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';

/** Looks into an image of the builder `rootfs` with programs that are not Kiln's: qemu-img, sfdisk, debugfs, e2fsck. */
export interface DiskImage {
  /** Content of a file; undefined when there is no such file. */
  read(path: string): string | undefined;
  /** Names in a directory, sorted. */
  list(path: string): readonly string[];
  /** Throws with what e2fsck says when the root file system is not sound. */
  checkFileSystem(): void;
  close(): void;
}

interface Table {
  readonly partitiontable: { readonly partitions: readonly { readonly name: string; readonly start: number }[] };
}

/** Makes a raw copy beside the image, which `close` removes. */
export function openDiskImage(image: string): DiskImage {
  const raw = `${image}.inspected`;
  execFileSync('qemu-img', ['convert', '-O', 'raw', image, raw]);
  const table = JSON.parse(execFileSync('/usr/sbin/sfdisk', ['--json', raw], { encoding: 'utf8' })) as Table;
  const root = table.partitiontable.partitions.find(({ name }) => name === 'root');
  if (root === undefined) throw new Error(`${image} has no partition named root`);
  const device = `${raw}?offset=${root.start * 512}`;
  const debugfs = (request: string): string =>
    execFileSync('/usr/sbin/debugfs', ['-R', request, device], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 64 * 1024 * 1024,
    });
  return {
    read: (path) => (debugfs(`stat ${path}`).startsWith('Inode:') ? debugfs(`cat ${path}`) : undefined),
    list: (path) =>
      debugfs(`ls -p ${path}`)
        .split('\n')
        .map((line) => line.split('/')[5] ?? '')
        .filter((name) => name !== '' && name !== '.' && name !== '..')
        .sort(),
    checkFileSystem: () => {
      execFileSync('/usr/sbin/e2fsck', ['-fn', device], { stdio: 'pipe' });
    },
    close: () => rmSync(raw),
  };
}
