import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The directory that Kiln is installed in; the same for the sources and for the bundle. */
export function installRoot(): string {
  let directory = import.meta.dirname;
  while (!existsSync(join(directory, 'package.json')) && directory !== dirname(directory))
    directory = dirname(directory);
  return directory;
}
