import { nextLines, type NextOptions } from './next-steps.ts';
import type { RunRecord } from './run-record.ts';
import { artifactLines, errorLines, leftBehindLines, stepLines } from './summary.ts';
import { clockText } from '../live/words.ts';
import { durationText } from '../time-text.ts';

export interface EndOptions extends NextOptions {
  readonly verbosity: 'quiet' | 'normal' | 'verbose';
  /**
   * Whether nothing comes after the artifacts when all went well: scripts around Packer find an image's id in the last lines of
   * its output (`tail -2`).
   */
  readonly artifactsLast: boolean;
}

/** A line of a run's end; "bad" is what failed. */
export interface EndLine {
  readonly text: string;
  readonly tone: 'plain' | 'good' | 'bad';
}

function block(tone: EndLine['tone'], lines: readonly string[]): readonly EndLine[] {
  return lines.length === 0 ? [] : ['', ...lines].map((text) => ({ text, tone }));
}

/** "2 builds succeeded, 1 failed (null.db), in 9m20s". */
function lastLine({ finished }: RunRecord, milliseconds: number): EndLine {
  const having = (outcome: string): readonly string[] =>
    finished.filter((one) => one.outcome === outcome).map(({ build }) => build);
  const good = having('succeeded').length;
  const bad = (['failed', 'cancelled', 'skipped'] as const).flatMap((outcome) => {
    const names = having(outcome);
    const words = outcome === 'skipped' ? 'not started' : outcome;
    return names.length === 0 ? [] : [`${names.length} ${words} (${names.join(', ')})`];
  });
  const parts = [...(good > 0 ? [`${good} ${good === 1 ? 'build' : 'builds'} succeeded`] : []), ...bad];
  const text = `==> ${[...parts, `in ${clockText(milliseconds)}`].join(', ')}`;
  return { text, tone: bad.length === 0 ? 'good' : 'bad' };
}

/** The last lines of a run, for people: what was made, and at the very end what failed and what to do about it. */
export function endLines(record: RunRecord, milliseconds: number, options: EndOptions): readonly EndLine[] {
  const { verbosity } = options;
  const made = artifactLines(record, 'succeeded');
  const kept = artifactLines(record, 'failed');
  const errors = errorLines(record);
  return [
    ...(verbosity === 'quiet' ? [] : block('plain', stepLines(record, verbosity === 'verbose'))),
    ...(verbosity === 'quiet' ? [] : block('plain', [`==> Wait completed after ${durationText(milliseconds)}`])),
    ...block(
      'plain',
      made.length === 0
        ? ['==> Builds finished but no artifacts were created.']
        : ['==> Builds finished. The artifacts of successful builds are:', ...made],
    ),
    ...(kept.length === 0
      ? []
      : block('plain', ['==> What the builds that failed have made is still there:', ...kept])),
    ...block('bad', leftBehindLines(record)),
    ...(errors.length === 0 ? [] : block('bad', ["==> Some builds didn't complete successfully and had errors:"])),
    ...errors.map((text): EndLine => ({ text, tone: 'plain' })),
    ...block('plain', nextLines(record, options)),
    ...(options.artifactsLast && errors.length === 0
      ? []
      : [{ text: '', tone: 'plain' as const }, lastLine(record, milliseconds)]),
  ];
}
