import { Ajv } from 'ajv';
import standaloneCode from 'ajv/dist/standalone/index.js';
import { ajvOptions, vocabulary } from '../../schema/compile-with-ajv.ts';
import { constraintsOf } from '../../schema/constraints.ts';
import type { JsonObject } from '../../contract/json.ts';

/** Source of a module whose default export validates against `schema` without loading ajv's compiler. */
export function validatorSource(schema: JsonObject): string {
  const ajv = new Ajv({ ...ajvOptions, code: { source: true, esm: true, optimize: 1 } });
  for (const keyword of vocabulary) ajv.addKeyword(keyword);
  return standaloneCode.default(ajv, ajv.compile(constraintsOf(schema)));
}
