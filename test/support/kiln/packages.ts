import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { holdLock } from '../../../core/locks/queue-lock.ts';
import { root } from '../../../core/dev/components.ts';

/** Paths of the tarballs of Kiln's npm packages. */
export interface Packages {
  readonly kiln: string;
  readonly sdk: string;
}

/** The bundle that the tarballs are made of. */
function newestOf(directory: string, pattern: RegExp): number {
  const files = existsSync(directory) ? readdirSync(directory).filter((name) => pattern.test(name)) : [];
  return Math.max(0, ...files.map((name) => statSync(join(directory, name)).mtimeMs));
}

/** The tarballs of this checkout's packages, made once for all test files after the bundle. */
export async function packages(): Promise<Packages> {
  const dist = join(root, 'dist');
  const place = join(dist, 'packages');
  mkdirSync(place, { recursive: true });
  await using _lock = await holdLock(join(place, 'lock'), new AbortController().signal, () => undefined);
  if (newestOf(place, /\.tgz$/) < newestOf(dist, /^cli\.cjs$/)) {
    execFileSync(process.execPath, [join(root, 'core/dev/pack.ts'), place]);
  }
  const find = (pattern: RegExp): string => join(place, readdirSync(place).find((name) => pattern.test(name)) ?? '');
  return { kiln: find(/^kiln-\d.*\.tgz$/), sdk: find(/^kiln-sdk-\d.*\.tgz$/) };
}
