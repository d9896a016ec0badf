import { Ajv, type Options, type ValidateFunction } from 'ajv';
import type { JsonObject } from '../contract/json.ts';
import { constraintsOf } from './constraints.ts';

/** Annotations that Kiln reads itself and ajv only has to let pass. */
export const vocabulary: readonly string[] = [
  'x-mixin',
  'x-secret',
  'x-interpolate',
  'x-fields',
  'x-deprecated',
  'x-format',
  'x-removed',
  'x-from-paths',
  'x-map',
  'x-from-text',
  'x-not-given',
  'x-form',
  'x-any-case',
  'x-outputs',
  'x-communicator',
  'x-extended',
  'x-fill',
];

/**
 * `verbose` gives errors their values. The types are not there any more, and a built-in schema is checked against the
 * meta-schema by the contract test.
 */
export const ajvOptions: Options = {
  allErrors: true,
  strict: true,
  strictTypes: false,
  verbose: true,
  messages: false,
  validateSchema: false,
};

const compiled = new WeakMap<JsonObject, ValidateFunction>();

/**
 * Compiles what decoding leaves to check here and now, each schema once; for plugins and for running from source.
 * Throws when it is wrong.
 */
export function compileWithAjv(schema: JsonObject): ValidateFunction {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  const ajv = new Ajv(ajvOptions);
  for (const keyword of vocabulary) ajv.addKeyword(keyword);
  const validate = ajv.compile(constraintsOf(schema));
  compiled.set(schema, validate);
  return validate;
}
