/** JSON whose objects keep the order they were given; a plain object would move keys that look like numbers to its front. */
export type GoValue = string | number | boolean | null | readonly GoValue[] | ReadonlyMap<string, GoValue>;

/** What Go escapes in text and `JSON.stringify` does not: HTML's special characters and JavaScript's line ends. */
const escapedByGo = /[<>&\u2028\u2029]/g;

function scalar(value: string | number | boolean | null): string {
  return JSON.stringify(value).replace(
    escapedByGo,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function block(open: string, items: readonly string[], close: string, indent: string): string {
  if (items.length === 0) return open + close;
  const inner = `${indent}  `;
  return `${open}\n${items.map((item) => inner + item).join(',\n')}\n${indent}${close}`;
}

/** Text as Go's `json.MarshalIndent(value, "", "  ")` makes it. */
export function goJson(value: GoValue, indent = ''): string {
  if (value === null || typeof value !== 'object') return scalar(value);
  const inner = `${indent}  `;
  if (value instanceof Map) {
    const entries: ReadonlyMap<string, GoValue> = value;
    const items = [...entries].map(([key, item]) => `${scalar(key)}: ${goJson(item, inner)}`);
    return block('{', items, '}', indent);
  }
  return block(
    '[',
    (value as readonly GoValue[]).map((item) => goJson(item, inner)),
    ']',
    indent,
  );
}
