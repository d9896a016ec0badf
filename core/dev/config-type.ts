import { compile } from 'json-schema-to-typescript';
import type { JsonObject, JsonValue } from '../run/json.ts';
import type { ComponentFolder } from './components.ts';

function pascal(text: string): string {
  return text.replace(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

export function configTypeName(component: ComponentFolder): string {
  return `${pascal(component.type)}${pascal(component.kind)}Config`;
}

/** A duration is text in a template and milliseconds in code. */
function decodedProperty(property: JsonValue): JsonValue {
  if (typeof property !== 'object' || property === null || Array.isArray(property)) return property;
  const { default: fallback, ...rest } = property as JsonObject;
  const nested: JsonObject = 'properties' in rest ? decodedShape(rest) : rest;
  if (rest['x-format'] === 'duration') {
    return { type: 'number', description: `${String(rest['description'])} (milliseconds)` };
  }
  const items = rest['items'];
  const decoded = items === undefined ? nested : { ...nested, items: decodedProperty(items) };
  return fallback === undefined ? decoded : { ...decoded, default: fallback };
}

/** The schema of a configuration after decoding: what has a default is always there. */
function decodedShape(schema: JsonObject): JsonObject {
  const properties = Object.entries((schema['properties'] ?? {}) as JsonObject);
  const always = properties
    .filter(([, property]) => typeof property === 'object' && property !== null && 'default' in property)
    .map(([option]) => option);
  const required = [...new Set([...((schema['required'] ?? []) as readonly string[]), ...always])];
  return {
    ...schema,
    additionalProperties: schema['additionalProperties'] ?? false,
    required,
    properties: Object.fromEntries(properties.map(([option, property]) => [option, decodedProperty(property)])),
  };
}

/** Source text of a component's config.gen.ts. */
export async function configSource(component: ComponentFolder): Promise<string> {
  const { title: _title, description: _description, ...schema } = decodedShape(component.schema);
  return compile(schema, configTypeName(component), {
    bannerComment: `// Made from schema.json by \`npm run generate\`; do not edit.`,
    style: { printWidth: 120, singleQuote: true },
    ignoreMinAndMaxItems: true,
    unknownAny: true,
  });
}
