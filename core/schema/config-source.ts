import type { JsonObject, JsonValue } from '../contract/json.ts';
import { isList, isObject } from '../json/guards.ts';

const HEAD = '// Made from schema.json by `kiln plugins types`; do not edit.';

function objectAt(value: JsonValue | undefined): JsonObject {
  return isObject(value) ? value : {};
}

function literal(value: JsonValue): string {
  return typeof value === 'string'
    ? `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
    : JSON.stringify(value);
}

function union(types: readonly string[]): string {
  return [...new Set(types)].join(' | ');
}

/** The type that a value has once it is decoded. */
function typeOf(property: JsonObject, indent: string): string {
  if (property['x-format'] === 'duration') return 'number';
  if (isList(property['enum'])) return union(property['enum'].map(literal));
  if (property['type'] === 'array') {
    const inner = isObject(property['items']) ? typeOf(property['items'], indent) : 'unknown';
    return `readonly ${/ \| /.test(inner) ? `(${inner})` : inner}[]`;
  }
  if (property['type'] === 'object') {
    if (isObject(property['properties'])) return `{\n${members(property, `${indent}  `)}${indent}}`;
    const { additionalProperties: values } = property;
    return `Readonly<Record<string, ${isObject(values) ? typeOf(values, indent) : 'unknown'}>>`;
  }
  if (property['type'] === 'integer') return 'number';
  return typeof property['type'] === 'string' ? property['type'] : 'unknown';
}

function docOf({ description, ...property }: JsonObject, indent: string): string {
  const unit = property['x-format'] === 'duration' ? ' In milliseconds.' : '';
  return typeof description === 'string' ? `${indent}/** ${description.replaceAll('*/', '* /')}${unit} */\n` : '';
}

/** An option is there when it is required or has a default. */
function members(schema: JsonObject, indent: string): string {
  const required = isList(schema['required']) ? schema['required'] : [];
  return Object.entries(objectAt(schema['properties']))
    .map(([name, value]) => {
      const property = objectAt(value);
      const always = required.includes(name) || 'default' in property;
      const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : literal(name);
      return `${docOf(property, indent)}${indent}readonly ${key}${always ? '' : '?'}: ${typeOf(property, indent)};\n`;
    })
    .join('');
}

function pascal(text: string): string {
  return text.replace(/(?:^|[-_])([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** Name of the interface that a component's configuration has. */
export function configName(type: string): string {
  return `${pascal(type)}Config`;
}

/**
 * TypeScript source of the configuration that a component of this type is given: the schema's options (mixins merged in) after
 * decoding, and of a data source also what it gives.
 */
export function configSource(type: string, schema: JsonObject): string {
  const config = `${docOf(schema, '')}export interface ${configName(type)} {\n${members(schema, '  ')}}\n`;
  return `${HEAD}\n\n${config}`;
}
