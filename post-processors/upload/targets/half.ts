import type { Half } from './store.ts';

/** A text of what the journal knows of an upload; empty when it has none of this name. */
export function halfText(half: Half, name: string): string {
  const value = half[name];
  return typeof value === 'string' ? value : '';
}
