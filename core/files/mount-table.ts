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

/** What is mounted on this machine. Throws the system's error where there is no such list: it is Linux's. */
export async function mountTable(): Promise<readonly MountLine[]> {
  return readMountTable(await readFile('/proc/self/mountinfo', 'utf8'));
}

/** Paths that are mounted at `path` and below it, the last one first. */
export function mountedAt(path: string, table: readonly MountLine[]): readonly string[] {
  return table
    .map((line) => line.path)
    .filter((each) => each === path || each.startsWith(`${path}/`))
    .toReversed();
}

/** What is mounted at exactly this path; undefined when nothing is. */
export function sourceAt(path: string, table: readonly MountLine[]): string | undefined {
  return table.findLast((line) => line.path === path)?.source;
}
