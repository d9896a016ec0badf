import type { FailureReport, KilnEvent } from '../../events/event.ts';
import type { Reporter, Write } from '../reporter.ts';
import { runRecorder, type RunRecord } from '../run-end/run-record.ts';
import { durationText } from '../time-text.ts';
import type { FoldMarks } from './step-groups.ts';

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/** Groups of GitHub Actions. */
export const githubGroups: FoldMarks = {
  begin: (title) => `::group::${data(title)}\n`,
  end: () => '::endgroup::\n',
};

export interface GithubOptions {
  /** The path as from the repository's root, which annotations go by. */
  readonly fromRoot: (path: string) => string;
  /** Appends Markdown to the job's summary; undefined when there is none. */
  readonly summarize: ((markdown: string) => void) | undefined;
}

function annotation(level: 'error' | 'warning', title: string, text: string, place: string): string {
  return `::${level} title=${property(title)}${place}::${data(text)}\n`;
}

/** "web.json:12:5" as properties of an annotation. */
function placeOf({ location }: FailureReport, fromRoot: GithubOptions['fromRoot']): string {
  const [, path, line, column] = /^(.+):(\d+):(\d+)$/.exec(location ?? '') ?? [];
  return path === undefined ? '' : `,file=${property(fromRoot(path))},line=${line ?? ''},col=${column ?? ''}`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/[\r\n]+/g, ' ');
}

/** A table of the builds. */
function summaryOf({ finished }: RunRecord): string {
  const rows = finished.map(({ build, outcome, milliseconds, artifacts, failure }) => {
    const result = failure === undefined ? artifacts.map(({ id }) => `\`${id}\``).join(', ') : failure.message;
    return `| ${[build, outcome, durationText(milliseconds), result].map(cell).join(' | ')} |`;
  });
  return ['### Kiln', '', '| build | outcome | time | result |', '| --- | --- | --- | --- |', ...rows, '', ''].join(
    '\n',
  );
}

/** Annotations for warnings and for what failed, and a summary of the job. */
export function githubAnnotations(write: Write, { fromRoot, summarize }: GithubOptions): Reporter {
  const recorder = runRecorder();
  return {
    report: (event: KilnEvent) => {
      recorder.note(event);
      if (event.type === 'message' && event.level === 'warning') {
        write(annotation('warning', event.build ?? 'Kiln', event.text, ''));
      } else if (event.type === 'build-finished' && event.failure !== undefined && event.outcome === 'failed') {
        const { failure, build } = event;
        const text = failure.step === undefined ? failure.message : `${failure.step}: ${failure.message}`;
        write(annotation('error', `${build}: ${failure.code}`, text, placeOf(failure, fromRoot)));
      } else if (event.type === 'run-finished') summarize?.(summaryOf(recorder.record()));
    },
    suspend: () => () => undefined,
    end: () => undefined,
  };
}
