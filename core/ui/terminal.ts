import type { KilnEvent } from '../events/event.ts';
import { palette } from './colour.ts';
import { heartbeat, type Heartbeat } from './live/heartbeat.ts';
import { transferWatch } from './live/transfers.ts';
import { ofBuild } from './of-build.ts';
import type { Reporter, Write } from './reporter.ts';
import { endLines, type EndOptions } from './run-end/run-end.ts';
import { runRecorder } from './run-end/run-record.ts';
import { shortStep } from './short-step.ts';
import { finishedLine } from './run-end/summary.ts';
import { rfc3339 } from './time-text.ts';
import { visible } from '../text/visible.ts';

export interface TerminalOptions extends Omit<EndOptions, 'artifactsLast'> {
  readonly colour: boolean;
  /** An RFC 3339 time before each line of a build. */
  readonly timestamps: boolean;
  /**
   * "log": lines that stay as they are, of which a silent build writes one every half a minute. "live": lines above a view
   * that shows what builds are at.
   */
  readonly place: 'log' | 'live';
}

type BuildEvent = Extract<KilnEvent, { readonly build?: string | undefined }>;

/** The ways in which a line of a build, or of the run, is shown. */
interface Lines {
  /** "==> qemu.web: …": what Kiln does. */
  say(event: BuildEvent, text: string): void;
  /** "    qemu.web: …": what it hears, and details. */
  tell(event: BuildEvent, text: string): void;
  /** What a guest or a program wrote to its standard error: as likely a remark as an error. */
  remark(event: BuildEvent, text: string): void;
  /** As `say`, in the colour of warnings or of errors. */
  alarm(event: BuildEvent, text: string, isError: boolean): void;
  /** The end of a build. */
  close(event: Extract<KilnEvent, { readonly type: 'build-finished' }>): void;
  /** Which colours the builds have. */
  head(builds: readonly string[]): void;
  plain(text: string, tone: 'plain' | 'good' | 'bad'): void;
}

function linesOn(write: Write, options: TerminalOptions, heard: (build: string) => void): Lines {
  const { colour, timestamps, place, verbosity } = options;
  const colours = palette(colour);
  /** What others say must do no more than to say it. */
  const safe = (text: string): string => visible(text, colour);
  const stamp = (event: BuildEvent): string => (timestamps ? `${rfc3339(event.time)}: ` : '');
  const each = (event: BuildEvent, prefix: string, text: string, paint: (line: string) => string): void => {
    if (event.build !== undefined) heard(event.build);
    for (const part of text.split(/\r*\n/)) {
      write(`${paint(safe(`${stamp(event)}${prefix}${ofBuild(event.build, part)}`))}\n`);
    }
  };
  return {
    say: (event, text) => each(event, '==> ', text, (part) => colours.ofBuild(event.build, part, true)),
    tell: (event, text) => each(event, '    ', text, (part) => colours.ofBuild(event.build, part, false)),
    // Logs are searched for Packer's mark; on a screen it would look like a step of Kiln's.
    remark: (event, text) =>
      each(event, place === 'live' ? '  ! ' : '==> ', text, (part) => colours.ofBuild(event.build, part, false)),
    alarm: (event, text, isError) =>
      each(event, '==> ', text, (part) => (isError ? colours.error(part) : colours.warning(part))),
    close: (event) => {
      for (const part of finishedLine(event).split(/\r*\n/)) {
        const text = safe(`${stamp(event)}${part}`);
        write(`${event.failure === undefined ? colours.ofBuild(event.build, text, true) : colours.error(text)}\n`);
      }
    },
    head: (builds) => {
      const named = builds.map((build) => colours.ofBuild(build, `${build}: output will be in this color.`, true));
      if (colour && place === 'log' && verbosity !== 'quiet') write([...named, '', ''].join('\n'));
    },
    plain: (text, tone) => {
      for (const part of text.split(/\r*\n/).map(safe)) {
        write(`${tone === 'bad' ? colours.error(part) : tone === 'good' ? colours.good(part) : part}\n`);
      }
    },
  };
}

function showQuietly(event: KilnEvent, lines: Lines): void {
  if (event.type === 'message' && event.level === 'warning') lines.alarm(event, event.text, false);
  else if (event.type === 'message' && event.level === 'error') lines.alarm(event, event.text, true);
  else if (event.type === 'build-finished' && event.failure !== undefined) lines.close(event);
}

function show(event: KilnEvent, lines: Lines, verbose: boolean): void {
  switch (event.type) {
    case 'step-started':
      lines.say(event, `${shortStep(event)}...`);
      break;
    case 'message':
      if (event.level === 'info' || (event.level === 'debug' && verbose)) lines.tell(event, event.text);
      else showQuietly(event, lines);
      break;
    case 'output':
      if (event.stream === 'stdout') lines.tell(event, event.text);
      else lines.remark(event, event.text);
      break;
    case 'build-finished':
      lines.close(event);
      break;
    default:
  }
}

/** Packer's lines, for people. */
export function terminal(write: Write, options: TerminalOptions): Reporter {
  const { verbosity, place } = options;
  const recorder = runRecorder();
  let silence: Heartbeat | undefined;
  const lines = linesOn(write, options, (build) => silence?.heard(build));
  if (place === 'log' && verbosity !== 'quiet') {
    silence = heartbeat((build, text) =>
      lines.tell({ type: 'message', level: 'info', build, text, time: Date.now() }, text),
    );
  }
  const transfers = transferWatch((event, text) => lines.tell(event, text));
  return {
    report: (event) => {
      recorder.note(event);
      silence?.note(event);
      if (event.type === 'run-started') lines.head(event.builds);
      if (verbosity === 'quiet') showQuietly(event, lines);
      else {
        show(event, lines, verbosity === 'verbose');
        transfers(event);
      }
      if (event.type !== 'run-finished') return;
      for (const { text, tone } of endLines(recorder.record(), event.milliseconds, {
        ...options,
        artifactsLast: options.place === 'log',
      }))
        lines.plain(text, tone);
    },
    suspend: () => () => undefined,
    end: () => silence?.end(),
  };
}
