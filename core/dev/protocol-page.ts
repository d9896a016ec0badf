import type { JsonObject, JsonValue } from '../contract/json.ts';
import { isList, isObject } from '../json/guards.ts';
import { withTable } from './with-table.ts';

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isObject(value) ? value : {};
}

function link(name: string): string {
  return /^[A-Z]/.test(name) ? `[${name}](#${name.toLowerCase()})` : name;
}

function typeOf(property: JsonObject): string {
  const { $ref: reference, type, items, enum: choices, oneOf } = property;
  if (typeof reference === 'string') return link(reference.slice('#/definitions/'.length));
  if (isList(choices)) return choices.map((each) => `\`${JSON.stringify(each)}\``).join(', ');
  if (property['const'] !== undefined) return `\`${JSON.stringify(property['const'])}\``;
  if (isList(oneOf)) return oneOf.map((each) => typeOf(objectOf(each))).join('; or ');
  if (isObject(items)) return `list of ${typeOf(items)}`;
  if (property['properties'] !== undefined) {
    const inner = Object.entries(objectOf(property['properties'])).map(
      ([name, each]) => `\`${name}\` (${typeOf(objectOf(each))})`,
    );
    return `object of ${inner.join(', ')}`;
  }
  if (property['additionalProperties'] !== undefined)
    return `map of ${typeOf(objectOf(property['additionalProperties']))}`;
  return isList(type) ? type.map(textOf).join(' or ') : textOf(type);
}

/** A table of an object's members; of one without members what it is called. */
function members(definition: JsonObject, none: string): string {
  const required = isList(definition['required']) ? definition['required'] : [];
  const all = Object.entries(objectOf(definition['properties']));
  if (all.length === 0) return none;
  const rows = all.map(([name, property]) => {
    const optional = required.includes(name) ? '' : 'Optional. ';
    const about = textOf(objectOf(property)['description']);
    return `| \`${name}\` | ${typeOf(objectOf(property))} | ${`${optional}${about}`.replaceAll('|', '\\|')} |`;
  });
  return ['| member | type | meaning |', '| --- | --- | --- |', ...rows].join('\n');
}

function methodsOf(schema: JsonObject): readonly string[] {
  return (schema['allOf'] as readonly JsonValue[]).map((rule) =>
    textOf(objectOf(objectOf(objectOf(objectOf(rule)['if'])['properties'])['method'])['const']),
  );
}

/** The name of a method as definitions have it: "step.start" is "StepStart". */
export function definitionName(method: string): string {
  return method
    .split('.')
    .map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
    .join('');
}

function messageSection(method: string, definitions: JsonObject): string {
  const params = objectOf(definitions[`${definitionName(method)}Params`]);
  const result = definitions[`${definitionName(method)}Result`];
  const [, who = '', what = ''] = /^`[^`]+`, ([^.]+)\. (.*)$/s.exec(textOf(params['description'])) ?? [];
  const parts = [`#### ${method}`, `${result === undefined ? 'Notification' : 'Request'}, ${who}. ${what}`];
  parts.push(members(params, 'It has no members.'));
  if (result === undefined) return parts.join('\n\n');
  return [
    ...parts,
    members(objectOf(result), 'The result is an empty object.').replace('member', 'of the result'),
  ].join('\n\n');
}

/** The page about the protocol with a section of each message, and of what several of them hold. */
export function protocolPage(page: string, schema: JsonObject): string {
  const definitions = objectOf(schema['definitions']);
  const methods = methodsOf(schema);
  const ofMethods = new Set(
    methods.flatMap((each) => [`${definitionName(each)}Params`, `${definitionName(each)}Result`]),
  );
  const shared = Object.entries(definitions).filter(([name]) => !ofMethods.has(name));
  const sections = [
    ...methods.map((method) => messageSection(method, definitions)),
    '### What several messages hold',
    ...shared.map(([name, definition]) => {
      const about = objectOf(definition);
      const what = isList(about['enum']) ? typeOf(about) : members(about, '');
      return [`#### ${name}`, textOf(about['description']), what].filter((part) => part !== '').join('\n\n');
    }),
  ];
  return withTable(page, 'messages', sections.join('\n\n'));
}
