import { Refusal } from '../interpolation-error.ts';
import type { Value } from '../syntax/value.ts';

/** What a parameter takes; Go checks this before the call. */
export type ParameterKind = 'text' | 'integer' | 'any';

export interface TemplateFunction {
  readonly parameters: readonly ParameterKind[];
  /** Kind of any number of further arguments. */
  readonly rest?: ParameterKind;
  /** Throws `Refusal` when the arguments make no sense. Gets as many arguments as declared, of the declared kinds. */
  call(args: readonly Value[]): Value;
}

export type FunctionTable = ReadonlyMap<string, TemplateFunction>;

/** An argument declared as 'text'. */
export function text(value: Value): string {
  if (typeof value === 'string') return value;
  throw new Refusal('wants a text here');
}

/** An argument declared as 'integer'. */
export function integer(value: Value): bigint {
  if (typeof value === 'bigint') return value;
  throw new Refusal('wants a whole number here');
}

/** A function of texts only. */
export function ofTexts(count: number, body: (...args: string[]) => Value): TemplateFunction {
  return { parameters: Array.from({ length: count }, () => 'text'), call: (args) => body(...args.map(text)) };
}
