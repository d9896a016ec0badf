import { readdirSync } from 'node:fs';
import { runProgram } from '../../process/program.ts';

/** The command that users run themselves. */
export function aptCommand(packages: readonly string[]): string {
  return `${process.getuid?.() === 0 ? '' : 'sudo '}apt-get install -y --no-install-recommends ${packages.join(' ')}`;
}

function hasPackageLists(): boolean {
  try {
    return readdirSync('/var/lib/apt/lists').some((name) => /_Packages(\.\w+)?$/.test(name));
  } catch {
    return false;
  }
}

/** Installs Debian packages; `onLine` gets apt's output. Throws `CommandError`, `CancelledError`. */
export async function aptInstall(
  packages: readonly string[],
  signal: AbortSignal,
  onLine: (line: string) => void,
): Promise<void> {
  const apt = (...args: readonly string[]): ReturnType<typeof runProgram> =>
    runProgram('apt-get', ['-q', '-o', 'DPkg::Lock::Timeout=300', ...args], {
      signal,
      env: { DEBIAN_FRONTEND: 'noninteractive' },
      onLine: (_stream, line) => onLine(line),
    });
  if (!hasPackageLists()) await apt('update');
  await apt('install', '-y', '--no-install-recommends', ...packages);
}
