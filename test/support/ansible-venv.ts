import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../core/dev/components.ts';

/**
 * Directory of a real ansible-playbook of ansible-core 2.19: KILN_TEST_ANSIBLE, or one that is installed from the
 * package index at the first use. Undefined, and the reason is printed, when that fails; throws in CI.
 */
export function newerAnsibleDirectory(): string | undefined {
  const home = join(root, '.kiln/ansible-2.19');
  const given = process.env['KILN_TEST_ANSIBLE'] ?? join(home, 'bin');
  if (existsSync(join(given, 'ansible-playbook'))) return given;
  try {
    execFileSync('python3', ['-m', 'venv', home], { stdio: 'pipe' });
    execFileSync(join(home, 'bin/pip'), ['install', '-q', 'ansible-core==2.19.*'], { stdio: 'pipe', timeout: 280_000 });
    return given;
  } catch (error) {
    const reason = `ansible-core 2.19 cannot be installed: ${error instanceof Error ? error.message : String(error)}`;
    if (process.env['CI'] === 'true') throw new Error(reason, { cause: error });
    console.warn(`skipped: ${reason}`);
    return undefined;
  }
}
