import { readFileSync } from 'node:fs';
import { compile } from 'json-schema-to-typescript';
import type { JsonObject, JsonValue } from '../contract/json.ts';
import { isObject } from '../json/guards.ts';
import { readonlyTypes } from './readonly-types.ts';

/** What a schema cannot name better than our own types do. */
const OWN = { Json: { tsType: 'JsonValue' }, JsonObject: { tsType: 'JsonObject' } };

/** Which options of an object go together is left to the validator. */
function withoutChoice(definition: JsonValue): JsonValue {
  if (!isObject(definition) || definition['properties'] === undefined) return definition;
  const { oneOf: _oneOf, ...others } = definition;
  return others;
}

/** Source text of the types of a JSON Schema's definitions, which stands in `plugins/process/protocol`. */
export async function protocolTypes(schemaPath: string): Promise<string> {
  const schema = JSON.parse(readFileSync(schemaPath, 'utf8')) as JsonObject;
  const definitions = isObject(schema['definitions']) ? schema['definitions'] : {};
  const objects = Object.fromEntries(
    Object.entries(definitions).map(([name, definition]) => [name, withoutChoice(definition)] as const),
  );
  const text = await compile({ definitions: { ...objects, ...OWN } }, 'Unused', {
    bannerComment: '',
    style: { printWidth: 120, singleQuote: true },
    ignoreMinAndMaxItems: true,
    unknownAny: true,
    unreachableDefinitions: true,
  });
  const types = text
    .replace(/export interface Unused \{[^}]*\}\n/, '')
    .replace(/(\/\*\*(?:(?!\*\/)[^])*\*\/\n)?export type Json(Object|Value)? = [^;]*;\n/g, '')
    .replace(/\bJson\b/g, 'JsonValue')
    .replace(/(?: \*\n)? \* This interface was referenced by `Unused`[^/]*\*\//g, ' */');
  return [
    '// Made from a schema by `npm run generate`; do not edit.',
    "import type { JsonObject, JsonValue } from '../../../core/contract/json.ts';",
    '',
    readonlyTypes(types),
  ].join('\n');
}
