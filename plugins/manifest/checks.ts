import { posix } from 'node:path';
import type { JsonObject, JsonValue } from '../../core/contract/json.ts';
import { errorAt } from '../../core/diagnostics/complain.ts';
import type { Finding } from '../../core/diagnostics/finding.ts';
import { pointerToken } from '../../core/diagnostics/pointer.ts';
import { nameHint } from '../../core/diagnostics/suggest.ts';
import { isObject } from '../../core/json/guards.ts';
import { describeValue } from '../../core/schema/weak-values.ts';

/** An object of a manifest with its place; what is wrong with it goes to `findings`. */
export interface Part {
  readonly object: JsonObject;
  readonly pointer: string;
  readonly findings: Finding[];
}

export function complain(part: Part, key: string, message: string, hint?: string): void {
  part.findings.push(errorAt('PLUGIN_MANIFEST', placeOf(part, key), message, { hint }));
}

function placeOf({ pointer }: Part, key: string): string {
  return key === '' ? pointer : `${pointer}/${pointerToken(key)}`;
}

export function valueOf({ object }: Part, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** The text under a key; "" when it is not one, which is complained of. */
export function textAt(part: Part, key: string, example: string): string {
  const value = valueOf(part, key);
  if (typeof value === 'string' && value !== '') return value;
  const found = value === undefined ? 'is missing' : `has to be text, not ${describeValue(value)}`;
  complain(part, key, `"${key}" ${found}`, `write "${key}": "${example}"`);
  return '';
}

/** The object under a key; empty when there is none, which is complained of when it is something else. */
export function objectAt(part: Part, key: string): Part {
  const value = valueOf(part, key);
  const inner = { pointer: placeOf(part, key), findings: part.findings };
  if (isObject(value)) return { ...inner, object: value };
  if (value !== undefined) complain(part, key, `"${key}" has to be an object, not ${describeValue(value)}`);
  return { ...inner, object: {} };
}

export function checkKeys(part: Part, known: readonly string[]): void {
  for (const key of Object.keys(part.object)) {
    if (!known.includes(key)) complain(part, key, `there is no key ${JSON.stringify(key)} here`, nameHint(key, known));
  }
}

/** The path under a key, which stays in the plugin's folder; undefined when it does not, or is missing. */
export function pathAt(part: Part, key: string, example: string): string | undefined {
  const path = textAt(part, key, example);
  if (path === '') return undefined;
  const plain = posix.normalize(path.replaceAll('\\', '/'));
  if (!posix.isAbsolute(plain) && !/^[A-Za-z]:/.test(plain) && plain !== '..' && !plain.startsWith('../')) return plain;
  complain(
    part,
    key,
    `"${key}" is ${JSON.stringify(path)}, which leads out of the plugin`,
    'name a file of the package',
  );
  return undefined;
}
