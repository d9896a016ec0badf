import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../core/dev/components.ts';

/**
 * Directory of a real salt-call: KILN_TEST_SALT, or one that is installed from the package index at the first use.
 * Undefined, and the reason is printed, when that fails; throws in CI.
 */
export function saltDirectory(): string | undefined {
  const given = process.env['KILN_TEST_SALT'] ?? join(root, '.kiln/salt/bin');
  if (existsSync(join(given, 'salt-call'))) return given;
  try {
    const home = join(root, '.kiln/salt');
    execFileSync('python3', ['-m', 'venv', home], { stdio: 'pipe' });
    execFileSync(join(home, 'bin/pip'), ['install', '-q', 'salt==3008.*'], { stdio: 'pipe', timeout: 280_000 });
    return join(home, 'bin');
  } catch (error) {
    const reason = `Salt cannot be installed: ${error instanceof Error ? error.message : String(error)}`;
    if (process.env['CI'] === 'true') throw new Error(reason, { cause: error });
    console.warn(`skipped: ${reason}`);
    return undefined;
  }
}
