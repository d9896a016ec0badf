export type RequirementKind = 'role' | 'collection';

/** What may stand before a key of the outermost map: on a line of its own, or anywhere when it is in braces. */
function keyStart(text: string): string {
  const content = text.replace(/^(?:\s*#.*\n|\s*\n)*(?:---)?/, '').trimStart();
  return content.startsWith('{') ? '[\\s{,]' : '^\\s*';
}

/** What a requirements file asks for. One that names neither is a list of roles, as it was before collections. */
export function requirementKinds(text: string): readonly RequirementKind[] {
  const start = keyStart(text);
  const names = (kind: RequirementKind): boolean => new RegExp(`${start}["']?${kind}s["']?\\s*:`, 'm').test(text);
  const collections = names('collection');
  return [
    ...(names('role') || !collections ? (['role'] as const) : []),
    ...(collections ? (['collection'] as const) : []),
  ];
}
