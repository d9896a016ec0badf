/** What only Ansible itself reads right: templates, continued lines, names of characters, rare control characters. */
const BEYOND = /\{[{%#]|\\[NU]|\\u[dD][89a-fA-F]|[\0-\x08\x0a-\x1f\x85\ufeff]|(?:^| )\\(?: |$)/;
const ESCAPE = /\\(?:u([\da-fA-F]{4})|x([\da-fA-F]{2})|([\\'"abfnrtv]))/g;
const SIGNS: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/** Split at blanks that are not within quotes; undefined when a quote is not closed. */
function split(text: string): readonly string[] | undefined {
  const words: string[] = [];
  let word = '';
  let quote = '';
  for (const sign of text) {
    if (sign === ' ' && quote === '') {
      words.push(word);
      word = '';
      continue;
    }
    word += sign;
    if (!/["']/.test(sign) || word.at(-2) === '\\') continue;
    if (quote === '') quote = sign;
    else if (quote === sign) quote = '';
  }
  return quote === '' ? [...words, word].filter((found) => found !== '') : undefined;
}

function decode(word: string): string {
  return word.replace(ESCAPE, (_all, long?: string, short?: string, sign?: string) => {
    const code = long ?? short;
    return code === undefined ? (SIGNS[sign ?? ''] ?? sign ?? '') : String.fromCharCode(Number.parseInt(code, 16));
  });
}

function unquoted(text: string): string {
  const isQuoted = text.length > 1 && /^["']/.test(text) && text.at(0) === text.at(-1) && text.at(-2) !== '\\';
  return isQuoted ? text.slice(1, -1) : text;
}

/**
 * Reads `name=value name="other value"` as Ansible does where it takes variables from its command line. Undefined where
 * this cannot be told for sure, or is a mistake that Ansible is to complain of.
 */
export function keyValues(text: string): Readonly<Record<string, string>> | undefined {
  const words = BEYOND.test(text) ? undefined : split(text);
  if (words === undefined) return undefined;
  const pairs = words.map(decode).map((word) => {
    const end = /[^\\]=/.exec(word)?.index;
    return end === undefined
      ? undefined
      : ([word.slice(0, end + 1).trim(), unquoted(word.slice(end + 2).trim())] as const);
  });
  const known = pairs.filter((pair) => pair !== undefined);
  return known.length === pairs.length && known.length > 0 ? Object.fromEntries(known) : undefined;
}
