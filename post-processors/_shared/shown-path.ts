import { isAbsolute, relative } from 'node:path';

/** A path as a template would name it: relative to the working directory when it is inside it, else unchanged. */
export function shownPath(path: string): string {
  const below = relative(process.cwd(), path);
  return below === '' || below === '..' || below.startsWith('../') || isAbsolute(below) ? path : below;
}
