/** Letters, marks, numbers, punctuation, symbols and the ASCII space: what Go shows as it is. */
let printable: RegExp | undefined;

const named: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
};

export function isPrintable(character: string): boolean {
  return (printable ??= /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u).test(character);
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}

/** A Go literal: `quote` is a double quote for texts and a single one for characters. */
export function quoted(text: string, quote: '"' | "'", asciiOnly = false): string {
  let result = quote;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (character === quote) result += `\\${quote}`;
    else if (named[character] !== undefined) result += named[character];
    else if (isPrintable(character) && (!asciiOnly || code < 0x80)) result += character;
    else if (code < 0x80) result += `\\x${hex(code, 2)}`;
    else result += code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
  }
  return result + quote;
}

/** Whether a text can stand in backquotes: one line, no backquote. */
export function fitsBackquotes(text: string): boolean {
  return !/[\0-\x08\x0a-\x1f`\x7f\ufeff]/.test(text);
}
