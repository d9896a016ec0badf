import { Ajv } from 'ajv';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { isList, isObject } from '../../json/guards.ts';
import { ajvOptions, compileWithAjv, vocabulary } from '../../schema/compile-with-ajv.ts';
import { schemaOf, type TestedComponent } from '../tested-component.ts';
import { none, type ConformanceRule } from './rule.ts';

/** What is said to hold a secret by its own name; `…_file` and the like hold a place. */
const SECRET_NAME = /(?:^|[/_])(?:password|passphrase|secret_key|private_key)$/;

function everyOption(schema: JsonObject, path = ''): readonly (readonly [string, JsonObject])[] {
  const inner = (value: JsonValue | undefined): JsonObject => (isObject(value) ? value : {});
  return Object.entries(inner(schema['properties'])).flatMap(([name, property]) => {
    const option = inner(property);
    return [
      [`${path}/${name}`, option] as const,
      ...everyOption(option, `${path}/${name}`),
      ...everyOption(inner(option['items']), `${path}/${name}/*`),
    ];
  });
}

/** Durations are texts in the schema. */
function isOfType(value: JsonValue | undefined, { type }: JsonObject): boolean {
  if (type === 'array') return isList(value);
  if (type === 'object') return isObject(value);
  if (type === 'integer') return Number.isInteger(value);
  return typeof type !== 'string' || typeof value === type;
}

/** What every schema keeps, so that templates, editors, tables and masks can go by it. */
export function schemaRules(tested: TestedComponent): readonly ConformanceRule[] {
  return [
    {
      rule: 'says of every option that is rendered late which data it has then',
      check: async () => {
        const silent = everyOption(await schemaOf(tested)).filter(
          ([, option]) => (option['x-interpolate'] === 'late') !== Array.isArray(option['x-fields']),
        );
        none(
          silent.map(([path]) => path),
          'late without x-fields, or the other way round',
        );
      },
    },
    {
      rule: 'has a valid draft-07 schema in which every option is described',
      check: async () => {
        const schema = await schemaOf(tested);
        const ajv = new Ajv({ ...ajvOptions, validateSchema: true });
        for (const keyword of vocabulary) ajv.addKeyword(keyword);
        if (ajv.validateSchema(schema) !== true) throw new Error(`no draft-07 schema: ${ajv.errorsText()}`);
        compileWithAjv(schema);
        const bare = everyOption(schema).filter(([, option]) => typeof option['description'] !== 'string');
        none(
          bare.map(([path]) => path),
          'options without a description',
        );
      },
    },
    {
      rule: 'refuses options that it does not have',
      check: async () => {
        const schema = await schemaOf(tested);
        none(schema['additionalProperties'] === false ? [] : ['"additionalProperties" is not false'], 'open');
      },
    },
    {
      rule: 'requires only options that it has, and has defaults of the right type',
      check: async () => {
        const schema = await schemaOf(tested);
        const properties = isObject(schema['properties']) ? schema['properties'] : {};
        const required = isList(schema['required']) ? schema['required'] : [];
        none(
          required.filter((option) => typeof option !== 'string' || !Object.hasOwn(properties, option)).map(String),
          'required and not there',
        );
        none(
          everyOption(schema)
            .filter(([, option]) => 'default' in option && !isOfType(option['default'], option))
            .map(([path]) => path),
          'defaults of another type',
        );
      },
    },
    {
      rule: 'says of every option that holds a password, a passphrase or a secret key that it is secret',
      check: async () => {
        const shown = everyOption(await schemaOf(tested)).filter(
          ([path, option]) => option['type'] === 'string' && SECRET_NAME.test(path) && option['x-secret'] !== true,
        );
        none(
          shown.map(([path]) => path),
          'without x-secret',
        );
      },
    },
    {
      rule: 'has outputs that are described, if it is a data source, and else none',
      check: async () => {
        const outputs = (await schemaOf(tested))['x-outputs'];
        const wanted = tested.component.kind === 'data-source';
        none(isObject(outputs) === wanted ? [] : ['"x-outputs"'], wanted ? 'missing' : 'of no use here');
        const bare = Object.entries(isObject(outputs) ? outputs : {}).filter(
          ([, output]) => !isObject(output) || typeof output['description'] !== 'string',
        );
        none(
          bare.map(([name]) => name),
          'outputs without a description',
        );
      },
    },
  ];
}
