import { readFile } from 'node:fs/promises';

/** A line of /proc/self/mountinfo. */
export interface MountLine {
  /** Where it is mounted. */
  readonly path: string;
  /** What is: "/dev/nvme1n1p1". */
  readonly source: string;
}

function unescaped(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

/** What is mounted, in the order in which it was. */
export function readMountTable(mountinfo: string): readonly MountLine[] {
  return mountinfo
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [own = '', about = ''] = line.split(' - ');
      return { path: unescaped(own.split(' ')[4] ?? ''), source: unescaped(about.split(' ')[1] ?? '') };
    });
}

/** What was mounted on this machine when it was asked. */
export interface Mounts {
  /** Paths that are mounted at `path` and below it, the last one first. */
  at(path: string): readonly string[];
  /** What is mounted at exactly this path ("/dev/nvme1n1p1"); undefined when nothing is. */
  sourceOf(path: string): string | undefined;
}

/** The mounts that the lines of a table tell of. */
export function mountsIn(table: readonly MountLine[]): Mounts {
  return {
    at: (path) =>
      table
        .map((line) => line.path)
        .filter((each) => each === path || each.startsWith(`${path}/`))
        .toReversed(),
    sourceOf: (path) => table.findLast((line) => line.path === path)?.source,
  };
}

/**
 * What is mounted on this machine now. Paths are compared as they are: absolute, links resolved. Throws the system's error
 * where there is no such list: it is Linux's.
 */
export async function mounts(): Promise<Mounts> {
  return mountsIn(readMountTable(await readFile('/proc/self/mountinfo', 'utf8')));
}
