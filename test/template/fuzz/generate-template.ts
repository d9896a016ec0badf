import type { ComponentSchema } from '../../../core/contract/component.ts';
import type { JsonObject, JsonValue } from '../../../core/contract/json.ts';
import { propertiesOf } from '../../../core/schema/settle.ts';
import { isList } from '../../../core/json/guards.ts';
import { expression } from './generate-expression.ts';
import { anything, fitting, unfitting } from './generate-value.ts';
import { randomFrom, type Random } from './random.ts';

type Types = Readonly<Record<string, ComponentSchema>>;

/** Schemas of all components, by kind and type. */
export type Schemas = Readonly<Record<'builders' | 'provisioners' | 'postProcessors', Types>>;

/** A template that is being made. */
interface Making {
  readonly random: Random;
  /** Whether something is to be odd now; in tame templates that is rare or never. */
  readonly odd: (share: number) => boolean;
}

const builderNames = ['web', 'db', 'file', 'null', 'qemu'] as const;

/** Components with nothing wrong, whose options may be added to. */
const sound = {
  builders: [
    { type: 'null', communicator: 'none' },
    { type: 'file', target: '/tmp/kiln-fuzz/{{build_name}}', content: 'x' },
    { type: 'qemu', iso_url: 'package.json', iso_checksum: 'none', ssh_username: 'root', vm_name: '{{user `name`}}' },
  ],
  provisioners: [
    { type: 'shell', inline: ['echo {{build `Host`}} {{user `name`}}'] },
    { type: 'file', source: 'package.json', destination: '/tmp' },
    { type: 'sleep' },
  ],
  postProcessors: [{ type: 'checksum' }, { type: 'manifest' }, { type: 'shell-local', inline: ['true'] }],
} as const;

function optionName(name: string, { random, odd }: Making): string {
  if (!odd(0.1)) return name;
  if (random.chance(0.5)) return name.toUpperCase();
  return name.slice(0, random.below(name.length)) + name.slice(random.below(name.length));
}

function engineKeys({ random, odd }: Making): readonly (readonly [string, JsonValue])[] {
  const name = (): string => random.pick(builderNames);
  const rows: readonly (readonly [string, JsonValue])[] = [
    [random.pick(['only', 'except']), odd(0.3) ? anything(random) : [name()]],
    ['override', odd(0.5) ? anything(random) : { [name()]: odd(0.5) ? anything(random) : {} }],
    [random.pick(['pause_before', 'timeout']), odd(0.5) ? unfitting(random) : '5s'],
    ['max_retries', odd(0.5) ? unfitting(random) : 3],
    [random.pick(['_comment', 'keep_input_artifact', 'name', 'inline']), anything(random)],
  ];
  return rows.filter(() => odd(0.1));
}

function component(types: Schemas, kind: keyof Schemas, making: Making): JsonObject {
  const { random } = making;
  if (random.chance(making.odd(1) ? 0.1 : 0.6))
    return { ...random.pick<JsonObject>(sound[kind]), ...Object.fromEntries(engineKeys(making)) };
  return madeComponent(types[kind], making);
}

function madeComponent(types: Types, making: Making): JsonObject {
  const { random, odd } = making;
  const type = random.pick(Object.keys(types)) ?? '';
  const schema = types[type] ?? {};
  const required = isList(schema['required']) ? schema['required'] : [];
  const share = random.pick([0, 0.02, 0.1, 0.5]);
  const options = Object.entries(propertiesOf(schema))
    .filter(([name]) => (required.includes(name) ? !odd(0.1) : random.chance(share)))
    .map(([name, property]): [string, JsonValue] => [
      optionName(name, making),
      odd(0.2) ? unfitting(random) : fitting(property, random),
    ]);
  return Object.fromEntries([['type', odd(0.03) ? anything(random) : type], ...engineKeys(making), ...options]);
}

function variables({ random, odd }: Making): JsonValue {
  if (odd(0.05)) return anything(random);
  const value = (): JsonValue => (odd(0.5) ? (random.chance(0.3) ? anything(random, 0) : expression(random)) : 'x');
  return Object.fromEntries(
    ['a', 'name', 'url', 'b c'].filter((name) => name === 'name' || random.chance(0.6)).map((name) => [name, value()]),
  );
}

function list({ random, odd }: Making, most: number, make: () => JsonValue): JsonValue {
  if (odd(0.03)) return anything(random);
  return Array.from({ length: random.below(most) + 1 }, () => (odd(0.03) ? anything(random) : make()));
}

/** A template whose components, options and types are mostly those that there are, with values that mostly fit. */
export function generatedTemplate(schemas: Schemas, seed: number, index: number): string {
  const random = randomFrom(seed, index);
  const wildness = random.pick([0, 0.05, 0.3, 1]);
  const making: Making = { random, odd: (share) => random.chance(share * wildness) };
  const { odd } = making;
  const postProcessor = (): JsonValue =>
    random.chance(0.2)
      ? (random.pick(Object.keys(schemas.postProcessors)) ?? '')
      : component(schemas, 'postProcessors', making);
  const unnamed = new Set<unknown>();
  const builder = (): JsonValue => {
    const made = component(schemas, 'builders', making);
    const named = unnamed.has(made['type']) || random.chance(0.4);
    unnamed.add(made['type']);
    return named ? { name: odd(0.5) ? random.pick(builderNames) : `b${String(unnamed.size)}`, ...made } : made;
  };
  const root: readonly (readonly [string, JsonValue])[] = [
    ['variables', variables(making)],
    ['builders', list(making, 3, builder)],
    ['provisioners', list(making, 4, () => component(schemas, 'provisioners', making))],
    ['post-processors', list(making, 3, () => (random.chance(0.3) ? list(making, 3, postProcessor) : postProcessor()))],
    ['sensitive-variables', odd(0.1) ? anything(random) : ['name']],
    ['error-cleanup-provisioner', odd(0.1) ? anything(random) : component(schemas, 'provisioners', making)],
    ['min_packer_version', odd(0.5) ? random.pick<JsonValue>(['99.0', 'x', 1, null]) : '1.0.0'],
    [random.pick(['description', '_comment', '$schema']), odd(0.5) ? anything(random) : 'x'],
    [odd(0.2) ? random.pick(['comments', 'push', 'unknown', 'Builders']) : '_x', odd(1) ? anything(random) : 'x'],
  ];
  const kept = root.filter(([key]) => key === 'builders' || key === 'variables' || random.chance(0.5));
  return JSON.stringify(odd(0.03) ? anything(random) : Object.fromEntries(kept), null, random.below(3));
}
