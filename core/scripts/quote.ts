const SAFE = /^[\w%+,./:=@-]+$/;

/** A text as one word of a POSIX shell. */
export function shellWord(text: string): string {
  return SAFE.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
