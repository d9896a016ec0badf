import type { ComponentRegistry } from '../core/contract/component-registry.ts';

function dashes(text: string, allowed: RegExp): string {
  const bytes = Buffer.from(text).toString('latin1');
  return Array.from(bytes, (character) => (allowed.test(character) ? character : '-')).join('');
}

function amazonName(text: string): string {
  return dashes(text, /[A-Za-z0-9()[\] ./'@_-]/);
}

function googleName(text: string): string {
  return /^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$/.test(text) ? text : dashes(text.toLowerCase(), /[A-Za-z0-9]/);
}

function azureName(text: string): string {
  return dashes(text, /[A-Za-z0-9._-]/).replace(/[-_.]+$/, '');
}

const cleaners: readonly (readonly [RegExp, (text: string) => string])[] = [
  [/^(?:amazon|osc)-/, amazonName],
  [/^(?:googlecompute|yandex)$/, googleName],
  [/^azure-/, azureName],
];

/** What a cloud's names cannot have becomes "-". A character outside of ASCII counts as its UTF-8 bytes, as in Packer. */
export const resourceNames: ComponentRegistry['resourceNames'] = (componentType) =>
  cleaners.find(([pattern]) => pattern.test(componentType))?.[1];
