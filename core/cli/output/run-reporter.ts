import { ask } from '../../ui/ask.ts';
import { jsonLines } from '../../ui/json-lines.ts';
import { liveView } from '../../ui/live/live-view.ts';
import { machineReadable } from '../../ui/machine-readable.ts';
import type { Reporter, Write } from '../../ui/reporter.ts';
import { terminal, type TerminalOptions } from '../../ui/terminal.ts';
import type { OutputMode } from './output.ts';
import { visible } from '../../text/visible.ts';
import { forCi } from './ci-reporter.ts';
import { wantsColour } from './colour-wanted.ts';
import { canDraw, hasUnicode, screen, tendRegion } from './live-screen.ts';
import { print, undisturbed } from './print.ts';
import { isTerminal } from './terminal-of.ts';

export interface ReporterFlags {
  readonly debug: boolean;
  readonly 'timestamp-ui': boolean;
  readonly v: boolean;
  readonly q: boolean;
  readonly 'on-error': string;
}

function liveReporter(options: TerminalOptions): Reporter {
  const { colour } = options;
  const view = liveView(screen, { colour, unicode: hasUnicode() }, (write: Write) =>
    terminal(write, { ...options, place: 'live' }),
  );
  const tended = tendRegion(view.region);
  return {
    ...view,
    end: () => {
      view.end();
      tended[Symbol.dispose]();
    },
  };
}

/** The reporter of a run's events that the user asked for, on standard output. */
export function reporterFor(mode: OutputMode, flags: ReporterFlags, logDirectory: string | undefined): Reporter {
  if (mode === 'json') return jsonLines(print);
  if (mode === 'machine-readable') return machineReadable(print);
  const options: TerminalOptions = {
    colour: wantsColour(1),
    timestamps: flags['timestamp-ui'],
    verbosity: flags.v || flags.debug ? 'verbose' : flags.q ? 'quiet' : 'normal',
    place: 'log',
    keeps: flags['on-error'] === 'keep',
    logDirectory,
  };
  return canDraw() ? liveReporter(options) : forCi(terminal(print, options), print, process.env);
}

/** Lets the person at the terminal do something there, with nothing else on it. */
type AtTerminal = <T>(body: () => Promise<T>) => Promise<T>;

function atTerminal(reporter: Reporter): AtTerminal {
  return async (body) => {
    const resume = reporter.suspend();
    try {
      return await undisturbed(body);
    } finally {
      resume();
    }
  };
}

/** What the person at the terminal can be asked for. */
export interface Questions {
  readonly ask: (question: string, signal: AbortSignal) => Promise<string>;
  readonly openShell: (command: string, signal: AbortSignal) => Promise<void>;
}

/** How to ask the person at the terminal; undefined when there is none, or the template came from there. */
export function questioner(mode: OutputMode, templatePath: string, reporter: Reporter): Questions | undefined {
  const there = mode === 'text' && isTerminal(0) && isTerminal(1) && templatePath !== '-';
  if (!there) return undefined;
  const alone = atTerminal(reporter);
  return {
    ask: (question, signal) => {
      const text = question.split('\n').map((line) => visible(line, false));
      return alone(() => ask(text.join('\n'), signal));
    },
    openShell: (command, signal) =>
      alone(async () => (await import('../../process/run-at-terminal.ts')).runAtTerminal(command, signal)),
  };
}
