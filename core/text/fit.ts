import { widthOf, widthOfText } from './columns.ts';

function taken(characters: readonly string[], columns: number): string {
  let used = 0;
  let text = '';
  for (const character of characters) {
    used += widthOf(character);
    if (used > columns) break;
    text += character;
  }
  return text;
}

/** The text in at most `columns`: what is too long ends in `mark`. */
export function cutEnd(text: string, columns: number, mark: string): string {
  if (widthOfText(text) <= columns) return text;
  const room = columns - widthOfText(mark);
  return room < 0 ? taken(Array.from(text), columns) : taken(Array.from(text), room) + mark;
}

/** The text in at most `columns`: what is too long loses its middle, as its two ends tell it from others. */
export function cutMiddle(text: string, columns: number, mark: string): string {
  if (widthOfText(text) <= columns) return text;
  const room = columns - widthOfText(mark);
  if (room < 2) return cutEnd(text, columns, '');
  const characters = Array.from(text);
  const head = taken(characters, Math.ceil(room / 2));
  const tail = Array.from(taken(characters.toReversed(), room - widthOfText(head)))
    .toReversed()
    .join('');
  return head + mark + tail;
}

/** The text with spaces behind it, `columns` wide at least. */
export function padded(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - widthOfText(text)));
}
