/** A template's filters as EC2 takes them. */
export function filtersOf(filters: Readonly<Record<string, string>> | undefined): { Name: string; Values: string[] }[] {
  return Object.entries(filters ?? {}).map(([Name, value]) => ({ Name, Values: [value] }));
}
