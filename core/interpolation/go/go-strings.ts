import { Refusal } from '../interpolation-error.ts';

/** A text that a function makes may have no more characters. */
const MOST_CHARACTERS = 16 * 1024 * 1024;

/** Throws `Refusal` when a text of this length would be too long. */
export function insistOnLength(characters: number): void {
  if (characters <= MOST_CHARACTERS) return;
  throw new Refusal(`this makes a text of more than ${String(MOST_CHARACTERS)} characters`, {
    code: 'VARIABLE_RECURSION',
  });
}

/** All pieces between separators; an empty separator cuts after each character, and an empty text has none then. */
export function splitText(text: string, separator: string): string[] {
  return separator === '' ? Array.from(text) : text.split(separator);
}

/** Replaces the first `count` occurrences, all when negative. An empty `old` stands before each character and at the end. */
export function replaceText(text: string, old: string, replacement: string, count: bigint): string {
  const pieces = splitText(text, old);
  const places = pieces.length + (old === '' ? 1 : -1);
  const times = count < 0n || count > places ? places : Number(count);
  insistOnLength(text.length + times * (replacement.length - old.length));
  if (count < 0n && old !== '') return pieces.join(replacement);
  if (old === '') return replaceBetween(pieces, replacement, count);
  const replaced = Math.min(Number(count), pieces.length - 1);
  return [pieces.slice(0, replaced + 1).join(replacement), ...pieces.slice(replaced + 1)].join(old);
}

function replaceBetween(characters: readonly string[], replacement: string, count: bigint): string {
  const places = count < 0n ? characters.length + 1 : Math.min(Number(count), characters.length + 1);
  const before = characters.map((character, index) => (index < places ? replacement : '') + character).join('');
  return places > characters.length ? before + replacement : before;
}

/** Maps each code point by itself, as Go does: no "ß" to "SS", no final sigma. */
function mapCase(text: string, map: (character: string) => string): string {
  if (/^[\0-\x7f]*$/.test(text)) return map(text);
  return Array.from(text, (character) => {
    const [mapped = character, ...more] = map(character);
    return more.length > 0 ? character : mapped;
  }).join('');
}

export function upper(text: string): string {
  return mapCase(text, (part) => part.toUpperCase());
}

export function lower(text: string): string {
  return mapCase(text, (part) => (part === 'İ' ? 'i' : part.toLowerCase()));
}
