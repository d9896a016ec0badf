import type { JsonValue } from '../../contract/json.ts';

/** An object of the template while it is being fixed. Its order is that of the template. */
export type Draft = Map<string, JsonValue>;

/** One repair. Each gets the drafts of all components and changes what it finds; the order of fixers counts. */
export interface Fixer {
  readonly name: string;
  readonly summary: string;
  readonly builder?: (builder: Draft) => void;
  readonly provisioner?: (provisioner: Draft) => void;
  readonly postProcessor?: (postProcessor: Draft) => void;
}

export function typeOf(draft: Draft): string {
  const type = draft.get('type');
  return typeof type === 'string' ? type : '';
}

/** Puts `value` under `to` where `from` was; what stood under `to` goes. */
export function replaceKey(draft: Draft, from: string, to: string, value: JsonValue): void {
  const entries = [...draft].filter(([key]) => key !== to || key === from);
  draft.clear();
  for (const [key, old] of entries) {
    if (key === from) draft.set(to, value);
    else draft.set(key, old);
  }
}

/** Gives the option a new name; its value goes before one that the new name had already. */
export function rename(draft: Draft, from: string, to: string): void {
  const value = draft.get(from);
  if (value !== undefined) replaceKey(draft, from, to, value);
}

/** As `rename`, but a value that the new name had already stays. */
export function renameUnlessSet(draft: Draft, from: string, to: string): void {
  if (draft.has(to)) draft.delete(from);
  else rename(draft, from, to);
}
