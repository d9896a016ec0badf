import { equalsAny, isLess, isLessOrEqual } from './compare.ts';
import { escapeHtml, escapeJs, escapeQuery } from './escape.ts';
import { text, type FunctionTable, type ParameterKind, type TemplateFunction } from '../functions/function-table.ts';
import { sprintf } from '../go/go-format.ts';
import { printed, sprint, sprintln } from '../go/go-print.ts';
import { Refusal } from '../interpolation-error.ts';
import { isFields, isList, isTrue, typeName, type Value } from '../syntax/value.ts';

function position(value: Value, length: number): number {
  if (typeof value !== 'bigint') throw new Refusal(`an index has to be a whole number, not of type ${typeName(value)}`);
  if (value < 0n || value > length)
    throw new Refusal(`the index ${String(value)} is out of range 0 to ${String(length)}`);
  return Number(value);
}

function indexOnce(value: Value, key: Value): Value {
  if (isList(value)) return value[position(key, value.length - 1)];
  if (isFields(value)) {
    if (typeof key !== 'string') throw new Refusal(`a name has to be a text, not of type ${typeName(key)}`);
    return Object.hasOwn(value, key) ? value[key] : undefined;
  }
  if (typeof value !== 'string') throw new Refusal(`a value of type ${typeName(value)} has no elements`);
  const bytes = Buffer.from(value);
  return BigInt(bytes[position(key, bytes.length - 1)] ?? 0);
}

function length(value: Value): bigint {
  if (typeof value === 'string') return BigInt(Buffer.byteLength(value));
  if (isList(value)) return BigInt(value.length);
  if (isFields(value)) return BigInt(Object.keys(value).length);
  throw new Refusal(`a value of type ${typeName(value)} has no length`);
}

/** First and last bound for something of this size. */
function bounds(given: readonly Value[], size: number): readonly [number, number] {
  const [from = 0, to = size, capacity = size] = given.map((bound) => position(bound, size));
  if (from > to || to > capacity) throw new Refusal(`the index ${String(from)} is greater than ${String(to)}`);
  return [from, to];
}

function slice(value: Value, given: readonly Value[]): Value {
  if (given.length > (typeof value === 'string' ? 2 : 3)) throw new Refusal('there are too many indexes');
  if (isList(value)) return value.slice(...bounds(given, value.length));
  if (typeof value !== 'string') throw new Refusal(`a value of type ${typeName(value)} cannot be sliced`);
  const bytes = Buffer.from(value);
  return bytes.subarray(...bounds(given, bytes.length)).toString();
}

/** As `html`, `js` and `urlquery` see their arguments. */
function joined(values: readonly Value[]): string {
  return sprint(values.map((value) => (value === undefined ? printed(value) : value)));
}

function builtin(
  parameters: readonly ParameterKind[],
  rest: ParameterKind | undefined,
  call: TemplateFunction['call'],
): TemplateFunction {
  return { parameters, ...(rest === undefined ? {} : { rest }), call };
}

/** Functions that Go's templates have by themselves. The evaluator looks after the short cut of `and` and `or`. */
export const builtins: FunctionTable = new Map([
  ['and', builtin(['any'], 'any', (values) => values.find((value) => !isTrue(value)) ?? values.at(-1))],
  ['or', builtin(['any'], 'any', (values) => values.find(isTrue) ?? values.at(-1))],
  ['not', builtin(['any'], undefined, ([value]) => !isTrue(value))],
  ['len', builtin(['any'], undefined, ([value]) => length(value))],
  ['index', builtin(['any'], 'any', ([value, ...keys]) => keys.reduce(indexOnce, indexable(value)))],
  ['slice', builtin(['any'], 'any', ([value, ...given]) => slice(value, given))],
  ['print', builtin([], 'any', sprint)],
  ['println', builtin([], 'any', sprintln)],
  ['printf', builtin(['text'], 'any', ([format, ...values]) => sprintf(text(format), values))],
  ['html', builtin([], 'any', (values) => escapeHtml(joined(values)))],
  ['js', builtin([], 'any', (values) => escapeJs(joined(values)))],
  ['urlquery', builtin([], 'any', (values) => escapeQuery(joined(values)))],
  ['eq', builtin(['any'], 'any', ([value, ...others]) => equalsAny(value, others))],
  ['ne', builtin(['any', 'any'], undefined, ([a, b]) => !equalsAny(a, [b]))],
  ['lt', builtin(['any', 'any'], undefined, ([a, b]) => isLess(a, b))],
  ['le', builtin(['any', 'any'], undefined, ([a, b]) => isLessOrEqual(a, b))],
  ['gt', builtin(['any', 'any'], undefined, ([a, b]) => !isLessOrEqual(a, b))],
  ['ge', builtin(['any', 'any'], undefined, ([a, b]) => !isLess(a, b))],
  ['call', builtin(['any'], 'any', ([value]) => notCallable(value))],
]);

function indexable(value: Value): Value {
  if (value === undefined) throw new Refusal('there is nothing to index');
  return value;
}

/** No data of Packer's holds functions. */
function notCallable(value: Value): never {
  throw new Refusal(`a value of type ${typeName(value)} is not a function`);
}
