import { widthOfText } from '../../text/columns.ts';

/** The terminal below the log. */
export interface Screen {
  /** One call is one write. */
  write(text: string): void;
  columns(): number;
  rows(): number;
  /** Whether the terminal has not taken what was written before. */
  isBusy(): boolean;
}

/** Lines at the bottom of a terminal that are drawn anew, while a log scrolls above them. */
export interface Region {
  /** Whole lines, each with its end. */
  log(text: string): void;
  /** There is something new to be seen. */
  touch(): void;
  /** Takes the region away and gives the cursor back; what is logged goes straight through until `show`. */
  hide(): void;
  show(): void;
  /** What would have to be written now, at once, to leave the terminal as it was. */
  remains(): string;
}

/** Ten frames a second at most, and one a second for the clocks. */
const FRAME_MILLISECONDS = 100;
const CLOCK_MILLISECONDS = 1000;
/** So much of a log does not wait for the next frame, in characters. */
const MUCH_LOG = 64 * 1024;

// Terminals that know no synchronized updates ignore the two.
const BEGIN = '\u001b[?2026h';
const END = '\u001b[?2026l';
const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const ERASE_BELOW = '\u001b[J';
const ERASE_REST = '\u001b[K';

function withoutColours(line: string): string {
  return line.replaceAll(/\u001b\[[\d;]*m/g, '');
}

/** `draw` gives the lines for a terminal of that size, none wider than `columns`. */
export function liveRegion(screen: Screen, draw: (columns: number, rows: number) => readonly string[]): Region {
  let log = '';
  /** Widths of the lines that are there. */
  let drawn: readonly number[] = [];
  let isShown = false;
  let timer: NodeJS.Timeout | undefined;
  let last = 0;

  /** To the start of the region: a terminal that has become narrower has broken its lines. */
  const back = (): string => {
    const columns = Math.max(1, screen.columns());
    const height = drawn.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns)), 0);
    return height > 1 ? `\r\u001b[${height - 1}A` : '\r';
  };
  const plan = (wait: number): void => {
    clearTimeout(timer);
    timer = setTimeout(frame, wait).unref();
  };
  const frame = (): void => {
    timer = undefined;
    if (!isShown) return;
    last = performance.now();
    if (screen.isBusy()) {
      plan(FRAME_MILLISECONDS);
      return;
    }
    // The last column stays free: a terminal that has it written may or may not go to the next line.
    const lines = draw(screen.columns() - 1, screen.rows());
    const from = drawn.length === 0 ? '' : back();
    const above = log === '' ? '' : ERASE_BELOW + log;
    log = '';
    drawn = lines.map((line) => widthOfText(withoutColours(line)));
    screen.write(`${BEGIN}${from}${above}${lines.join(`${ERASE_REST}\n`)}${ERASE_REST}${ERASE_BELOW}${END}`);
    plan(CLOCK_MILLISECONDS);
  };
  const remains = (): string => {
    if (!isShown) return '';
    const from = drawn.length === 0 ? '' : back();
    return `${from}${ERASE_BELOW}${log}${SHOW_CURSOR}`;
  };
  return {
    log: (text) => {
      if (!isShown) {
        screen.write(text);
        return;
      }
      log += text;
      if (log.length > MUCH_LOG) frame();
      else plan(Math.max(0, last + FRAME_MILLISECONDS - performance.now()));
    },
    touch: () => {
      if (isShown) plan(Math.max(0, last + FRAME_MILLISECONDS - performance.now()));
    },
    hide: () => {
      if (!isShown) return;
      screen.write(remains());
      isShown = false;
      log = '';
      drawn = [];
      clearTimeout(timer);
    },
    show: () => {
      if (isShown) return;
      isShown = true;
      screen.write(HIDE_CURSOR);
      plan(0);
    },
    remains,
  };
}
