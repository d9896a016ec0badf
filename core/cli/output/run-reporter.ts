import { ask } from '../../ui/ask.ts';
import { jsonLines } from '../../ui/json-lines.ts';
import { machineReadable } from '../../ui/machine-readable.ts';
import type { Reporter } from '../../ui/reporter.ts';
import { terminal } from '../../ui/terminal.ts';
import type { OutputMode } from './output.ts';
import { visible } from '../../text/visible.ts';
import { wantsColour } from './colour-wanted.ts';
import { print, undisturbed } from './print.ts';
import { columnsOf, isTerminal, UNKNOWN_COLUMNS } from './terminal-of.ts';

interface ReporterFlags {
  readonly debug: boolean;
  readonly 'timestamp-ui': boolean;
}

/** The reporter of a run's events that the user asked for, on standard output. */
export function reporterFor(mode: OutputMode, flags: ReporterFlags): Reporter {
  if (mode === 'json') return jsonLines(print);
  if (mode === 'machine-readable') return machineReadable(print);
  return terminal(print, {
    colour: wantsColour(1),
    timestamps: flags['timestamp-ui'],
    debug: flags.debug,
    columns: isTerminal(1) ? (): number => columnsOf(1) ?? UNKNOWN_COLUMNS : undefined,
  });
}

/** How to ask the person at the terminal; undefined when there is none, or the template came from there. */
export function questioner(
  mode: OutputMode,
  templatePath: string,
  reporter: Reporter,
): ((question: string, signal: AbortSignal) => Promise<string>) | undefined {
  const there = mode === 'text' && isTerminal(0) && isTerminal(1) && templatePath !== '-';
  if (!there) return undefined;
  return (question, signal) => {
    reporter.end();
    return undisturbed(() =>
      ask(
        question
          .split('\n')
          .map((line) => visible(line, false))
          .join('\n'),
        signal,
      ),
    );
  };
}
