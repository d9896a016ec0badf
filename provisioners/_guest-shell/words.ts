/** A word of shell text. */
export interface Word {
  /** As it is written. */
  readonly raw: string;
  /** What the shell makes of it; undefined where that depends on the guest (variables, patterns, commands). */
  readonly value: string | undefined;
}

const PART =
  /(?<blank>[ \t]+)|'(?<single>[^']*)'|"(?<double>(?:[^"\\]|\\[^])*)"|\\(?<escaped>[^\n])|(?<plain>[\w%+,./:=@^!\]}\x80-\u{10ffff}-]+)|(?<special>[^])/gu;

/** What ends a word or a command, or begins something that never ends. */
const NO_WORD = /[\n|&;()<>\\'"]/;

type Parts = Readonly<Record<string, string | undefined>>;

/** Undefined when the shell replaces something in it. */
function literal({ single, double, escaped, plain, special }: Parts, isFirst: boolean): string | undefined {
  if (special !== undefined) return special === '#' && !isFirst ? special : undefined;
  if (double === undefined) return single ?? escaped ?? plain;
  if (/(?<!\\)(?:\\\\)*[$`]/.test(double)) return undefined;
  return double.replace(/\\\n/g, '').replace(/\\([$`"\\])/g, '$1');
}

/** The words of a piece of a command; undefined when it is more than words, or ends within quotes. */
export function shellWords(text: string): readonly Word[] | undefined {
  const words: Word[] = [];
  let open: Word | undefined;
  for (const { 0: raw, groups: parts = {} } of text.matchAll(PART)) {
    if (parts['special'] !== undefined && NO_WORD.test(parts['special'])) return undefined;
    if (parts['blank'] !== undefined) {
      if (open !== undefined) words.push(open);
      open = undefined;
      continue;
    }
    const value = literal(parts, open === undefined);
    const before = open ?? { raw: '', value: '' };
    const isKnown = value !== undefined && before.value !== undefined;
    open = { raw: before.raw + raw, value: isKnown ? before.value + value : undefined };
  }
  return open === undefined ? words : [...words, open];
}
