import { chmod, chown, open, stat } from 'node:fs/promises';
import { unlessGone } from './own-path.ts';

/**
 * Writes a new file at `path` that is to take the place of the one at `target`, and has its mode and, where this user may
 * give them, owner and group; `mode`, less the umask, when there is none. It is on the disk then. Throws the system's error.
 */
export async function writeLike(target: string, path: string, text: string, mode: number): Promise<void> {
  const before = await unlessGone(stat(target));
  await using file = await open(path, 'wx', mode);
  await file.writeFile(text);
  await file.sync();
  if (before === undefined) return;
  const foreign = before.uid !== process.getuid?.() || before.gid !== process.getgid?.();
  if (foreign) await chown(path, before.uid, before.gid).catch(() => undefined);
  await chmod(path, before.mode & 0o7777);
}
