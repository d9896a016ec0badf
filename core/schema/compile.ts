import type { ValidateFunction } from 'ajv';
import type { ComponentKind } from '../plan/component.ts';
import type { JsonObject } from '../run/json.ts';

/** The validator of decoded configurations (see constraints.ts). The bundle has this module replaced: see core/dev/build.ts. */
export async function compileSchema(
  _kind: ComponentKind,
  _type: string,
  schema: JsonObject,
): Promise<ValidateFunction> {
  return (await import('./compile-with-ajv.ts')).compileWithAjv(schema);
}
