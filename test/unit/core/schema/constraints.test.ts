import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { componentFolders } from '../../../../core/dev/components.ts';
import { decodedSchema } from '../../../../core/dev/decoded-schema.ts';
import type { JsonObject, JsonValue } from '../../../../core/contract/json.ts';
import { vocabulary } from '../../../../core/schema/compile-with-ajv.ts';
import { constraintsOf } from '../../../../core/schema/constraints.ts';
import { componentValidator, decodeAndValidate } from '../../../../core/schema/validate.ts';

/** What templates hold where something else is wanted. */
const scalars: readonly JsonValue[] = [
  null,
  '',
  ' ',
  'abc',
  '1',
  '1.5',
  'true',
  '5m',
  0,
  1,
  -1,
  1.5,
  1e300,
  true,
  false,
];
const values: readonly JsonValue[] = [
  ...scalars,
  ...scalars.flatMap((value) => [[value], { a: value }, [[value]], [{ a: value }]]),
  [],
  {},
  [{}],
];

/** A validator of the whole schema, types and all. */
function strictly(schema: JsonObject): (config: unknown) => boolean {
  const ajv = new Ajv({ strict: true, allowUnionTypes: true });
  for (const keyword of vocabulary) ajv.addKeyword(keyword);
  return ajv.compile(decodedSchema(schema));
}

const components = componentFolders().map(({ kind, type, schema }) => ({ kind, type, schema }));

test.each(components)('no type is left to check in $kind $type once it is decoded', async ({ kind, type, schema }) => {
  const validator = await componentValidator(kind, type, schema);
  const valid = strictly({ ...schema, required: [] });
  for (const value of values) {
    const config = Object.fromEntries(Object.keys(schema['properties'] as JsonObject).map((option) => [option, value]));
    const decoded = decodeAndValidate(validator, [{ config, pointer: '' }], '', new Set());
    expect(valid(decoded.config), `${JSON.stringify(value)} becomes ${JSON.stringify(decoded.config)}`).toBe(true);
  }
});

test('what decoding sees to is left out, and what is left stays with its examples', () => {
  const name = { type: 'string', pattern: '^[a-z]+$' };
  const schema: JsonObject = {
    type: 'object',
    additionalProperties: false,
    required: ['name'],
    properties: {
      name: { ...name, description: 'd', examples: ['web'] },
      on: { type: 'boolean', default: true },
      wait: { type: 'string', 'x-format': 'duration', minimum: 1 },
      list: { type: 'array', items: { type: 'string' } },
      disks: { type: 'array', items: { type: 'object', properties: { name } } },
      tags: { type: 'object', additionalProperties: name },
      either: { type: ['string', 'null'] },
    },
  };
  expect(constraintsOf(schema)).toEqual({
    required: ['name'],
    properties: {
      name: { pattern: '^[a-z]+$', examples: ['web'] },
      on: true,
      wait: true,
      list: true,
      disks: { items: { properties: { name: { pattern: '^[a-z]+$' } } } },
      tags: { additionalProperties: { pattern: '^[a-z]+$' } },
      either: { type: ['string', 'null'] },
    },
  });
});
