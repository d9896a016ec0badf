import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Finding } from '../diagnostics/finding.ts';
import type { JsonObject, JsonValue } from '../contract/json.ts';
import { optionNames, type ConfigLayer } from '../schema/decode.ts';
import { propertiesOf } from '../schema/settle.ts';
import { KilnError } from '../errors/errors.ts';
import { decodeAndValidate, rebase, type Validated } from '../schema/validate.ts';
import { isList, isObject } from '../json/guards.ts';
import type { LoadedComponent } from './component-loader.ts';
import { layersAsWritten } from './texts/as-written.ts';
import { renderOptions } from './texts/render-options.ts';
import { type TextSetting } from './texts/text-context.ts';

/** A component's configuration after its texts were filled in, decoded and checked against the schema. */
export interface Configured {
  readonly config: JsonObject;
  readonly findings: readonly Finding[];
  /** Options whose value is known only when the build runs, or after another complaint was dealt with. */
  readonly deferred: ReadonlySet<string>;
  /** Values of `x-secret` options, but for those that stand in plain sight in another option ("vagrant"). */
  readonly secrets: readonly string[];
  /** Where the values of `x-secret` options stand. */
  readonly secretPlaces: readonly string[];
  readonly validated: Validated;
}

function textsIn(value: JsonValue | undefined): readonly string[] {
  if (typeof value === 'string') return value === '' ? [] : [value];
  if (isList(value)) return value.flatMap(textsIn);
  return isObject(value) ? Object.values(value).flatMap(textsIn) : [];
}

/** Texts of the secret options, or of all others. */
function textsOf(schema: JsonObject, config: JsonObject, secret: boolean): readonly string[] {
  return Object.entries(propertiesOf(schema)).flatMap(([option, property]) => {
    const value = config[option];
    if (isObject(value) && 'properties' in property) return textsOf(property, value, secret);
    const { items } = property;
    if (isList(value) && isObject(items) && 'properties' in items) {
      return value.flatMap((element) => (isObject(element) ? textsOf(items, element, secret) : []));
    }
    return (property['x-secret'] === true) === secret ? textsIn(value) : [];
  });
}

/** Values of the schema's secret options as they are before decoding, which may refuse them. */
function writtenSecrets(schema: JsonObject, layers: readonly ConfigLayer[]): readonly string[] {
  const optionOf = optionNames(schema);
  const properties = propertiesOf(schema);
  return layers.flatMap(({ config }) =>
    Object.entries(config).flatMap(([written, value]) =>
      properties[optionOf(written) ?? '']?.['x-secret'] === true ? textsIn(value) : [],
    ),
  );
}

const withSecrets = new WeakMap<JsonObject, boolean>();

function hasSecrets(schema: JsonObject): boolean {
  const known = withSecrets.get(schema);
  if (known !== undefined) return known;
  const found = JSON.stringify(schema).includes('"x-secret":true');
  withSecrets.set(schema, found);
  return found;
}

function secretsOf(
  schema: JsonObject,
  layers: readonly ConfigLayer[],
  { config, origins }: Validated,
): Pick<Configured, 'secrets' | 'secretPlaces'> {
  if (!hasSecrets(schema)) return { secrets: [], secretPlaces: [] };
  const plain = new Set(textsOf(schema, config, false));
  const hidden = new Set([...textsOf(schema, config, true), ...writtenSecrets(schema, layers)]);
  const options = Object.entries(propertiesOf(schema)).filter(([, property]) => property['x-secret'] === true);
  return {
    secrets: [...hidden].filter((text) => !plain.has(text)),
    secretPlaces: options.flatMap(([option]) => origins.get(option) ?? []),
  };
}

/** `pointer` is the component's. Never throws. */
export function configureComponent(
  component: LoadedComponent<unknown>,
  layers: readonly ConfigLayer[],
  pointer: string,
  setting: TextSetting,
): Configured {
  const { validator } = component;
  const { schema } = validator;
  const rendered =
    schema['x-interpolate'] === 'component'
      ? layersAsWritten(layers, schema, pointer, setting)
      : renderOptions(layers, optionNames(schema), propertiesOf(schema), setting);
  const validated = decodeAndValidate(validator, rendered.layers, pointer, rendered.deferred);
  const { config } = validated;
  return {
    config,
    findings: [...rendered.findings, ...validated.findings],
    deferred: rendered.deferred,
    ...secretsOf(schema, rendered.layers, validated),
    validated,
  };
}

interface Preparing<Context> {
  prepare(config: object, context: Context): readonly Diagnostic[];
  prepareElsewhere?(config: object, context: Context, signal: AbortSignal): Promise<readonly Diagnostic[]>;
}

/** What the component itself says about its configuration, with pointers into the template. */
export function prepareComponent<Context>(
  module: Preparing<Context>,
  configured: Configured,
  pointer: string,
  context: Context,
): readonly Finding[] {
  const { config, validated, deferred } = configured;
  if (!validated.complete) return [];
  return module
    .prepare(config, context)
    .filter((diagnostic) => {
      const option = diagnostic.pointer.split('/')[1] ?? '';
      // What is wrong with the whole may come from the options that had to be left out.
      if (option === '') return validated.broken.size === 0;
      return !validated.broken.has(option) && !deferred.has(option);
    })
    .map((diagnostic) => ({ ...diagnostic, pointer: rebase(validated, pointer, diagnostic.pointer) }));
}

/**
 * What a component says of its configuration that another process has to be asked about; nothing while the schema, or
 * options that wait for the running build, leave it incomplete. Throws what the component does once `signal` has aborted.
 */
export async function prepareElsewhere<Context>(
  module: Preparing<Context>,
  configured: Configured,
  pointer: string,
  context: Context,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const { config, validated, deferred } = configured;
  if (module.prepareElsewhere === undefined) return [];
  if (!validated.complete || validated.broken.size > 0 || deferred.size > 0) return [];
  try {
    const found = await module.prepareElsewhere(config, context, signal);
    return found.map((diagnostic) => ({ ...diagnostic, pointer: rebase(validated, pointer, diagnostic.pointer) }));
  } catch (error) {
    if (signal.aborted || !(error instanceof KilnError)) throw error;
    const { code, message, hint } = error;
    return [{ severity: 'error', code, message, pointer, ...(hint === undefined ? {} : { hint }) }];
  }
}
