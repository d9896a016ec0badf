import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { isList, isObject } from '../../json/guards.ts';

/** Texts with a template in them may stand for anything. */
const TEMPLATE_PATTERN = '\\{\\{';

/** What the option may be written as, beyond its own type: Packer's weak typing. */
const alsoWrittenAs: Readonly<Record<string, readonly string[]>> = {
  string: ['number', 'boolean'],
  integer: ['string'],
  number: ['string'],
  boolean: ['string', 'number'],
  array: ['string', 'number', 'boolean', 'object'],
  object: ['array'],
};

const taken: readonly string[] = ['description', 'default', 'examples', 'minimum', 'maximum', 'minItems'];

function maybeTemplate(allowed: JsonObject): JsonObject {
  return { anyOf: [allowed, { type: 'string', pattern: TEMPLATE_PATTERN }] };
}

/**
 * One of these types. A boolean that is a weak form only is allowed in such a way that no editor offers `true` and
 * `false` for it: they collect what they offer from `type`, and do not look into `not`.
 */
function typed(kind: string, types: readonly string[]): JsonObject {
  const offered = types.filter((type) => type !== 'boolean' || kind === 'boolean');
  if (offered.length === types.length) return { type: offered };
  return { anyOf: [{ type: offered }, { not: { not: { type: 'boolean' } } }] };
}

function mapProperties(properties: JsonValue | undefined): JsonObject {
  if (!isObject(properties)) return {};
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [
      name,
      isObject(property) ? editorProperty(property) : property,
    ]),
  );
}

/** Parts of a type that hold for values of that type alone, and do not disturb other ways to write it. */
function inside(property: JsonObject): JsonObject {
  const { items, additionalProperties, properties, required } = property;
  return {
    ...(isObject(items) ? { items: editorProperty(items) } : {}),
    ...(isObject(properties) ? { properties: mapProperties(properties) } : {}),
    ...(isList(required) ? { required } : {}),
    ...(isObject(additionalProperties) ? { additionalProperties: editorProperty(additionalProperties) } : {}),
    ...(additionalProperties === false ? { additionalProperties } : {}),
  };
}

/** A component's option as an editor should take it: with its weak types and with templates in its texts. */
export function editorProperty(property: JsonObject): JsonObject {
  const { type, enum: choices, pattern } = property;
  const deprecated = property['x-deprecated'];
  const kind = typeof type === 'string' ? type : 'string';
  const types = property['x-format'] === 'duration' ? ['string', 'integer'] : [kind, ...(alsoWrittenAs[kind] ?? [])];
  return {
    ...Object.fromEntries(Object.entries(property).filter(([key]) => taken.includes(key))),
    ...(typeof deprecated === 'string' ? { deprecationMessage: deprecated, doNotSuggest: true } : {}),
    ...(isList(choices) ? maybeTemplate({ enum: choices }) : typed(kind, types)),
    ...(typeof pattern === 'string' ? { pattern: `(${pattern})|${TEMPLATE_PATTERN}` } : {}),
    ...inside(property),
  };
}

/** The options of a component, as its schema has them. */
export function editorProperties(schema: JsonObject): JsonObject {
  return mapProperties(schema['properties']);
}
