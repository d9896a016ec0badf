import { InterpolationError } from '../interpolation-error.ts';
import type { FunctionTable } from '../functions/function-table.ts';
import type { Node, Span } from '../syntax/node.ts';
import type { Value } from '../syntax/value.ts';
import { endless, type Meter } from './work.ts';

const mostOutput = 16 * 1024 * 1024;
/** Actions, parentheses and calls of `template` within each other; no text may exhaust the stack. */
const deepest = 500;

/** One rendering of a text. */
export interface Rendering {
  readonly functions: FunctionTable;
  readonly definitions: ReadonlyMap<string, readonly Node[]>;
  readonly data: Value;
  /** Names that the data themselves lack are errors; maps in them may lack any. */
  readonly closed: boolean;
  readonly meter: Meter;
  write(text: string, place: Span): void;
  /** An action writes `<no value>`. */
  noValue(place: Span): void;
  /** Runs `body` one level deeper; throws when that is too deep. */
  nested<T>(place: Span, body: () => T): T;
}

/** One template's run: its variables, the innermost last. */
export interface Frame {
  readonly rendering: Rendering;
  readonly variables: { readonly name: string; value: Value }[];
}

export function startRendering(
  of: Pick<Rendering, 'functions' | 'definitions' | 'data' | 'closed' | 'meter' | 'noValue'>,
  length: number,
): { readonly rendering: Rendering; output: () => string } {
  const parts: string[] = [];
  let room = length + mostOutput;
  let depth = 0;
  return {
    rendering: {
      ...of,
      write(text, place) {
        of.meter.spend(text.length, place);
        room -= text.length;
        if (room < 0) throw endless(place);
        parts.push(text);
      },
      nested(place, body) {
        if (depth === deepest) throw endless(place);
        depth++;
        const result = body();
        depth--;
        return result;
      },
    },
    output: () => parts.join(''),
  };
}

/** The frame of a template that is called: it sees nothing of its caller but the data it is given. */
export function calledFrame(rendering: Rendering, dot: Value): Frame {
  return { rendering, variables: [{ name: '$', value: dot }] };
}

export function variable(frame: Frame, name: string, place: Span): { value: Value } {
  const found = frame.variables.findLast((candidate) => candidate.name === name);
  if (found === undefined) throw new InterpolationError(`there is no variable ${JSON.stringify(name)} here`, place);
  return found;
}
