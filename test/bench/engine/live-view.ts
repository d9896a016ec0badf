/** What the live view of 30 chatty builds takes of a core, beside plain lines, in the same process and in turn. */
import { setTimeout as delay } from 'node:timers/promises';
import { openSync, writeSync } from 'node:fs';
import type { EventBody } from '../../../core/events/event.ts';
import { liveView } from '../../../core/ui/live/live-view.ts';
import type { Reporter, Write } from '../../../core/ui/reporter.ts';
import { terminal, type TerminalOptions } from '../../../core/ui/terminal.ts';

const BUILDS = 30;
/** Lines a second of each build. */
const LINES = 20;
const SECONDS = 4;
const ROUNDS = 5;
/** Percent of a core. */
const TARGET = 3;

const nowhere = openSync('/dev/null', 'w');
const write: Write = (text) => void writeSync(nowhere, text);
const options: TerminalOptions = {
  colour: true,
  timestamps: false,
  verbosity: 'normal',
  place: 'log',
  keeps: false,
  logDirectory: undefined,
};

function plain(): Reporter {
  return terminal(write, options);
}

function live(): Reporter {
  const screen = { write, columns: () => 160, rows: () => 50, isBusy: () => false };
  return liveView(screen, { colour: true, unicode: true }, (log) => terminal(log, { ...options, place: 'live' }));
}

/** Percent of a core that the process took while the reporter was told of all builds. */
async function measure(reporter: Reporter): Promise<number> {
  const builds = Array.from({ length: BUILDS }, (_, index) => `qemu.build-${index}`);
  const report = (event: EventBody): void => reporter.report({ ...event, time: Date.now() });
  report({ type: 'run-started', runId: 'r', builds });
  for (const build of builds) {
    report({ type: 'build-started', build });
    report({ type: 'step-started', build, step: 'provision' });
  }
  const [before, started] = [process.cpuUsage(), performance.now()];
  for (let round = 0; round < SECONDS * LINES; round += 1) {
    for (const build of builds) {
      const text = `Get:${round} http://deb.debian.org/debian bookworm/main amd64 package-${round} amd64 1.0 [34.5 kB]`;
      report({ type: 'output', build, stream: 'stdout', text });
    }
    await delay(Math.max(0, started + (1000 * (round + 1)) / LINES - performance.now()));
  }
  const { user, system } = process.cpuUsage(before);
  const percent = (user + system) / 10 / (performance.now() - started);
  reporter.end();
  return percent;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

await measure(live());
const pairs: (readonly [number, number])[] = [];
for (let round = 0; round < ROUNDS; round += 1) pairs.push([await measure(plain()), await measure(live())]);
const more = median(pairs.map(([first, second]) => second - first));
console.log(
  `live view of ${BUILDS} builds, ${BUILDS * LINES} lines a second: plain ${median(pairs.map(([first]) => first)).toFixed(2)} %, ` +
    `live ${median(pairs.map(([, second]) => second)).toFixed(2)} % of a core, ${more.toFixed(2)} % more ` +
    `(target ≤ ${TARGET} %: ${more <= TARGET ? 'met' : 'MISSED'}; ${ROUNDS} pairs)`,
);
