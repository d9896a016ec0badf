/** A path in which what is filled in is one segment, whatever characters it has: path`servers/${id}`. */
export function path(texts: TemplateStringsArray, ...segments: readonly string[]): string {
  return texts.reduce((before, text, index) => {
    const segment = segments[index - 1] ?? '';
    return `${before}${encodeURIComponent(segment)}${text}`;
  });
}

/** Parameters of a query; what is undefined is left out, a list becomes the parameter several times. */
export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** The address of a path below a service's address. */
export function addressOf(base: URL, below: string, query: Query = {}): URL {
  const url = new URL(base);
  url.pathname = `${base.pathname}${below}`;
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    const values = Array.isArray(value) ? (value as readonly string[]) : [String(value)];
    for (const each of values) url.searchParams.append(name, each);
  }
  return url;
}
