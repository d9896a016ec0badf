import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const BUSYBOX = '/bin/busybox';

/** What making a tree and entering it needs, beside root. */
export const treePrograms: readonly string[] = [BUSYBOX, 'chroot'];

/** Makes a tree to chroot into: /bin with busybox's programs, /etc, /tmp, /root and the places of the usual mounts. */
export async function makeBusyboxTree(root: string): Promise<void> {
  for (const name of ['bin', 'etc', 'tmp', 'root', 'proc', 'sys', 'dev'])
    await mkdir(join(root, name), { recursive: true });
  await copyFile(BUSYBOX, join(root, 'bin/busybox'));
  execFileSync('chroot', [root, '/bin/busybox', '--install', '-s', '/bin']);
  await writeFile(join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
  await writeFile(join(root, 'etc/os-release'), 'NAME="Little Linux"\n');
}
