import { cutEnd, cutMiddle, padded } from '../../text/fit.ts';
import { widthOfText } from '../../text/columns.ts';
import type { Palette } from '../colour.ts';
import type { Marks } from './marks.ts';
import type { BuildView, ProgressView, RunView } from './model.ts';
import { progressParts, statusOf } from './status.ts';
import { clockText } from './words.ts';

export interface Frame {
  readonly columns: number;
  /** How many lines there is room for. */
  readonly rows: number;
  readonly now: number;
  readonly marks: Marks;
  readonly colours: Palette;
  /** What others say, as a terminal may have it. */
  readonly safe: (text: string) => string;
}

const BAR_COLUMNS = 16;
/** Of what a build does so much is shown before anything of the rest is. */
const LEAST_DOING = 14;
const LEAST_DETAIL = 10;
const GAP = '  ';

const words: Readonly<Record<Exclude<BuildView['state'], 'running'>, string>> = {
  'to come': 'waiting for its turn',
  succeeded: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
  skipped: 'not started',
};

function barOf({ done, total }: ProgressView, { full, empty }: Marks): string {
  if (total === undefined || total <= 0) return '';
  const filled = Math.floor((BAR_COLUMNS * Math.min(done, total)) / total);
  return full.repeat(filled) + empty.repeat(BAR_COLUMNS - filled);
}

/** The most of a progress that fits: the share is the last to go, and the bar goes before numbers do. */
function progressText(progress: ProgressView, columns: number, frame: Frame): string {
  const parts = progressParts(progress, frame.now);
  const bar = barOf(progress, frame.marks);
  const offers = [
    ...(bar === '' ? [] : [[bar, ...parts].join(GAP)]),
    ...parts.map((_, index) => parts.slice(0, parts.length - index).join(GAP)),
  ];
  return offers.find((offer) => widthOfText(offer) <= columns) ?? '';
}

/** What a running build does, in a row of `columns`. */
function runningText(build: BuildView, columns: number, frame: Frame): string {
  const { doing: said, time, limit, progress, detail: heard } = statusOf(build, frame.now);
  const { cut } = frame.marks;
  const [doing, detail] = [frame.safe(said), frame.safe(heard)];
  if (progress !== undefined) {
    const least = Math.min(widthOfText(doing), LEAST_DOING);
    const right = progressText(progress, columns - least - GAP.length, frame);
    if (right === '') return cutMiddle(doing, columns, cut);
    return `${cutMiddle(doing, columns - GAP.length - widthOfText(right), cut)}${GAP}${right}`;
  }
  const offers = [limit === undefined ? '' : `${GAP}${time} of ${limit}`, time === '' ? '' : `${GAP}${time}`];
  const timed = offers.find((offer) => offer !== '' && columns - widthOfText(offer) >= LEAST_DOING) ?? '';
  const room = columns - widthOfText(timed);
  // What is long leaves room for the reason why it takes so long.
  const share = detail === '' ? room : Math.max(LEAST_DOING, Math.floor(room * 0.55));
  const left = `${cutMiddle(doing, share, cut)}${timed}`;
  const rest = columns - widthOfText(left) - GAP.length;
  return detail === '' || rest < LEAST_DETAIL ? left : `${left}${GAP}${cutEnd(detail, rest, cut)}`;
}

function rowOf(build: BuildView, nameColumns: number, frame: Frame): string {
  const { marks, colours, columns, safe } = frame;
  const name = padded(cutMiddle(safe(build.name), nameColumns, marks.cut), nameColumns);
  const head = `${name} ${marks.of[build.state]} `;
  const room = columns - widthOfText(head);
  const failed = build.state === 'failed';
  const paint = (text: string): string => (failed ? colours.error(text) : colours.ofBuild(build.name, text, false));
  if (build.state === 'running') return `${paint(head)}${runningText(build, room, frame)}`;
  const took = build.took > 0 ? `${GAP}${clockText(build.took)}` : '';
  const why = build.failure === '' ? '' : `${GAP}${safe(build.failure)}`;
  return `${paint(head)}${cutEnd(`${words[build.state]}${took}${why}`, room, marks.cut)}`;
}

const order: readonly BuildView['state'][] = ['running', 'failed', 'to come', 'cancelled', 'skipped', 'succeeded'];

/** The builds that most is to be seen of, `count` of them, in the run's order. */
function chosen(builds: readonly BuildView[], count: number): readonly BuildView[] {
  if (builds.length <= count) return builds;
  const byWeight = builds.toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state)).slice(0, count);
  return builds.filter((build) => byWeight.includes(build));
}

function countsText(builds: readonly BuildView[]): string {
  return order
    .map((state) => [builds.filter((build) => build.state === state).length, state] as const)
    .filter(([count]) => count > 0)
    .map(([count, state]) => `${count} ${state === 'running' || state === 'to come' ? state : words[state]}`)
    .join(', ');
}

function headLine({ builds, started }: RunView, { columns, now, marks }: Frame): string {
  const all = [...builds.values()];
  const what = all.length === 1 ? '1 build' : `${all.length} builds: ${countsText(all)}`;
  const text = `${marks.rule.repeat(2)} ${what} ${marks.dot} ${clockText(now - started)} `;
  const cut = cutEnd(text, columns, marks.cut);
  return cut + marks.rule.repeat(Math.max(0, columns - widthOfText(cut)));
}

/** The lines of the live view, each within the columns: a head, a build a line, and how many more there are. */
export function viewLines(run: RunView, frame: Frame): readonly string[] {
  const builds = [...run.builds.values()];
  if (builds.length === 0 || frame.rows < 2) return [];
  const fits = builds.length <= frame.rows - 1;
  const shown = chosen(builds, fits ? builds.length : Math.max(1, frame.rows - 2));
  const rest = builds.filter((build) => !shown.includes(build));
  const longest = Math.max(...shown.map(({ name }) => widthOfText(frame.safe(name))));
  const nameColumns = Math.min(longest, Math.max(6, Math.floor(frame.columns / 4)));
  const more = cutEnd(
    `${frame.marks.cut} and ${rest.length} more: ${countsText(rest)}`,
    frame.columns,
    frame.marks.cut,
  );
  return [
    headLine(run, frame),
    ...shown.map((build) => rowOf(build, nameColumns, frame)),
    ...(rest.length === 0 || frame.rows < 3 ? [] : [more]),
  ];
}
