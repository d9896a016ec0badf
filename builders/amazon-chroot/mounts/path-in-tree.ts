import { lstat, readlink } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { StepError } from '../../../plugins/sdk/index.ts';

const MOST_LINKS = 40;

async function linkAt(path: string): Promise<string | undefined> {
  const found = await lstat(path).catch(() => undefined);
  return found?.isSymbolicLink() === true ? readlink(path) : undefined;
}

/**
 * Where a path of the tree is on this machine, as a process in the tree would find it: links, also absolute ones, never
 * lead out of the tree. What is not there is taken as it is written. Throws `StepError` AMAZON_CHROOT_OPTION for links in a
 * circle.
 */
export async function pathInTree(root: string, path: string): Promise<string> {
  let done = '/';
  let left = path.split('/').filter((part) => part !== '');
  for (let links = 0; left.length > 0;) {
    const [part = '', ...rest] = left;
    const next = posix.join(done, part);
    const target = await linkAt(join(root, next));
    if (target === undefined) {
      done = next;
      left = rest;
      continue;
    }
    links += 1;
    if (links > MOST_LINKS) {
      throw new StepError(`too many symbolic links in ${path} of the volume`, { code: 'AMAZON_CHROOT_OPTION' });
    }
    if (target.startsWith('/')) done = '/';
    left = [...target.split('/').filter((each) => each !== ''), ...rest];
  }
  return done === '/' ? root : join(root, done);
}

/** The same without following what the path itself may be: for a file that is going to be replaced. */
export async function entryInTree(root: string, path: string): Promise<string> {
  return join(await pathInTree(root, dirname(path)), posix.basename(path));
}
