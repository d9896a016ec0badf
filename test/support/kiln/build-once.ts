import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** The command-line tests run the bundle, so it must be that of the sources under test. */
export function setup(): void {
  execFileSync('sh', [join(import.meta.dirname, '../../../core/dev/set-up.sh'), 'dev'], { stdio: 'inherit' });
}
