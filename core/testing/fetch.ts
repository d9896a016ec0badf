import type { JsonObject } from '../contract/json.ts';
import { componentValidator, decodeAndValidate } from '../schema/validate.ts';
import { readStart, statPathOnce } from '../plan/stat-path.ts';
import { schemaOf, type TestedComponent } from './tested-component.ts';

/**
 * Asks a data source as `kiln build` would. `options` are as in a template, without `type`. Throws `Error` with all complaints
 * when the options are not valid, and what the data source throws.
 */
export async function fetchData(
  tested: TestedComponent,
  options: JsonObject,
  { signal = new AbortController().signal }: { readonly signal?: AbortSignal } = {},
): Promise<JsonObject> {
  const { component, type } = tested;
  if (component.kind !== 'data-source') throw new Error(`${type} is no data source`);
  const validator = await componentValidator(component.kind, type, await schemaOf(tested));
  const { config, findings } = decodeAndValidate(validator, [{ config: options, pointer: '' }], '', new Set());
  const environment = (name: string): string | undefined => process.env[name];
  const complaints = [...findings, ...component.prepare(config, { statPath: statPathOnce(), readStart, environment })];
  const errors = complaints.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(errors.map(({ code, message }) => `${code}: ${message}`).join('\n'));
  return component.fetch(config, { name: 'test', signal, environment, warn: () => undefined });
}
