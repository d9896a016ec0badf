import type { JsonValue } from '../../contract/json.ts';
import { nameHint } from '../../diagnostics/suggest.ts';
import { isList, isObject } from '../../json/guards.ts';
import { Refusal } from '../interpolation-error.ts';
import { literalBraces } from '../literal-braces.ts';
import type { Value } from '../syntax/value.ts';
import type { TemplateFunction } from './function-table.ts';

/** What the function `data` tells. */
export interface FetchedData {
  /** The outputs that each data source has, by its name; undefined: it is not known. */
  readonly outputs: ReadonlyMap<string, readonly string[] | undefined>;
  /** The value of an output; undefined when the data source gave none. */
  tell(source: string, output: string): JsonValue | undefined;
}

const FORM = 'write the name of a data source, a dot and its output: {{ data `base.id` }}';

function unknown(what: string, name: string, known: readonly string[]): Refusal {
  return new Refusal(`${what} ${JSON.stringify(name)}`, {
    code: 'INTERPOLATION_UNKNOWN_NAME',
    hint: () => nameHint(name, known),
  });
}

function inner(value: JsonValue | undefined, key: Value): JsonValue | undefined {
  if (isList(value) && typeof key === 'bigint') return value[Number(key)];
  if (isObject(value) && typeof key === 'string') return Object.hasOwn(value, key) ? value[key] : undefined;
  return undefined;
}

function shown(value: JsonValue): string {
  return typeof value === 'string' ? value : typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function tellData(fetched: FetchedData, [called, ...keys]: readonly Value[]): string {
  const [source = '', output, ...more] = typeof called === 'string' ? called.split('.') : [];
  if (output === undefined || more.length > 0)
    throw new Refusal(`wants to know what of which data source`, { hint: FORM });
  const { outputs } = fetched;
  const known = outputs.get(source);
  if (!outputs.has(source)) throw unknown('there is no data source', source, [...outputs.keys()]);
  if (known?.includes(output) === false)
    throw unknown(`the data source ${JSON.stringify(source)} has no output`, output, known);
  const told = fetched.tell(source, output);
  // What stands for a value that was not fetched has nothing in it.
  const value = isObject(told) || isList(told) ? keys.reduce(inner, told) : told;
  if (value !== undefined && value !== null) return literalBraces(shown(value));
  const place = [`${source}.${output}`, ...keys.map(String)].join(' ');
  throw new Refusal(`there is no value of ${place} among what was fetched`);
}

/**
 * ``{{ data `base.id` }}``: an output of a data source; further arguments are keys of maps and places in lists:
 * ``{{ data `base.tags` `Name` }}``. Maps and lists themselves are told as JSON. Nothing in a value is a template.
 */
export function dataFunction(fetched: FetchedData | undefined): TemplateFunction {
  return {
    parameters: ['text'],
    rest: 'any',
    call: (values) => tellData(fetched ?? { outputs: new Map(), tell: () => undefined }, values),
  };
}
