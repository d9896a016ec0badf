import type { FilterOptions } from '../options.ts';

/** A template's filters as EC2 takes them. */
export function filtersOf({ filters = {}, filter: blocks = [] }: FilterOptions = {}): {
  Name: string;
  Values: string[];
}[] {
  const written = blocks.map(({ key, name, value = '' }): [string, string] => [key ?? name ?? '', value]);
  return [...new Map([...Object.entries(filters), ...written])].map(([Name, value]) => ({ Name, Values: [value] }));
}
