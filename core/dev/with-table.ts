/** `readme` with the text between the two markers of a table replaced; throws when they are missing. */
export function withTable(readme: string, name: 'options' | 'outputs' | 'messages', table: string): string {
  const [first, last] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`];
  const start = readme.indexOf(first);
  const end = readme.indexOf(last);
  if (start < 0 || end < start) throw new Error(`no ${first} … ${last}`);
  return `${readme.slice(0, start + first.length)}\n\n${table}\n\n${readme.slice(end)}`;
}
