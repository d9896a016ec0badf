import type { JsonObject, JsonValue } from '../contract/json.ts';
import { isObject } from '../json/guards.ts';

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replace(/\s*\n\s*/g, ' ');
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function typeName(property: JsonObject): string {
  if (property['x-format'] === 'duration') return 'duration';
  if (property['type'] === 'array') {
    const items = property['items'];
    if (isObject(items) && items['x-from-text'] !== undefined) return 'list of texts and objects';
    return typeof items === 'object' && items !== null ? `list of ${typeName(items as JsonObject)}` : 'list';
  }
  if (property['type'] === 'object') {
    if (property['x-from-paths'] === true) return 'map or list';
    return 'properties' in property ? 'object' : 'map';
  }
  return Array.isArray(property['enum'])
    ? property['enum'].map((value) => JSON.stringify(value)).join(', ')
    : textOf(property['type']);
}

function marks(option: string, property: JsonObject, required: readonly JsonValue[]): string {
  const notes = [
    required.includes(option) ? '**Required.**' : '',
    typeof property['x-deprecated'] === 'string' ? `_Deprecated: ${property['x-deprecated']}._` : '',
    property['x-secret'] === true ? 'Never shown in any output.' : '',
    property['x-interpolate'] === 'late' ? 'Rendered when it is used.' : '',
  ];
  return notes.filter((note) => note !== '').join(' ');
}

function row(option: string, property: JsonObject, required: readonly JsonValue[]): string {
  const fallback = property['default'] === undefined ? '' : `\`${JSON.stringify(property['default'])}\``;
  const text = [marks(option, property, required), textOf(property['description'])].filter((part) => part !== '');
  return `| \`${option}\` | ${cell(typeName(property))} | ${cell(fallback)} | ${cell(text.join(' '))} |`;
}

/** The row of an option, and those of what a list holds that may be a text or an object. */
function rows(option: string, property: JsonObject, required: readonly JsonValue[]): readonly string[] {
  const { items } = property;
  const inner =
    isObject(items) && items['x-from-text'] !== undefined ? Object.entries(items['properties'] as JsonObject) : [];
  return [
    row(option, property, required),
    ...inner.map(([name, each]) => row(`${option}[].${name}`, each as JsonObject, [])),
  ];
}

/** A Markdown table of a component's options. */
export function optionTable(schema: JsonObject): string {
  const required = (schema['required'] ?? []) as readonly JsonValue[];
  const all = Object.entries((schema['properties'] ?? {}) as JsonObject).flatMap(([option, property]) =>
    rows(option, property as JsonObject, required),
  );
  if (all.length === 0) return 'It has no options.';
  return ['| option | type | default | meaning |', '| --- | --- | --- | --- |', ...all].join('\n');
}

/** A Markdown table of what a data source gives. */
export function outputTable(outputs: JsonObject): string {
  const rows = Object.entries(outputs).map(([name, property]) => {
    const { description } = property as JsonObject;
    const text = [marks(name, property as JsonObject, []), textOf(description)].filter((part) => part !== '').join(' ');
    return `| \`${name}\` | ${cell(typeName(property as JsonObject))} | ${cell(text)} |`;
  });
  return ['| output | type | meaning |', '| --- | --- | --- |', ...rows].join('\n');
}

/** `readme` with the text between the two markers of a table replaced; throws when they are missing. */
export function withTable(readme: string, name: 'options' | 'outputs' | 'messages', table: string): string {
  const [first, last] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`];
  const start = readme.indexOf(first);
  const end = readme.indexOf(last);
  if (start < 0 || end < start) throw new Error(`no ${first} … ${last}`);
  return `${readme.slice(0, start + first.length)}\n\n${table}\n\n${readme.slice(end)}`;
}
