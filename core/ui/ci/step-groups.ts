import type { KilnEvent } from '../../events/event.ts';
import type { Reporter, Write } from '../reporter.ts';
import { shortStep } from '../short-step.ts';

/** How a CI system has lines fold. */
export interface FoldMarks {
  /** Text that begins a fold; `time` is milliseconds since the epoch, `number` the fold's own. */
  begin(title: string, number: number, time: number): string;
  end(number: number, time: number): string;
}

/**
 * Puts the lines of each step into a fold, in runs with one build: lines of several builds come in turn, and a fold would
 * have those of all. A step within a step ends the fold of the outer one, as folds within each other are not shown everywhere.
 */
export function stepGroups(inner: Reporter, write: Write, marks: FoldMarks): Reporter {
  let isSingle = false;
  let number = 0;
  let isOpen = false;
  const close = (time: number): void => {
    if (isOpen) write(marks.end(number, time));
    isOpen = false;
  };
  return {
    ...inner,
    report: (event: KilnEvent) => {
      if (event.type === 'run-started') isSingle = event.builds.length === 1;
      if (isSingle && event.type === 'step-started') {
        close(event.time);
        number += 1;
        isOpen = true;
        write(marks.begin(shortStep(event), number, event.time));
      }
      if (event.type === 'build-finished' || event.type === 'run-finished') close(event.time);
      inner.report(event);
      if (event.type === 'step-finished') close(event.time);
    },
  };
}

/** GitLab's sections. */
export const gitlabSections: FoldMarks = {
  begin: (title, number, time) =>
    `\u001b[0Ksection_start:${Math.floor(time / 1000)}:kiln_${number}\r\u001b[0K${title}\n`,
  end: (number, time) => `\u001b[0Ksection_end:${Math.floor(time / 1000)}:kiln_${number}\r\u001b[0K\n`,
};
