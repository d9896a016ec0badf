export type RequirementKind = 'role' | 'collection';

/** What a requirements file asks for. One that names neither is a list of roles, as it was before collections. */
export function requirementKinds(text: string): readonly RequirementKind[] {
  const names = (kind: RequirementKind): boolean => new RegExp(`^[\\s{]*["']?${kind}s["']?\\s*:`, 'm').test(text);
  const collections = names('collection');
  return [
    ...(names('role') || !collections ? (['role'] as const) : []),
    ...(collections ? (['collection'] as const) : []),
  ];
}
