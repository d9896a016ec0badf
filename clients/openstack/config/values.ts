import { isObject } from '../guards.ts';

/** Options by their names in clouds.yaml, in the types that YAML or the environment gave them. */
export type Values = Readonly<Record<string, unknown>>;

/** Like Python's `dict.update`, but the members of "auth" are laid over each other one by one. */
export function overlay(below: Values, above: Values): Values {
  const laid: Record<string, unknown> = { ...below };
  for (const [key, value] of Object.entries(above)) {
    laid[key] = key === 'auth' && isObject(value) && isObject(below[key]) ? { ...below[key], ...value } : value;
  }
  return laid;
}

/** Lays all mappings over each other, at any depth. */
export function merge(below: Values, above: Values): Values {
  const merged: Record<string, unknown> = { ...below };
  for (const [key, value] of Object.entries(above)) {
    const under = below[key];
    merged[key] = isObject(value) && isObject(under) ? merge(under, value) : value;
  }
  return merged;
}

/** Numbers that stay numbers. */
const NUMBERS: readonly string[] = ['verbose_level', 'api_timeout'];

/** Names with "_" in place of "-", at any depth, and numbers as text. */
export function normalize(values: Values): Values {
  const normal: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(values)) {
    const key = name.replaceAll('-', '_');
    if (isObject(value)) normal[key] = normalize(value);
    else if (typeof value === 'number' && !NUMBERS.includes(key)) normal[key] = String(value);
    else normal[key] = value;
  }
  return normal;
}

/** As Python shows a value: what openstacksdk makes of options that are to be text. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === true) return 'True';
  if (value === false) return 'False';
  return value === null || value === undefined ? 'None' : JSON.stringify(value);
}

/** Whether an option counts as given: Python's truth. */
export function isGiven(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return isObject(value) ? Object.keys(value).length > 0 : Boolean(value);
}

/** "true" in any case; every other text is false. */
export function isOn(value: unknown): boolean {
  return value === true || (typeof value === 'string' && value.toLowerCase() === 'true');
}
