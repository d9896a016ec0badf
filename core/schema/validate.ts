import type { ComponentKind, ComponentSchema } from '../contract/component.ts';
import { suggest } from '../diagnostics/suggest.ts';
import { pointerNames, pointerToken } from '../diagnostics/pointer.ts';
import { compileSchema } from './compile.ts';
import { decodeConfig, type ConfigLayer, type Decoded } from './decode.ts';
import { defaultOf, propertiesOf } from './settle.ts';
import { explainErrors, type SchemaError } from './explain.ts';
import { isList } from '../json/guards.ts';

type ValidateFunction = Awaited<ReturnType<typeof compileSchema>>;

/** A component's schema with everything made from it once. */
export interface ComponentValidator {
  readonly schema: ComponentSchema;
  readonly subject: string;
  readonly validate: ValidateFunction;
}

/** `subject` is `builder "qemu"`. */
export async function componentValidator(
  kind: ComponentKind,
  type: string,
  schema: ComponentSchema,
): Promise<ComponentValidator> {
  return {
    schema,
    subject: `${kind.replace('data-', 'data ')} "${type}"`,
    validate: await compileSchema(kind, type, schema),
  };
}

/** Leads from a pointer into a decoded configuration to where that value stands in the template. */
export function rebase(decoded: Pick<Decoded, 'origins'>, component: string, pointer: string): string {
  const [option = ''] = pointerNames(pointer);
  if (option === '') return component;
  const origin = decoded.origins.get(option) ?? `${component}/${pointerToken(option)}`;
  return [origin, ...pointer.split('/').slice(2)].join('/');
}

/** Keys of a component that the engine reads itself. */
const ENGINE_KEYS: readonly string[] = [
  'from',
  'keep_input_artifact',
  'max_retries',
  'name',
  'pause_before',
  'timeout',
];

/** Like `rebase`; an option that the template does not give stands nowhere, and the component is where it would be. */
export function rebaseWritten(decoded: Pick<Decoded, 'origins'>, component: string, pointer: string): string {
  const [option = ''] = pointerNames(pointer);
  const isWritten = decoded.origins.has(option) || ENGINE_KEYS.includes(option);
  return isWritten ? rebase(decoded, component, pointer) : component;
}

/** A configuration that was checked against its schema. */
export interface Validated extends Decoded {
  /** Options that have a value in the template which cannot be used; they hold their default, or nothing. */
  readonly broken: ReadonlySet<string>;
  /** Whether every required option has a value. */
  readonly complete: boolean;
}

function topOption({ instancePath, params }: SchemaError): string {
  const missing = (params as { readonly missingProperty?: unknown }).missingProperty;
  return pointerNames(instancePath)[0] ?? (typeof missing === 'string' ? missing : '');
}

/** Beyond so many wrong names, looking for what was meant takes long and tells nobody anything. */
const MOST_MISSPELT = 30;

/** Options that are not there and have a near miss among the unknown names: that they are missing follows from it. */
function meantOptions({ unknown, config }: Decoded, schema: ComponentSchema): readonly string[] {
  const names = Object.keys(propertiesOf(schema));
  return unknown.slice(0, MOST_MISSPELT).flatMap((written) => {
    const meant = suggest(written, names);
    return meant === undefined || meant in config ? [] : [meant];
  });
}

/**
 * Decodes a component's configuration and checks it against its schema. `deferred` options are known only later:
 * nothing is said about them. `pointer` is the component's. Never throws.
 */
export function decodeAndValidate(
  validator: ComponentValidator,
  layers: readonly ConfigLayer[],
  pointer: string,
  deferred: ReadonlySet<string>,
): Validated {
  const { schema, subject, validate } = validator;
  const decoded = decodeConfig(schema, layers, subject, deferred);
  const { config, findings } = decoded;
  const broken = new Set([...decoded.broken, ...meantOptions(decoded, schema)]);
  const errors: readonly SchemaError[] = validate(config) ? [] : (validate.errors ?? []);
  const failing = new Set([...broken, ...errors.map(topOption)]);
  const properties = propertiesOf(schema);
  for (const option of failing) {
    const property = properties[option];
    const fallback = property === undefined ? undefined : defaultOf(property);
    if (fallback === undefined) Reflect.deleteProperty(config, option);
    else config[option] = fallback;
  }
  // What is said of an option that could not be decoded was said by then.
  const news = errors.filter((error) => !broken.has(topOption(error)) && !deferred.has(topOption(error)));
  const complaints = explainErrors(news, {
    name: subject,
    rebase: (path) => rebase(decoded, pointer, path),
    isWritten: (option) => decoded.origins.has(option),
  });
  const required = isList(schema['required']) ? schema['required'] : [];
  return {
    ...decoded,
    broken: failing,
    complete: required.every((option) => typeof option === 'string' && option in config),
    findings: [...findings, ...complaints],
  };
}
