import { accessSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

function isThere(program: string): boolean {
  const directories = isAbsolute(program) ? [''] : (process.env['PATH'] ?? '').split(delimiter);
  return directories.some((directory) => {
    try {
      accessSync(join(directory, program));
      return true;
    } catch {
      return false;
    }
  });
}

/** Whether tests that need these programs (and root) cannot run here; says why. Throws where they must run, in CI. */
export function lacks(programs: readonly string[], needsRoot = false): boolean {
  const missing = programs.filter((program) => !isThere(program));
  if (needsRoot && process.getuid?.() !== 0) missing.push('root');
  if (missing.length === 0) return false;
  const reason = `these tests need ${missing.join(', ')}`;
  if (process.env['CI'] === 'true') throw new Error(reason);
  console.warn(`skipped: ${reason}`);
  return true;
}
