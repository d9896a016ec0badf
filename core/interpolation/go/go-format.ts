import { formatted, plain, type Directive } from './go-verbs.ts';
import { insistOnLength } from './go-strings.ts';
import { typeName, type Value } from '../syntax/value.ts';

/** Widths beyond are not taken, as in Go. */
const largest = 1_000_000;

const simple = /[-+# 0]*/y;
const index = /\[([^\]]*)\]/y;
const digits = /[0-9]+/y;

/** Reads one format from start to end, taking arguments on the way. */
interface Reader {
  readonly format: string;
  readonly values: readonly Value[];
  at: number;
  argument: number;
  /** Whether some `%[n]` chose an argument. */
  reordered: boolean;
  /** Whether the directive's argument numbers make sense so far. */
  good: boolean;
  /** What was just read is an argument number. */
  afterIndex: boolean;
  output: string;
}

function take(reader: Reader, pattern: RegExp): RegExpExecArray | undefined {
  pattern.lastIndex = reader.at;
  const found = pattern.exec(reader.format);
  if (found === null) return undefined;
  reader.at += found[0].length;
  return found;
}

function takeIndex(reader: Reader): void {
  reader.afterIndex = false;
  if (reader.format[reader.at] !== '[') return;
  reader.reordered = true;
  const found = take(reader, index);
  const chosen = /^[0-9]+$/.test(found?.[1] ?? '') ? Number(found?.[1]) : 0;
  if (found === undefined) reader.at++;
  if (chosen >= 1 && chosen <= reader.values.length) {
    reader.argument = chosen - 1;
    reader.afterIndex = true;
    return;
  }
  reader.good = false;
  reader.afterIndex = chosen > 0;
}

/** A number from the format, or from an argument for `*`. */
function takeNumber(reader: Reader, complaint: string): number | undefined {
  if (reader.format[reader.at] !== '*') {
    const found = take(reader, digits);
    const number = found === undefined ? undefined : Number(found[0]);
    return number === undefined || number > largest ? undefined : number;
  }
  reader.at++;
  const value = reader.values[reader.argument];
  if (reader.argument < reader.values.length) reader.argument++;
  reader.afterIndex = false;
  if (typeof value === 'bigint' && value <= largest && value >= -largest) return Number(value);
  reader.output += complaint;
  return undefined;
}

function takePrecision(reader: Reader): number | undefined {
  if (reader.format[reader.at] !== '.' || reader.at + 1 >= reader.format.length) return undefined;
  reader.at++;
  if (reader.afterIndex) reader.good = false;
  takeIndex(reader);
  if (reader.format[reader.at] !== '*') return takeNumber(reader, '') ?? 0;
  const given = takeNumber(reader, '%!(BADPREC)');
  if (given === undefined || given >= 0) return given;
  reader.output += '%!(BADPREC)';
  return undefined;
}

function takeDirective(reader: Reader): Omit<Directive, 'verb' | 'goSyntax'> {
  const flags = take(reader, simple)?.[0] ?? '';
  takeIndex(reader);
  const chosen = reader.afterIndex;
  const star = reader.format[reader.at] === '*';
  const width = takeNumber(reader, '%!(BADWIDTH)');
  if (chosen && !star && width !== undefined) reader.good = false;
  const precision = takePrecision(reader);
  if (!reader.afterIndex) takeIndex(reader);
  if (width !== undefined && width < 0) return { flags: `${flags}-`, width: -width, precision };
  return { flags, width, precision };
}

function formatNext(reader: Reader): string {
  const directive = takeDirective(reader);
  const code = reader.format.codePointAt(reader.at);
  if (code === undefined) return '%!(NOVERB)';
  const verb = String.fromCodePoint(code);
  reader.at += verb.length;
  if (verb === '%') return '%';
  if (!reader.good) return `%!${verb}(BADINDEX)`;
  if (reader.argument >= reader.values.length) return `%!${verb}(MISSING)`;
  const value = reader.values[reader.argument++];
  if (verb !== 'v') return formatted({ ...directive, verb, goSyntax: false }, value);
  // With %v, a plus asks for the names of a struct's fields, not for a sign; there are no structs here.
  const flags = directive.flags.replaceAll(/[+#]/g, '');
  return formatted({ ...directive, verb, flags, goSyntax: directive.flags.includes('#') }, value);
}

function extra(values: readonly Value[]): string {
  const shown = values.map((value) =>
    value === undefined ? '<nil>' : `${typeName(value)}=${formatted(plain, value)}`,
  );
  return `%!(EXTRA ${shown.join(', ')})`;
}

/** Go's fmt.Sprintf. */
export function sprintf(format: string, values: readonly Value[]): string {
  const reader: Reader = {
    format,
    values,
    at: 0,
    argument: 0,
    reordered: false,
    good: true,
    afterIndex: false,
    output: '',
  };
  for (;;) {
    const percent = format.indexOf('%', reader.at);
    reader.output += format.slice(reader.at, percent < 0 ? undefined : percent);
    if (percent < 0) break;
    reader.at = percent + 1;
    reader.good = true;
    const text = formatNext(reader);
    reader.output += text;
    insistOnLength(reader.output.length);
  }
  const rest = values.slice(reader.argument);
  return reader.reordered || rest.length === 0 ? reader.output : reader.output + extra(rest);
}
