import type { KilnEvent } from '../events/event.ts';
import { palette } from './colour.ts';
import { progressText, progressThrottle } from './progress.ts';
import type { Reader, Write } from './reader.ts';
import { runRecorder } from './run-record.ts';
import { artifactLines, errorLines, finishedLine, leftBehindLines, stepLines } from './summary.ts';
import { durationText, rfc3339 } from './time-text.ts';

export interface TerminalOptions {
  readonly colour: boolean;
  /** An RFC 3339 time before each line of a build. */
  readonly timestamps: boolean;
  /** Shows messages of level "debug". */
  readonly debug: boolean;
  /** Columns of the terminal, for a progress line that is overwritten; undefined when it is not a terminal. */
  readonly columns: (() => number) | undefined;
}

const CLEAR_LINE = '\r\u001b[K';

/** Packer's lines, for people: "==> qemu.web: …" for what Kiln does, "    qemu.web: …" for what it hears. */
export function terminal(write: Write, options: TerminalOptions): Reader {
  const colours = palette(options.colour);
  const record = runRecorder();
  const passes = progressThrottle();
  let progressShown = false;

  const clear = (): void => {
    if (progressShown) write(CLEAR_LINE);
    progressShown = false;
  };
  const line = (text: string): void => {
    clear();
    write(`${text}\n`);
  };
  const stamp = (event: KilnEvent): string => (options.timestamps ? `${rfc3339(event.time)}: ` : '');
  const say = (event: KilnEvent & { readonly build: string }, text: string): void =>
    line(colours.ofBuild(event.build, `${stamp(event)}==> ${event.build}: ${text}`, true));
  const alarm = (event: KilnEvent & { readonly build: string }, text: string): void =>
    line(colours.error(`${stamp(event)}==> ${event.build}: ${text}`));
  const tell = (event: KilnEvent & { readonly build: string }, text: string): void =>
    line(colours.ofBuild(event.build, `${stamp(event)}    ${event.build}: ${text}`, false));

  const progress = (event: Extract<KilnEvent, { readonly type: 'progress' }>): void => {
    if (options.columns === undefined) {
      if (passes(event)) line(stamp(event) + progressText(event));
      return;
    }
    const text = progressText(event).slice(0, Math.max(1, options.columns() - 1));
    write(`${CLEAR_LINE}${colours.ofBuild(event.build, text, false)}`);
    progressShown = true;
  };

  const summary = (milliseconds: number): void => {
    line('');
    for (const text of stepLines(record)) line(text);
    line(`==> Wait completed after ${durationText(milliseconds)}`);
    const errors = errorLines(record);
    if (errors.length > 0) {
      line(`\n==> ${colours.error("Some builds didn't complete successfully and had errors:")}`);
      for (const text of errors) line(text);
    }
    const left = leftBehindLines(record);
    if (left.length > 0) line('');
    for (const text of left) line(colours.error(text));
    const made = artifactLines(record);
    if (made.length === 0) line('\n==> Builds finished but no artifacts were created.');
    else line('\n==> Builds finished. The artifacts of successful builds are:');
    for (const text of made) line(text);
  };

  const show = (event: KilnEvent): void => {
    switch (event.type) {
      case 'run-started':
        if (!options.colour) return;
        for (const build of event.builds) line(colours.ofBuild(build, `${build}: output will be in this color.`, true));
        return line('');
      case 'step-started':
        return say(event, `${event.step}...`);
      case 'message':
        if (event.level === 'debug') return options.debug ? tell(event, event.text) : undefined;
        return event.level === 'info' ? tell(event, event.text) : alarm(event, event.text);
      case 'output':
        return event.stream === 'stdout' ? tell(event, event.text) : alarm(event, event.text);
      case 'progress':
        return progress(event);
      case 'build-finished': {
        const text = `${stamp(event)}${finishedLine(event)}`;
        return line(event.failure === undefined ? colours.ofBuild(event.build, text, true) : colours.error(text));
      }
      case 'run-finished':
        return summary(event.milliseconds);
      default:
    }
  };

  return {
    read: (event) => {
      record.note(event);
      show(event);
    },
    end: clear,
  };
}
