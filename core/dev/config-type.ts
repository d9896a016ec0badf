import { dirname, join, relative } from 'node:path';
import { compile } from 'json-schema-to-typescript';
import type { JsonObject, JsonValue } from '../contract/json.ts';
import { composeSchema, type SchemaParts } from '../schema/compose.ts';
import { isList, isObject } from '../json/guards.ts';
import { decodedSchema } from './decoded-schema.ts';
import { root, type ComponentFolder } from './components.ts';
import { readonlyTypes } from './readonly-types.ts';

/** What a component imports in place of a folder of the engine. */
const ENTRY_POINTS: Readonly<Record<string, string>> = {
  'core/communicators': 'plugins/sdk/guest.ts',
  'core/shell-local': 'plugins/sdk/scripts.ts',
};

function pascal(text: string): string {
  return text.replace(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** The interface of a mixin's options: that of title "security-group" is `SecurityGroupOptions`. */
function mixinTypeName({ schema, path }: SchemaParts): string {
  if (typeof schema['title'] === 'string') return `${pascal(schema['title'])}Options`;
  throw new Error(`${path}: a mixin needs a title`);
}

/** The file of a mixin's interface, beside its schema. */
export function mixinTypePath(schemaPath: string): string {
  return schemaPath.replace(/\.schema\.json$/, '.gen.ts');
}

function importLine(mixin: SchemaParts, path: string): string {
  const isEngine = path.startsWith(join(root, 'core/'));
  const entryPoint = isEngine ? undefined : ENTRY_POINTS[relative(root, dirname(mixin.path))];
  const from = relative(dirname(path), entryPoint === undefined ? mixinTypePath(mixin.path) : join(root, entryPoint));
  return `import type { ${mixinTypeName(mixin)} } from '${from.startsWith('.') ? from : `./${from}`}';`;
}

/** The options that the schema itself declares, and those of its mixins that it requires and they do not. */
function ownSchema(parts: SchemaParts): JsonObject {
  const { 'x-mixin': _mixins, title: _title, description: _description, ...own } = parts.schema;
  const required = isList(own['required']) ? own['required'] : [];
  const properties: Record<string, JsonValue> = isObject(own['properties']) ? { ...own['properties'] } : {};
  for (const { properties: options, required: always } of parts.mixins.map(composeSchema).map(decodedSchema)) {
    for (const [name, option] of Object.entries(options as JsonObject)) {
      if (required.includes(name) && !(always as readonly JsonValue[]).includes(name)) properties[name] = option;
    }
  }
  return { ...own, properties, additionalProperties: false };
}

function docOf({ description }: JsonObject): string {
  return typeof description === 'string' ? `/** ${description} */\n` : '';
}

/** Source text of the file at `path` with the interface of a schema's decoded options, which extends those of its mixins. */
async function typeSource(name: string, parts: SchemaParts, path: string): Promise<string> {
  const text = await compile(decodedSchema(ownSchema(parts)), name, {
    bannerComment: '',
    style: { printWidth: 120, singleQuote: true },
    ignoreMinAndMaxItems: true,
    unknownAny: true,
  });
  const bases = parts.mixins.map(mixinTypeName);
  const head = `export interface ${name} `;
  if (!text.includes(head)) throw new Error(`${parts.path}: no interface ${name} was made of it`);
  return [
    '// Made from a schema by `npm run generate`; do not edit.',
    ...parts.mixins.map((mixin) => importLine(mixin, path)),
    '',
    readonlyTypes(text).replace(
      head,
      `${docOf(parts.schema)}${head}${bases.length === 0 ? '' : `extends ${bases.join(', ')} `}`,
    ),
  ].join('\n');
}

/** Source text of a component's config.gen.ts, which stands at `path`. */
export async function configSource(component: ComponentFolder, path: string): Promise<string> {
  return typeSource(`${pascal(component.type)}${pascal(component.kind)}Config`, component.parts, path);
}

/** Source text of a mixin's .gen.ts, which stands at `path`. */
export async function mixinSource(mixin: SchemaParts, path: string): Promise<string> {
  return typeSource(mixinTypeName(mixin), mixin, path);
}
