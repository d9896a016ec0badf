import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../../core/dev/components.ts';

/** Programs and modules from Python's package index that a test needs. */
export interface PythonPackages {
  /** Of the directory below .kiln. */
  readonly name: string;
  /** With exact versions, as pip takes them. */
  readonly packages: readonly string[];
}

/** Under a lock, because test files run side by side; what is half-made or of other versions is made anew. */
const makeEnvironment = `
set -eu
home=$1; shift
[ "$(cat "$home/complete" 2>/dev/null)" != "$*" ] || exit 0
rm -rf "$home"
python3 -m venv "$home"
"$home/bin/pip" install -q --disable-pip-version-check --no-compile "$@"
echo "$*" >"$home/complete"
`;

/**
 * Directory of the programs (python3 and those of the packages), installed at the first use. Undefined, and the reason is
 * printed, when that fails; throws in CI.
 */
export function pythonEnvironment({ name, packages }: PythonPackages): string | undefined {
  const home = join(root, '.kiln', name);
  try {
    mkdirSync(join(root, '.kiln'), { recursive: true });
    // The program `timeout` ends pip as well, which Node's own would leave running.
    const command = ['timeout', '280', 'sh', '-c', makeEnvironment, 'sh', home, ...packages];
    execFileSync('flock', [`${home}.lock`, ...command], { stdio: 'pipe' });
    return join(home, 'bin');
  } catch (error) {
    const reason = `${packages.join(', ')} cannot be installed: ${error instanceof Error ? error.message : String(error)}`;
    if (process.env['CI'] === 'true') throw new Error(reason, { cause: error });
    console.warn(`skipped: ${reason}`);
    return undefined;
  }
}
