import type { ValidateFunction } from 'ajv';
import type { ComponentKind } from '../contract/component.ts';
import type { JsonObject } from '../contract/json.ts';

/** The validator of decoded configurations (see constraints.ts). The bundle has this module replaced: see core/dev/build.ts. */
export async function compileSchema(
  _kind: ComponentKind,
  _type: string,
  schema: JsonObject,
): Promise<ValidateFunction> {
  return (await import('./compile-with-ajv.ts')).compileWithAjv(schema);
}
