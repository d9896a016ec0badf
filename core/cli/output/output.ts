import type { LocatedDiagnostic } from '../../diagnostics/diagnostic.ts';
import { diagnosticData, renderDiagnostics } from '../../diagnostics/render.ts';
import { visible } from '../../text/visible.ts';
import { wantsColour } from './colour-wanted.ts';
import { print, printError } from './print.ts';
import { columnsOf } from './terminal-of.ts';
import { machineLine } from '../../ui/machine-line.ts';

export type OutputMode = 'text' | 'machine-readable' | 'json';

/** How a command speaks, apart from a run's events. */
export interface Output {
  readonly mode: OutputMode;
  /** A line (or a few) for the user: standard output. In JSON `{"type":"message","level":"info","text":…}`. */
  say(text: string): void;
  /** Complaints about a template, or a failure in the same form: standard error, but for programs standard output. */
  complain(diagnostics: readonly LocatedDiagnostic[]): void;
}

function printJson(value: object): void {
  print(`${JSON.stringify(value)}\n`);
}

function sayMachine(type: 'say' | 'error', text: string): void {
  print(machineLine(Date.now(), '', 'ui', [type, text]));
}

export function outputFor(mode: OutputMode): Output {
  switch (mode) {
    case 'text':
      return {
        mode,
        say: (text) => {
          // Whether there is a terminal is asked only where it matters: node:tty takes 5 ms to load.
          const coloured = text.includes('\x1b') && wantsColour(1);
          const lines = text.split('\n').map((line) => visible(line, coloured));
          print(`${lines.join('\n')}\n`);
        },
        complain: (diagnostics) => {
          if (diagnostics.length === 0) return;
          printError(renderDiagnostics(diagnostics, { columns: columnsOf(2), colour: wantsColour(2) }));
        },
      };
    case 'machine-readable':
      return {
        mode,
        say: (text) => sayMachine('say', text),
        complain: (diagnostics) => {
          for (const diagnostic of diagnostics) sayMachine('error', renderDiagnostics([diagnostic]).trimEnd());
        },
      };
    case 'json':
      return {
        mode,
        say: (text) => printJson({ type: 'message', level: 'info', text, time: Date.now() }),
        complain: (diagnostics) => {
          for (const diagnostic of diagnostics) {
            printJson({ type: 'diagnostic', ...diagnosticData(diagnostic), time: Date.now() });
          }
        },
      };
  }
}

/** The mode that the arguments ask for, also when they cannot be parsed. */
export function modeOfArguments(args: readonly string[]): OutputMode {
  const asked = (name: string): boolean => args.includes(`-${name}`) || args.includes(`--${name}`);
  if (asked('json')) return 'json';
  return asked('machine-readable') ? 'machine-readable' : 'text';
}
