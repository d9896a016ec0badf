/** Stands for a brace that opens no expression; a private-use character that no template has. */
const LITERAL = '\uf8fc';

/**
 * A value from outside, so that no rendering takes what it has in it for a template: neither by itself nor with a brace
 * of the text around it. `withBraces` undoes it.
 */
export function literalBraces(value: string): string {
  return value.replace(/\{(?=\{)|^\{|\{$/g, LITERAL);
}

/** A text that is not rendered any more. */
export function withBraces(text: string): string {
  return text.includes(LITERAL) ? text.replaceAll(LITERAL, '{') : text;
}
