import { InterpolationError } from './interpolation-error.ts';
import type { FunctionTable } from './function-table.ts';
import type { Node, Place } from './node.ts';
import type { Value } from './value.ts';

/** More work than this is a template that feeds itself. */
const mostNodes = 1_000_000;
const mostOutput = 64 * 1024 * 1024;
/** Calls of `template` within each other. */
const deepestCall = 500;

/** One rendering of a text. */
export interface Rendering {
  readonly functions: FunctionTable;
  readonly definitions: ReadonlyMap<string, readonly Node[]>;
  /** Names that the data lack are errors. */
  readonly closed: boolean;
  write(text: string, place: Place): void;
  /** Counts a step of work; throws when there were too many. */
  step(place: Place): void;
}

/** One template's run: its variables, the innermost last. */
export interface Frame {
  readonly rendering: Rendering;
  readonly variables: { readonly name: string; value: Value }[];
  readonly depth: number;
}

function endless(place: Place): InterpolationError {
  return new InterpolationError('this produces itself without end', place, { code: 'VARIABLE_RECURSION' });
}

export function startRendering(
  functions: FunctionTable,
  definitions: Rendering['definitions'],
  closed: boolean,
): { readonly rendering: Rendering; output: () => string } {
  const parts: string[] = [];
  let written = 0;
  let steps = 0;
  return {
    rendering: {
      functions,
      definitions,
      closed,
      write(text, place) {
        written += text.length;
        if (written > mostOutput) throw endless(place);
        parts.push(text);
      },
      step(place) {
        if (++steps > mostNodes) throw endless(place);
      },
    },
    output: () => parts.join(''),
  };
}

/** The frame of a template that is called: it sees nothing of its caller but the data it is given. */
export function calledFrame(rendering: Rendering, depth: number, dot: Value, place: Place): Frame {
  if (depth > deepestCall) throw endless(place);
  return { rendering, depth, variables: [{ name: '$', value: dot }] };
}

export function variable(frame: Frame, name: string, place: Place): { value: Value } {
  const found = frame.variables.findLast((candidate) => candidate.name === name);
  if (found === undefined) throw new InterpolationError(`there is no variable ${JSON.stringify(name)} here`, place);
  return found;
}
