/** What finds things by EC2's filters of them: blocks that find an AMI have a key, all others a name. */
export interface FilterOptions {
  readonly filters?: Readonly<Record<string, string>>;
  readonly filter?: readonly { readonly key?: string; readonly name?: string; readonly value?: string }[];
}

/** A template's filters as EC2 takes them. */
export function filtersOf({ filters = {}, filter: blocks = [] }: FilterOptions = {}): {
  Name: string;
  Values: string[];
}[] {
  const written = blocks.map(({ key, name, value = '' }): [string, string] => [key ?? name ?? '', value]);
  return [...new Map([...Object.entries(filters), ...written])].map(([Name, value]) => ({ Name, Values: [value] }));
}
