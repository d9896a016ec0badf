import type { KilnEvent } from '../events/event.ts';
import { palette } from './colour.ts';
import { ofBuild } from './of-build.ts';
import { progressText, progressTexts, progressThrottle, type Progress } from './progress.ts';
import type { Reporter, Write } from './reporter.ts';
import { runRecorder, type RunRecord, type RunRecorder } from './run-record.ts';
import { artifactLines, errorLines, finishedLine, leftBehindLines, stepLines } from './summary.ts';
import { durationText, rfc3339 } from './time-text.ts';
import { visible } from '../text/visible.ts';

export interface TerminalOptions {
  readonly colour: boolean;
  /** An RFC 3339 time before each line of a build. */
  readonly timestamps: boolean;
  /** Shows messages of level "debug". */
  readonly debug: boolean;
  /** Columns of the terminal, for a progress line that is overwritten; undefined when it is not a terminal. */
  readonly columns: (() => number) | undefined;
}

type BuildEvent = Extract<KilnEvent, { readonly build?: string | undefined }>;

/** The ways in which a line of a build, or of the run, is shown. */
interface Lines {
  /** "==> qemu.web: …": what Kiln does. */
  say(event: BuildEvent, text: string): void;
  /** "    qemu.web: …": what it hears, and details. */
  tell(event: BuildEvent, text: string): void;
  /** As `say`, in red. */
  alarm(event: BuildEvent, text: string): void;
  /** The end of a build. */
  close(event: Extract<KilnEvent, { readonly type: 'build-finished' }>): void;
  head(builds: readonly string[]): void;
  progress(event: Progress): void;
  summary(record: RunRecord, milliseconds: number): void;
  /** Nothing of the build is in progress any more. */
  forget(build: string): void;
  clear(): void;
}

const CLEAR_LINE = '\r\u001b[K';

interface SummaryLine {
  readonly text: string;
  readonly isRed: boolean;
}

function summaryLines(record: RunRecord, milliseconds: number): readonly SummaryLine[] {
  const plain = (text: string): SummaryLine => ({ text, isRed: false });
  const red = (text: string): SummaryLine => ({ text, isRed: true });
  const errors = errorLines(record);
  const left = leftBehindLines(record);
  const made = artifactLines(record, 'succeeded');
  const kept = artifactLines(record, 'failed');
  return [
    plain(''),
    ...stepLines(record).map(plain),
    plain(`==> Wait completed after ${durationText(milliseconds)}`),
    ...(errors.length === 0
      ? []
      : [plain(''), red("==> Some builds didn't complete successfully and had errors:"), ...errors.map(plain)]),
    ...(left.length === 0 ? [] : [plain(''), ...left.map(red)]),
    plain(''),
    plain(
      made.length === 0
        ? '==> Builds finished but no artifacts were created.'
        : '==> Builds finished. The artifacts of successful builds are:',
    ),
    ...made.map(plain),
    ...(kept.length === 0 ? [] : [plain(''), plain('==> What the builds that failed have made is still there:')]),
    ...kept.map(plain),
  ];
}

function linesOn(write: Write, options: TerminalOptions): Lines {
  const colours = palette(options.colour);
  const passes = progressThrottle();
  /** What is in progress, by build: all of it is on the one line. */
  const current = new Map<string, Progress>();
  let progressShown = false;
  const clear = (): void => {
    if (progressShown) write(CLEAR_LINE);
    progressShown = false;
  };
  const line = (text: string): void => {
    clear();
    write(`${text}\n`);
  };
  /** What others say must do no more than to say it. */
  const safe = (text: string): string => visible(text, options.colour);
  const stamp = (event: KilnEvent): string => (options.timestamps ? `${rfc3339(event.time)}: ` : '');
  const each = (event: BuildEvent, prefix: string, text: string, paint: (line: string) => string): void => {
    for (const part of text.split(/\r*\n/)) {
      line(paint(safe(`${stamp(event)}${prefix}${ofBuild(event.build, part)}`)));
    }
  };
  return {
    say: (event, text) => each(event, '==> ', text, (part) => colours.ofBuild(event.build, part, true)),
    tell: (event, text) => each(event, '    ', text, (part) => colours.ofBuild(event.build, part, false)),
    alarm: (event, text) => each(event, '==> ', text, (part) => colours.error(part)),
    close: (event) => {
      for (const part of finishedLine(event).split(/\r*\n/)) {
        const text = safe(`${stamp(event)}${part}`);
        line(event.failure === undefined ? colours.ofBuild(event.build, text, true) : colours.error(text));
      }
    },
    head: (builds) => {
      if (!options.colour) return;
      for (const build of builds) line(colours.ofBuild(build, `${build}: output will be in this color.`, true));
      line('');
    },
    progress: (event) => {
      if (options.columns === undefined) {
        if (passes(event)) line(safe(stamp(event) + progressText(event)));
        return;
      }
      current.set(event.build, event);
      const text = safe(progressTexts([...current.values()], options.columns() - 1));
      write(`${CLEAR_LINE}${colours.ofBuild(event.build, text, false)}`);
      progressShown = true;
    },
    summary: (record, milliseconds) => {
      for (const { text, isRed } of summaryLines(record, milliseconds)) {
        for (const part of text.split(/\r*\n/).map(safe)) line(isRed ? colours.error(part) : part);
      }
    },
    forget: (build) => void current.delete(build),
    clear,
  };
}

function show(event: KilnEvent, lines: Lines, recorder: RunRecorder, debug: boolean): void {
  switch (event.type) {
    case 'run-started':
      lines.head(event.builds);
      break;
    case 'step-started':
      lines.forget(event.build);
      lines.say(event, `${event.step}...`);
      break;
    case 'message':
      if (event.level === 'warning' || event.level === 'error') lines.alarm(event, event.text);
      else if (event.level === 'info' || debug) lines.tell(event, event.text);
      break;
    case 'output':
      if (event.stream === 'stdout') lines.tell(event, event.text);
      else lines.alarm(event, event.text);
      break;
    case 'progress':
      lines.progress(event);
      break;
    case 'step-finished':
      lines.forget(event.build);
      break;
    case 'build-finished':
      lines.forget(event.build);
      lines.close(event);
      break;
    case 'run-finished':
      lines.summary(recorder.record(), event.milliseconds);
      break;
    default:
  }
}

/** Packer's lines, for people. */
export function terminal(write: Write, options: TerminalOptions): Reporter {
  const lines = linesOn(write, options);
  const recorder = runRecorder();
  return {
    report: (event) => {
      recorder.note(event);
      show(event, lines, recorder, options.debug);
    },
    end: () => lines.clear(),
  };
}
