import { Ajv, type Options, type ValidateFunction } from 'ajv';
import type { JsonObject } from '../run/json.ts';
import { decodedSchema } from './decoded-schema.ts';

/** Annotations that Kiln reads itself and ajv only has to let pass. */
export const vocabulary: readonly string[] = [
  'x-mixin',
  'x-secret',
  'x-interpolate',
  'x-deprecated',
  'x-format',
  'x-removed',
  'x-from-paths',
];

/** `verbose` gives errors their values; a built-in schema is checked against the meta-schema by the contract test. */
export const ajvOptions: Options = {
  allErrors: true,
  strict: true,
  allowUnionTypes: true,
  verbose: true,
  validateSchema: false,
};

const compiled = new WeakMap<JsonObject, ValidateFunction>();

/**
 * Compiles the schema of decoded configurations here and now, each once; for plugins and for running from source.
 * Throws when it is wrong.
 */
export function compileWithAjv(schema: JsonObject): ValidateFunction {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  const ajv = new Ajv(ajvOptions);
  for (const keyword of vocabulary) ajv.addKeyword(keyword);
  const validate = ajv.compile(decodedSchema(schema));
  compiled.set(schema, validate);
  return validate;
}
