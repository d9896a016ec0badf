const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const without = /^[\p{Mn}\p{Me}\p{Cf}]$/u;

/** Columns that a character takes on a terminal: two for Chinese and the like, none for an accent of its own. */
export function widthOf(character: string): number {
  if (/^[ -~]$/.test(character)) return 1;
  if (without.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}

/** Columns that a text without control characters takes. */
export function widthOfText(text: string): number {
  return /^[ -~]*$/.test(text) ? text.length : Array.from(text, widthOf).reduce((sum, width) => sum + width, 0);
}

/**
 * A text in lines of at most `columns`, broken between words; a word that is longer has a line of its own. The first
 * line begins with `first`, the others with `others` and what the line itself is indented by.
 */
export function wrapped(text: string, columns: number, first = '', others: string = first): string {
  const lines = text.split('\n').flatMap((line, index) => {
    const start = index === 0 ? first : others;
    const indent = /^ */.exec(line)?.[0] ?? '';
    const done: string[] = [];
    let current = start + indent;
    let isEmpty = true;
    for (const word of line.slice(indent.length).split(' ')) {
      if (!isEmpty && widthOfText(current) + 1 + widthOfText(word) > columns) {
        done.push(current);
        current = others + indent;
        isEmpty = true;
      }
      current += isEmpty ? word : ` ${word}`;
      isEmpty = false;
    }
    return [...done, current];
  });
  return lines.map((line) => line.trimEnd()).join('\n');
}
