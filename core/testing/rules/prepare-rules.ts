import { isDeepStrictEqual } from 'node:util';
import type { PrepareContext } from '../../contract/component.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import { isObject } from '../../json/guards.ts';
import { componentValidator, decodeAndValidate } from '../../schema/validate.ts';
import { schemaOf, type TestedComponent } from '../tested-component.ts';
import { none, type ConformanceRule } from './rule.ts';

/** What templates give, odd or not; decoding takes of each what the option's type allows. */
const ODD: readonly JsonValue[] = [
  ...[
    '',
    ' ',
    '0',
    '-1',
    'x',
    '\0',
    '../../etc/passwd',
    '{{',
    'ü\u{1f600}',
    'a'.repeat(5000),
    'http://[',
    '1,2,,3',
    '%zz',
  ],
  ...[0, -1, 1, 65_536, 2 ** 53, 1e300, 0.5, true, false, null],
  ...[[], [''], ['x', 'x'], {}, { '': '' }, { a: 'b' }, [{}], [{ a: {} }]],
];

/** Nothing is there on disk or in the environment. */
const context: PrepareContext = {
  buildName: 'test',
  builderType: 'test',
  force: false,
  from: undefined,
  statPath: () => undefined,
  readStart: () => undefined,
  environment: () => undefined,
};

/** Something is everywhere. */
const crowded: PrepareContext = {
  ...context,
  from: 'other',
  force: true,
  statPath: () => 'file',
  readStart: () => new Uint8Array(8),
  environment: (name) => `value of ${name}`,
};

function frozen<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(frozen);
  return Object.freeze(value);
}

/** A value for an option without a default that has to be there. */
function plain({ type, enum: choices }: JsonObject): JsonValue {
  if (Array.isArray(choices)) return (choices as readonly JsonValue[])[0] ?? '';
  const values: Readonly<Record<string, JsonValue>> = {
    array: ['x'],
    object: { a: 'b' },
    integer: 1,
    number: 1,
    boolean: true,
  };
  return (typeof type === 'string' ? values[type] : undefined) ?? 'x';
}

type Check = (config: object, written: JsonObject) => void;

/** Calls `check` with each configuration that the schema lets through, of an option with an odd value beside plain ones. */
async function withOddConfigs(tested: TestedComponent, check: Check): Promise<void> {
  const schema = await schemaOf(tested);
  const validator = await componentValidator(tested.component.kind, tested.type, schema);
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  const required = Array.isArray(schema['required']) ? (schema['required'] as readonly string[]) : [];
  const least = Object.fromEntries(required.map((name) => [name, plain((properties[name] ?? {}) as JsonObject)]));
  for (const name of Object.keys(properties)) {
    for (const value of ODD) {
      const written = { ...least, [name]: value };
      const { config, complete } = decodeAndValidate(validator, [{ config: written, pointer: '' }], '', new Set());
      if (complete) check(frozen(config), { [name]: typeof value === 'string' ? value.slice(0, 20) : value });
    }
  }
}

/** What is wrong with what a function of the component does with a configuration; nothing when all is well. */
function faultsOf({ component }: TestedComponent, config: object): readonly string[] {
  const faults: string[] = [];
  for (const place of [context, crowded]) {
    const found = component.prepare(config, place);
    if (!isDeepStrictEqual(found, component.prepare(config, place)))
      faults.push('prepare says something else the second time');
    for (const { code, message, pointer } of found) {
      if (!/^[A-Z][A-Z0-9_]*$/.test(code)) faults.push(`the code ${code} is not in capitals`);
      if (message.trim() === '') faults.push(`${code} has no message`);
      if (pointer !== '' && !pointer.startsWith('/'))
        faults.push(`the pointer ${pointer} of ${code} does not begin with /`);
    }
  }
  const known = new Set(component.programs.map(({ program }) => program));
  const needs = 'needs' in component ? component.needs(config) : [];
  if (known.size === 0 && needs.length > 0) faults.push('it needs programs, and "programs" has none');
  if (component.kind === 'provisioner') component.inputFiles(config);
  if (component.kind === 'builder') component.load?.(config);
  if (component.kind === 'post-processor') component.independent?.(config);
  return faults;
}

/** That what is asked about a configuration before anything runs is pure, and takes whatever the schema lets through. */
export function prepareRules(tested: TestedComponent): readonly ConformanceRule[] {
  return [
    {
      rule: 'checks odd values of every option without throwing, changing them or telling otherwise the second time',
      check: async () => {
        const faults: string[] = [];
        await withOddConfigs(tested, (config, written) => {
          try {
            faults.push(...faultsOf(tested, config));
          } catch (error) {
            faults.push(`${JSON.stringify(written)} makes it throw ${String(error)}`);
          }
        });
        none(faults, 'before anything runs');
      },
    },
  ];
}
