import { errorAt, warningAt, type Finding } from '../diagnostics/finding.ts';
import { nameHint } from '../diagnostics/suggest.ts';
import type { ComponentSchema } from '../contract/component.ts';
import type { JsonObject, JsonValue } from '../contract/json.ts';
import { pointerToken } from '../diagnostics/pointer.ts';
import { decodeValue, mergeDecoded, type Decoding } from './decode-value.ts';
import { givenOptions, propertiesOf, withDefaults } from './settle.ts';
import { isObject } from '../json/guards.ts';

/** One layer of configuration; a later layer goes before an earlier one. */
export interface ConfigLayer {
  readonly config: JsonObject;
  /** Where `config` stands in the template. */
  readonly pointer: string;
}

export interface Decoded {
  /** Options by their names in the schema, with defaults. What is in `broken` has its default or nothing. */
  readonly config: Record<string, JsonValue>;
  readonly findings: readonly Finding[];
  /** Options that have a value in the template which could not be decoded. */
  readonly broken: ReadonlySet<string>;
  /** Names that no option has. */
  readonly unknown: readonly string[];
  /** Where each option's value stands in the template. */
  readonly origins: ReadonlyMap<string, string>;
}

const namesOf = new WeakMap<ComponentSchema, (written: string) => string | undefined>();

/** What to write instead of an option that earlier Packers had, or else what was probably meant. */
function unknownHint(schema: ComponentSchema, written: string): string | undefined {
  const removed = schema['x-removed'];
  const instead = isObject(removed) ? removed[written.toLowerCase()] : undefined;
  return typeof instead === 'string' ? instead : nameHint(written, Object.keys(propertiesOf(schema)));
}

/** The schema's name for an option as written; names that differ in case only are the same. */
export function optionNames(schema: ComponentSchema): (written: string) => string | undefined {
  const known = namesOf.get(schema);
  if (known !== undefined) return known;
  const names = Object.keys(propertiesOf(schema));
  const exact = new Set(names);
  const folded = new Map(names.map((name) => [name.toLowerCase(), name]));
  const find = (written: string): string | undefined =>
    exact.has(written) ? written : folded.get(written.toLowerCase());
  namesOf.set(schema, find);
  return find;
}

interface Occurrence {
  readonly option: string;
  readonly value: JsonValue;
  readonly pointer: string;
}

function occurrences(
  layer: ConfigLayer,
  schema: ComponentSchema,
  subject: string,
  findings: Finding[],
  unknown: string[],
): Occurrence[] {
  const nameOf = optionNames(schema);
  const found = new Map<string, Occurrence & { readonly written: string }>();
  const keys = Object.keys(layer.config);
  // An exact name is the option; the same name in another case beside it is a mistake.
  for (const written of [...keys].sort((a, b) => Number(nameOf(a) !== a) - Number(nameOf(b) !== b))) {
    const option = nameOf(written);
    const pointer = `${layer.pointer}/${pointerToken(written)}`;
    const value = layer.config[written] ?? null;
    const twin = option === undefined ? undefined : found.get(option);
    if (option === undefined) {
      if (written.startsWith('packer_')) continue;
      const hint = (): string | undefined => unknownHint(schema, written);
      const message = `${subject} has no option ${JSON.stringify(written)}`;
      findings.push(errorAt('OPTION_UNKNOWN', pointer, message, { hint, mark: { kind: 'key' } }));
      unknown.push(written);
    } else if (twin !== undefined) {
      const message = `the option ${JSON.stringify(written)} is there twice, also as ${JSON.stringify(twin.written)}`;
      findings.push(errorAt('OPTION_UNKNOWN', pointer, message, { mark: { kind: 'key' } }));
    } else found.set(option, { option, value, pointer, written });
  }
  return [...found.values()];
}

function deprecation(option: string, property: JsonObject | undefined, pointer: string): readonly Finding[] {
  const hint = property?.['x-deprecated'];
  if (typeof hint !== 'string') return [];
  const message = `the option ${JSON.stringify(option)} is deprecated`;
  return [warningAt('OPTION_DEPRECATED', pointer, message, { hint, mark: { kind: 'key' } })];
}

/**
 * Decodes configuration as Packer does: option names in any case, and values of one type understood as another
 * where that is safe (see decode-value.ts). What is empty counts as not given (see settle.ts). `subject` names the
 * component in messages, as in `builder "qemu"`.
 * `deferred` options hold stand-ins: nothing is said about them. Collects every complaint; never throws.
 */
export function decodeConfig(
  schema: ComponentSchema,
  layers: readonly ConfigLayer[],
  subject: string,
  deferred: ReadonlySet<string>,
): Decoded {
  const findings: Finding[] = [];
  const broken = new Set<string>();
  const origins = new Map<string, string>();
  const written: Record<string, JsonValue> = {};
  const unknown: string[] = [];
  const properties = propertiesOf(schema);
  const found = layers.flatMap((layer) => occurrences(layer, schema, subject, findings, unknown));
  for (const { option, value, pointer } of found) {
    const property = properties[option];
    if (property === undefined || value === null) continue;
    const decoding: Decoding = { subject, findings: deferred.has(option) ? [] : findings, failed: false };
    const decoded = decodeValue(property, value, { pointer, name: option }, decoding);
    origins.set(option, pointer);
    if (decoding.failed) {
      broken.add(option);
      Reflect.deleteProperty(written, option);
    } else if (decoded !== undefined) {
      const before = written[option];
      written[option] = before === undefined ? decoded : mergeDecoded(before, decoded);
    }
  }
  const given = givenOptions(properties, written, deferred);
  for (const option of new Set([...Object.keys(given), ...broken])) {
    findings.push(...deprecation(option, properties[option], origins.get(option) ?? ''));
  }
  return { config: withDefaults(properties, given), findings, broken, unknown, origins };
}
