import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync, lstatSync } from 'node:fs';
import { join } from 'node:path';

/** Paths of all that is below a directory, in an order that depends on nothing else. */
function pathsBelow(directory: string, prefix = ''): readonly string[] {
  const entries = readdirSync(join(directory, prefix), { withFileTypes: true });
  const paths = entries.flatMap((entry) => {
    const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
    return entry.isDirectory() ? pathsBelow(directory, path) : [path];
  });
  return prefix === '' ? paths.sort((one, other) => (one < other ? -1 : 1)) : paths;
}

/**
 * Digest of all files below a directory, their paths and whether they may be run: "sha512-" and base64. Links count by where
 * they lead, empty directories and times do not count. Throws the system's error.
 */
export function treeIntegrity(directory: string): string {
  const hash = createHash('sha512');
  for (const path of pathsBelow(directory)) {
    const whole = join(directory, path);
    const found = lstatSync(whole);
    const content = found.isSymbolicLink() ? Buffer.from(readlinkSync(whole)) : readFileSync(whole);
    const type = found.isSymbolicLink() ? 'link' : (found.mode & 0o100) === 0 ? 'file' : 'program';
    hash.update(`${type} ${content.length} ${JSON.stringify(path)}\n`).update(content);
  }
  return `sha512-${hash.digest('base64')}`;
}
