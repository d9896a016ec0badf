import { CommandError, StepError, UsageError } from '../../core/errors/errors.ts';
import { findProgram } from '../../core/process/find-program.ts';
import { runProgram } from '../../core/process/program.ts';

/** How npm is run: by the user's own configuration (registries, proxies, logins), or against a mirror. */
export interface Npm {
  /** Flags that every call gets. */
  readonly flags: readonly string[];
  readonly signal: AbortSignal;
}

/**
 * Nothing of a package runs: no scripts, no programs that it could name as git's, and no links to its own programs. The registry
 * is not written down: another machine asks its own.
 */
const always: readonly string[] = [
  '--ignore-scripts',
  '--git=git-is-not-asked-by-npm',
  '--no-bin-links',
  '--omit=dev',
  '--omit=peer',
  '--legacy-peer-deps',
  '--install-strategy=hoisted',
  '--omit-lockfile-registry-resolved',
  '--no-audit',
  '--no-fund',
  '--no-update-notifier',
  '--no-progress',
];

/** The lines in which npm says why. */
function reasonIn(output: string): string {
  // npm's last words are of what came of it.
  if (/\bENOSPC\b/.test(output)) return 'there is no space left on the disk (ENOSPC)';
  const lines = output.split('\n').flatMap((line) => /^npm (?:error|ERR!) (.+)$/.exec(line)?.[1] ?? []);
  const said = lines.filter((line) => !/^(?:code|errno|syscall|path|A complete log|Log files)\b/.test(line));
  return said.slice(0, 4).join(' ').trim() || output.trim().slice(-300);
}

function hintOf(output: string): string {
  if (/\bE404\b|\bETARGET\b/.test(output))
    return 'check the name and the version; "npm config get registry" tells whom npm asks';
  if (/\bENOSPC\b/.test(output)) return 'free some space; nothing was installed';
  if (/\bEINTEGRITY\b/.test(output))
    return 'what is there now is not what was pinned: find out why before you install it anew';
  if (/\bE401\b|\bE403\b|\bENEEDAUTH\b/.test(output))
    return 'log in with "npm login", or see the registry of your .npmrc';
  return 'see that npm reaches its registry, or install from a folder of tarballs with -mirror';
}

/**
 * Runs npm in a directory; its standard output. Throws `UsageError` PLUGIN_NPM when there is no npm, `StepError` PLUGIN_INSTALL
 * when it fails, and `CancelledError`.
 */
export async function runNpm(
  npm: Npm,
  directory: string,
  [command = '', ...operands]: readonly string[],
): Promise<string> {
  const program = findProgram('npm');
  if (program === undefined) {
    throw new UsageError('npm was not found; plugins are fetched by it', {
      code: 'PLUGIN_NPM',
      hint: 'install npm (it comes with Node.js; on Debian: apt-get install npm), or use a folder: kiln plugins install ./folder',
    });
  }
  try {
    const args = [command, ...always, ...npm.flags, ...operands];
    const { stdout } = await runProgram(program, args, { cwd: directory, signal: npm.signal });
    return stdout;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const output = error.outputTail ?? '';
    throw new StepError(`npm cannot install it: ${reasonIn(output)}`, {
      code: 'PLUGIN_INSTALL',
      hint: hintOf(output),
      cause: error,
    });
  }
}
