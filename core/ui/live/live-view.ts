import type { KilnEvent } from '../../events/event.ts';
import { visible } from '../../text/visible.ts';
import { palette } from '../colour.ts';
import type { Reporter, Write } from '../reporter.ts';
import { viewLines } from './layout.ts';
import { asciiMarks, unicodeMarks } from './marks.ts';
import { newRun, noteEvent } from './model.ts';
import { liveRegion, type Region, type Screen } from './region.ts';

export interface LiveOptions {
  readonly colour: boolean;
  /** Whether the terminal's font and encoding have more than ASCII. */
  readonly unicode: boolean;
}

/** A reporter whose lines scroll above a view of the builds. */
export interface LiveView extends Reporter {
  readonly region: Region;
}

/** So much of the terminal stays for the log. */
function rowsFor(rows: number, builds: number): number {
  return Math.min(builds + 1, Math.max(3, Math.floor(rows / 2)));
}

/** `log` makes the reporter whose lines scroll. */
export function liveView(screen: Screen, options: LiveOptions, log: (write: Write) => Reporter): LiveView {
  const run = newRun();
  const colours = palette(options.colour);
  const marks = options.unicode ? unicodeMarks : asciiMarks;
  const safe = (text: string): string => visible(text, false).replaceAll('\t', ' ');
  const region = liveRegion(screen, (columns, rows) =>
    viewLines(run, { columns, rows: rowsFor(rows, run.builds.size), now: Date.now(), marks, colours, safe }),
  );
  const inner = log((text) => region.log(text));
  return {
    region,
    report: (event: KilnEvent) => {
      noteEvent(run, event);
      // The same builds have the same colours in the view and in the log.
      if (event.type === 'run-started') {
        for (const build of event.builds) colours.ofBuild(build, '', false);
        region.show();
      }
      if (event.type === 'run-finished') region.hide();
      inner.report(event);
      region.touch();
    },
    suspend: () => {
      region.hide();
      return () => region.show();
    },
    end: () => {
      region.hide();
      inner.end();
    },
  };
}
