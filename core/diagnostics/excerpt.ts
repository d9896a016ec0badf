import { widthOf } from '../text/columns.ts';
import type { SourceLocation } from './diagnostic.ts';

/** What a tab may take; how much it does depends on where it is. */
const TAB_WIDTH = 8;

interface Cell {
  readonly text: string;
  readonly width: number;
}

const control = /[\u0000-\u0008\n-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

function cellsOf(text: string): readonly Cell[] {
  return Array.from(text, (character) => ({
    text: character,
    width: character === '\t' ? TAB_WIDTH : widthOf(character),
  }));
}

/** The longest beginning of `cells` that fits. */
function fitting(cells: readonly Cell[], columns: number): readonly Cell[] {
  let width = 0;
  const end = cells.findIndex((cell) => (width += cell.width) > columns);
  return end < 0 ? cells : cells.slice(0, end);
}

function textOf(cells: readonly Cell[]): string {
  return cells.map(({ text }) => text).join('');
}

/** As much blank as the cells take; tabs stay, since only the terminal knows how wide they are. */
function blank(cells: readonly Cell[]): string {
  return cells.map(({ text, width }) => (text === '\t' ? text : ' '.repeat(width))).join('');
}

function widthOfAll(cells: readonly Cell[]): number {
  return cells.reduce((sum, { width }) => sum + width, 0);
}

/** A source line, or the piece of it that fits, and the marks under what is wrong. */
export interface Excerpt {
  readonly source: string;
  readonly indent: string;
  readonly marks: string;
}

/** Of a line of megabytes only what may be shown is looked at. */
export function excerptOf(line: string, { column, length }: SourceLocation, columns: number): Excerpt {
  const start = Math.min(column - 1, line.length);
  const near = line.slice(Math.max(0, start - columns), start).replaceAll(control, ' ');
  const rest = line.slice(start, start + 2 * columns).replaceAll(control, ' ');
  const [before, behind] = [cellsOf(near), cellsOf(rest)];
  const isShort = line.length <= 3 * columns && widthOfAll([...before, ...behind]) <= columns;
  if (isShort && near.length === start) return marked('', before, behind, '', length);
  const room = Math.max(4, columns - 2);
  const kept =
    near.length === start && widthOfAll(before) <= room / 3
      ? before
      : fitting([...before].reverse(), room / 3).toReversed();
  const shown = fitting(behind, room - widthOfAll(kept));
  const isCut = shown.length < behind.length || start + rest.length < line.length;
  return marked(kept.length < before.length || near.length < start ? '…' : '', kept, shown, isCut ? '…' : '', length);
}

function marked(head: string, before: readonly Cell[], behind: readonly Cell[], end: string, length: number): Excerpt {
  let units = 0;
  const under = behind.filter(({ text }) => {
    const isUnder = units < length;
    units += text.length;
    return isUnder;
  });
  return {
    source: head + textOf(before) + textOf(behind) + end,
    indent: ' '.repeat(head.length) + blank(before),
    marks: '^'.repeat(Math.max(1, widthOfAll(under))),
  };
}
