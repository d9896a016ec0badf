import type { JsonObject, JsonValue } from '../contract/json.ts';
import { isList, isObject } from '../json/guards.ts';

/** What a schema says of an option, for people. */
export interface OptionDocs {
  /** "disks", or "disks[].size" of what a list holds. */
  readonly name: string;
  readonly type: string;
  /** As it is written in a template; undefined: there is none. */
  readonly fallback: string | undefined;
  readonly isRequired: boolean;
  /** What to use in its place. */
  readonly deprecated: string | undefined;
  /** Sentences about how its value is treated. */
  readonly notes: readonly string[];
  readonly description: string;
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function typeName(property: JsonObject): string {
  if (property['x-format'] === 'duration') return 'duration';
  const { type, items, enum: choices } = property;
  if (type === 'array') {
    if (isObject(items) && items['x-from-text'] !== undefined) return 'list of texts and objects';
    return isObject(items) ? `list of ${typeName(items)}` : 'list';
  }
  if (type === 'object') {
    if (property['x-from-paths'] === true) return 'map or list';
    return 'properties' in property ? 'object' : 'map';
  }
  return isList(choices) ? choices.map((value) => JSON.stringify(value)).join(', ') : textOf(type);
}

/** What a schema says of one option or output. */
export function describeOption(name: string, property: JsonObject, isRequired: boolean): OptionDocs {
  const { default: fallback, description } = property;
  const deprecated = property['x-deprecated'];
  return {
    name,
    type: typeName(property),
    fallback: fallback === undefined ? undefined : JSON.stringify(fallback),
    isRequired,
    deprecated: typeof deprecated === 'string' ? deprecated : undefined,
    notes: [
      ...(property['x-secret'] === true ? ['Never shown in any output.'] : []),
      ...(property['x-interpolate'] === 'late' ? ['Rendered when it is used.'] : []),
    ],
    description: textOf(description),
  };
}

/** The options of a component, in the order of its schema; behind a list of texts or objects, what its objects hold. */
export function describeOptions(schema: JsonObject): readonly OptionDocs[] {
  const { properties, required } = schema;
  const needed = isList(required) ? required : [];
  return Object.entries(isObject(properties) ? properties : {}).flatMap(([name, property]) => {
    if (!isObject(property)) return [];
    const { items } = property;
    const inner = isObject(items) && items['x-from-text'] !== undefined ? items['properties'] : {};
    return [
      describeOption(name, property, needed.includes(name)),
      ...Object.entries(isObject(inner) ? inner : {}).flatMap(([each, part]) =>
        isObject(part) ? [describeOption(`${name}[].${each}`, part, false)] : [],
      ),
    ];
  });
}
