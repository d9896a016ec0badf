/** What a select-graphic-rendition sequence may ask for: weight, line and colour, and nothing that hides text. */
const harmless = /^(?:[0-4]|7|9|2[1-79]|3[0-79]|4[0-79]|53|55|9[0-7]|10[0-7])?$/;
const extended = /[34]8[;:](?:5[;:]\d{1,3}|2[;:]\d{0,3}[;:]\d{1,3}[;:]\d{1,3}(?:[;:]\d{1,3})?)/g;

const unsafe = /\u001b\[[\d;:]*m|[\u0000-\u0008\n-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;
const RESET = '\u001b[0m';

function isColour(sequence: string): boolean {
  return sequence
    .slice(2, -1)
    .replaceAll(extended, '')
    .split(/[;:]/)
    .every((code) => harmless.test(code));
}

function shown(character: string): string {
  const code = character.charCodeAt(0);
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`;
}

/**
 * A line as a terminal may have it, whoever wrote it: control characters but tabs are shown as `\x1b`, and so are the
 * marks that turn the direction of writing. Colours stay when they are wanted, and end with the line; else they go.
 */
export function visible(line: string, colour: boolean): string {
  const text = line.replaceAll(unsafe, (found) => {
    if (found.length === 1) return shown(found);
    if (!isColour(found)) return shown('\u001b') + found.slice(1);
    return colour ? found : '';
  });
  return text.includes('\u001b') ? text + RESET : text;
}
