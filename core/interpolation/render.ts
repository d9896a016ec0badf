import { evaluate } from './evaluate/evaluate.ts';
import { builtins } from './evaluate/builtins.ts';
import type { FunctionTable } from './functions/function-table.ts';
import { InterpolationError } from './interpolation-error.ts';
import { withBraces } from './literal-braces.ts';
import { parse } from './syntax/parse.ts';
import type { Tree } from './syntax/node.ts';
import { dotExpressions } from './references.ts';
import { fromData, type Data } from './syntax/value.ts';
import { meter, type WorkPool } from './evaluate/work.ts';

export interface RenderOptions {
  /** Packer's functions; Go's own are always there. */
  readonly functions: FunctionTable;
  /** What `.` is: ``{{ .HTTPIP }}`` reads `HTTPIP`. */
  readonly data?: Data;
  /**
   * True: a name that the data lack is an error, but for one that a map in the data lacks, as in Go where they are
   * structures. Else it is nothing, and prints as `<no value>`.
   */
  readonly closed?: boolean;
  /** Told of each expression that prints as `<no value>`. */
  readonly onNoValue?: ((expression: string) => void) | undefined;
  /** What this and other texts may take together; by itself each call has one of its own. */
  readonly work?: WorkPool | undefined;
}

/** Renderings of one text after another until nothing changes. */
const mostPasses = 100;
const mostGrowth = 1024 * 1024;

/** Functions with Go's own beside them. */
interface Callable {
  readonly functions: FunctionTable;
  readonly names: ReadonlySet<string>;
}

const tables = new WeakMap<FunctionTable, Callable>();

function withBuiltins(functions: FunctionTable): Callable {
  const known = tables.get(functions);
  if (known !== undefined) return known;
  const table = new Map([...builtins, ...functions]);
  const callable = { functions: table, names: new Set(table.keys()) };
  tables.set(functions, callable);
  return callable;
}

/** Throws `InterpolationError` when the text is malformed or calls a function that is not there. */
export function parseText(text: string, functions: FunctionTable): Tree {
  return parse(text, withBuiltins(functions).names);
}

/** Renders a text once; throws `InterpolationError`. */
export function render(text: string, options: RenderOptions): string {
  return withBraces(renderOnce(text, options));
}

/** A text that may be rendered again. */
function renderOnce(text: string, options: RenderOptions): string {
  if (!text.includes('{{')) return text;
  const { functions, names } = withBuiltins(options.functions);
  return evaluate(parse(text, names), {
    functions,
    closed: options.closed ?? false,
    meter: meter(options.work ?? { spent: 0 }, text.length),
    data: fromData(options.data),
    noValue: ({ offset, length }) => options.onNoValue?.(text.slice(offset, offset + length)),
    length: text.length,
  });
}

/**
 * Renders until nothing changes, as Packer does for late options; throws `InterpolationError`, with the code
 * VARIABLE_RECURSION when there is no end to it. Offsets are into `text` while the first rendering fails, else 0.
 */
export function renderUntilStable(text: string, given: RenderOptions): string {
  const options = given.work === undefined ? { ...given, work: { spent: 0 } } : given;
  let current = renderOnce(text, options);
  if (current === text) return withBraces(current);
  for (let pass = 1; pass < mostPasses && current.length < text.length + mostGrowth; pass++) {
    const next = renderAgain(current, text.length, options);
    if (next === current) return withBraces(current);
    current = next;
  }
  const place = { offset: 0, length: text.length };
  throw new InterpolationError('this renders to ever new templates', place, { code: 'VARIABLE_RECURSION' });
}

function renderAgain(text: string, length: number, options: RenderOptions): string {
  try {
    return renderOnce(text, options);
  } catch (error) {
    if (!(error instanceof InterpolationError)) throw error;
    const { code, hint, cause } = error;
    const message = `${error.message} (in ${JSON.stringify(text)}, which this renders to)`;
    throw new InterpolationError(message, { offset: 0, length }, { code, hint, cause });
  }
}

/**
 * Renders once and leaves each expression that starts with a dot, such as `{{ .HTTPIP }}`, as it stands: those in
 * variables are for whoever uses the variable; so are the braces of values from outside, which `withBraces` writes as such.
 * Throws `InterpolationError`.
 */
export function renderKeepingDots(text: string, options: RenderOptions): string {
  const kept = dotExpressions(text);
  if (kept.length === 0) return renderOnce(text, options);
  // A stand-in of the same length keeps the offsets of errors right.
  const marks = new Map<string, string>();
  let masked = '';
  let at = 0;
  for (const [index, { offset, length }] of kept.entries()) {
    const mark = standIn(index, length);
    marks.set(mark, text.slice(offset, offset + length));
    masked += text.slice(at, offset) + mark;
    at = offset + length;
  }
  masked += text.slice(at);
  let rendered = renderOnce(masked, options);
  for (const [mark, expression] of marks) rendered = rendered.replaceAll(mark, () => expression);
  return rendered;
}

/** A private-use text of this length that no template has. */
function standIn(index: number, length: number): string {
  const digits = Array.from(index.toString(36), (digit) => String.fromCharCode(0xe000 + Number.parseInt(digit, 36)));
  return `\uf8fd${digits.join('')}`.padEnd(Math.max(length - 1, digits.length + 1), '\uf8fe') + '\uf8ff';
}
