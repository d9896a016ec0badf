import { variable, type Frame } from './frame.ts';
import type { ParameterKind, TemplateFunction } from '../functions/function-table.ts';
import { InterpolationError, Refusal } from '../interpolation-error.ts';
import type { Command, Operand, Pipeline, Span } from '../syntax/node.ts';
import { nameHint } from '../../diagnostics/suggest.ts';
import { isFields, isTrue, typeName, type Value } from '../syntax/value.ts';

/** What the stage before hands on; undefined for the first stage, since a value may be undefined itself. */
type Piped = { readonly value: Value } | undefined;

function fieldOf(frame: Frame, receiver: Value, names: readonly string[], place: Span): Value {
  let value = receiver;
  for (const name of names) {
    if (isFields(value)) {
      if (Object.hasOwn(value, name)) value = value[name];
      else if (isClosed(frame, value)) throw unknownField(name, Object.keys(value), place);
      else value = undefined;
    } else if (value !== undefined) {
      throw new InterpolationError(`a value of type ${typeName(value)} has no field ${JSON.stringify(name)}`, place);
    } else if (isClosed(frame, value)) throw unknownField(name, [], place);
  }
  return value;
}

function isClosed({ rendering }: Frame, receiver: Value): boolean {
  return rendering.closed && receiver === rendering.data;
}

function unknownField(name: string, known: readonly string[], place: Span): InterpolationError {
  return new InterpolationError(`there is no ${JSON.stringify(`.${name}`)} here`, place, {
    code: 'INTERPOLATION_UNKNOWN_NAME',
    hint: nameHint(name, known),
  });
}

function evaluateOperand(frame: Frame, dot: Value, operand: Operand): Value {
  switch (operand.kind) {
    case 'dot':
      return dot;
    case 'nil':
      return undefined;
    case 'literal':
    case 'number':
      return operand.value;
    case 'field':
      return fieldOf(frame, dot, operand.names, operand);
    case 'variable':
      return fieldOf(frame, variable(frame, operand.name, operand).value, operand.names, operand);
    case 'chain':
      return fieldOf(frame, evaluateOperand(frame, dot, operand.of), operand.names, operand);
    case 'function':
      return callFunction(frame, dot, operand, [], undefined);
    case 'pipeline':
      return frame.rendering.nested(operand, () => evaluatePipeline(frame, dot, operand));
  }
}

const kindNames: Readonly<Record<ParameterKind, string>> = {
  text: 'a text',
  integer: 'a whole number',
  any: 'a value',
};

function fits(value: Value, kind: ParameterKind): boolean {
  return kind === 'any' || typeof value === (kind === 'text' ? 'string' : 'bigint');
}

function checked(value: Value, kind: ParameterKind, name: string, place: Span): Value {
  if (fits(value, kind)) return value;
  const found = value === undefined ? 'nothing' : `a value of type ${typeName(value)}`;
  throw new InterpolationError(`${JSON.stringify(name)} wants ${kindNames[kind]} here and gets ${found}`, place);
}

function evaluateArgument(frame: Frame, dot: Value, kind: ParameterKind, name: string, operand: Operand): Value {
  // A literal takes the type that is wanted: 1.0 is an integer where an integer is wanted.
  const exact = operand.kind === 'number' && kind === 'integer' ? operand.exact : undefined;
  return exact ?? checked(evaluateOperand(frame, dot, operand), kind, name, operand);
}

function checkCount(called: TemplateFunction, name: string, count: number, place: Span): void {
  const least = called.parameters.length;
  if (count === least || (count > least && called.rest !== undefined)) return;
  const wanted = called.rest === undefined ? String(least) : `at least ${String(least)}`;
  const message = `${JSON.stringify(name)} wants ${wanted} argument${least === 1 ? '' : 's'} and gets ${String(count)}`;
  throw new InterpolationError(message, place);
}

/** `and` and `or` evaluate no more arguments than they need to. */
function shortCircuit(frame: Frame, dot: Value, name: string, operands: readonly Operand[], piped: Piped): Value {
  let value: Value;
  for (const operand of operands) {
    value = evaluateOperand(frame, dot, operand);
    if (isTrue(value) === (name === 'or')) return value;
  }
  return piped === undefined ? value : piped.value;
}

/** Texts in all that a function may be given. */
const MOST_CHARACTERS = 1024 * 1024;

/** How many characters a function is to go through; throws when those are too many. */
function workedOn(values: readonly Value[], name: string, place: Span): number {
  const characters = values.reduce<number>((sum, value) => sum + (typeof value === 'string' ? value.length : 0), 0);
  if (characters <= MOST_CHARACTERS) return characters;
  const message = `${JSON.stringify(name)} is given a text of ${String(characters)} characters, more than ${String(MOST_CHARACTERS)}`;
  throw new InterpolationError(message, place, { code: 'VARIABLE_RECURSION' });
}

function callFunction(
  frame: Frame,
  dot: Value,
  { name, ...place }: Operand & { readonly kind: 'function' },
  operands: readonly Operand[],
  piped: Piped,
): Value {
  const called = frame.rendering.functions.get(name);
  if (called === undefined) throw new InterpolationError(`there is no function ${JSON.stringify(name)} here`, place);
  checkCount(called, name, operands.length + (piped === undefined ? 0 : 1), place);
  if (name === 'and' || name === 'or') return shortCircuit(frame, dot, name, operands, piped);
  const kindAt = (index: number): ParameterKind => called.parameters[index] ?? called.rest ?? 'any';
  const values = operands.map((operand, index) => evaluateArgument(frame, dot, kindAt(index), name, operand));
  if (piped !== undefined) values.push(checked(piped.value, kindAt(operands.length), name, place));
  frame.rendering.meter.spend(workedOn(values, name, place), place);
  try {
    const result = called.call(values);
    // What is handed on as it is costs nothing, what was made does: that is not told apart.
    if (typeof result === 'string') frame.rendering.meter.spend(result.length >> 3, place);
    return result;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new InterpolationError(`${JSON.stringify(name)}: ${error.message}`, place, error.details);
  }
}

function evaluateCommand(frame: Frame, dot: Value, { operands: [first, ...rest] }: Command, piped: Piped): Value {
  if (first.kind === 'function') return callFunction(frame, dot, first, rest, piped);
  if (rest.length > 0 || piped !== undefined) {
    throw new InterpolationError('this is not a function and takes no arguments', first);
  }
  if (first.kind === 'nil') throw new InterpolationError('"nil" can be an argument only', first);
  return evaluateOperand(frame, dot, first);
}

/** The value of the last command, each of which gets the value before as its last argument; sets the variables. */
export function evaluatePipeline(frame: Frame, dot: Value, pipeline: Pipeline): Value {
  let piped: Piped;
  for (const command of pipeline.commands) piped = { value: evaluateCommand(frame, dot, command, piped) };
  const value = piped?.value;
  for (const name of pipeline.targets) {
    if (pipeline.assigns) variable(frame, name, pipeline).value = value;
    else frame.variables.push({ name, value });
  }
  return value;
}
