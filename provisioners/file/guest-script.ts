import type { ExecResult, ProvisionRun } from '../../plugins/sdk/index.ts';
import { guestLost, shellWord } from '../../plugins/sdk/guest.ts';

export interface ScriptResult extends ExecResult {
  readonly lines: readonly string[];
  /** The last line of standard error. */
  readonly reason: string;
}

/** Runs a script of sh with arguments. Throws `CommandError` COMMUNICATOR_LOST. */
export async function runScript(
  script: string,
  args: readonly string[],
  { communicator, signal }: Pick<ProvisionRun, 'communicator' | 'signal'>,
  stdin?: string,
): Promise<ScriptResult> {
  const lines: string[] = [];
  let reason = '';
  const words = ['exec', 'sh', '-c', shellWord(script), 'kiln', ...args.map(shellWord)];
  const result = await communicator.exec(words.join(' '), {
    signal,
    ...(stdin === undefined ? {} : { stdin }),
    onLine: (stream, line) => {
      // A terminal makes one stream of the two.
      if (stream === 'stdout') lines.push(line);
      if ((stream === 'stderr' || communicator.terminal) && line.trim() !== '') reason = line.trim();
    },
  });
  if (result.disconnected) throw guestLost();
  return { ...result, lines, reason: reason.replace(/^(?:sh|kiln): (?:line )?(?:\d+: )?/, '') };
}

/** As a script takes it: never read as an option; commands start in the home directory. */
export function guestPath(path: string): string {
  const inHome = path === '~' ? '.' : path.replace(/^~\//, '');
  const trimmed = inHome.replace(/\/+$/, '');
  return trimmed === '' ? '/' : trimmed;
}
