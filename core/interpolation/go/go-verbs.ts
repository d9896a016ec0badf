import { floatText } from './go-float.ts';
import { fitsBackquotes, isPrintable, quoted } from './go-quote.ts';
import { Refusal } from '../interpolation-error.ts';
import { isList, sortedKeys, typeName, type Fields, type Value } from '../syntax/value.ts';

/** One `%…` of a format. */
export interface Directive {
  readonly verb: string;
  /** Of `+-# 0`. */
  readonly flags: string;
  readonly width: number | undefined;
  readonly precision: number | undefined;
  /** Set by %#v: as a Go program would write the value. */
  readonly goSyntax: boolean;
}

export const plain: Directive = { verb: 'v', flags: '', width: undefined, precision: undefined, goSyntax: false };

/** Fills up to the width, which counts code points. */
function padded(text: string, { flags, width }: Directive, zeros = true): string {
  const missing = (width ?? 0) - Array.from(text).length;
  if (missing <= 0) return text;
  if (flags.includes('-')) return text + ' '.repeat(missing);
  return (zeros && flags.includes('0') ? '0' : ' ').repeat(missing) + text;
}

function signed(negative: boolean, flags: string): string {
  return negative ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
}

function badVerb(directive: Directive, value: Value): string {
  return `%!${directive.verb}(${typeName(value)}=${formatted({ ...directive, verb: 'v' }, value)})`;
}

function formatText(directive: Directive, text: string): string {
  const { verb, flags, precision } = directive;
  if (verb === 'x' || verb === 'X') return hexText(directive, text);
  const short = precision === undefined ? text : Array.from(text).slice(0, precision).join('');
  if (verb === 's' || (verb === 'v' && !directive.goSyntax)) return padded(short, directive);
  if (verb !== 'q' && verb !== 'v') return badVerb(directive, text);
  const raw = verb === 'q' && flags.includes('#') && fitsBackquotes(short);
  return padded(raw ? `\`${short}\`` : quoted(short, '"', verb === 'q' && flags.includes('+')), directive);
}

function hexText(directive: Directive, text: string): string {
  const { verb, flags, precision } = directive;
  const digits = Buffer.from(text).subarray(0, precision).toString('hex');
  const prefix = flags.includes('#') && digits !== '' ? '0x' : '';
  const spaced = flags.includes(' ');
  const all = spaced
    ? digits.replaceAll(/..(?=(.?))/g, (byte, more) => prefix + byte + (more === '' ? '' : ' '))
    : prefix + digits;
  return padded(verb === 'X' ? all.toUpperCase() : all, directive);
}

const bases: Readonly<Record<string, number>> = { b: 2, d: 10, o: 8, O: 8, v: 10, x: 16, X: 16 };

function integerPrefix(verb: string, flags: string, digits: string): string {
  const sharp = flags.includes('#');
  const octal = sharp && (verb === 'o' || verb === 'O') && !digits.startsWith('0') ? '0' : '';
  if (verb === 'O') return `0o${octal}`;
  return sharp ? ({ b: '0b', x: '0x', X: '0X' }[verb] ?? octal) : '';
}

function formatInteger(directive: Directive, value: bigint): string {
  const { verb, flags, width, precision } = directive;
  if (verb === 'c' || verb === 'q' || verb === 'U') return formatCharacter(directive, value);
  const base = bases[verb];
  if (base === undefined) return badVerb(directive, value);
  if (precision === 0 && value === 0n) return ' '.repeat(width ?? 0);
  const sign = signed(value < 0n, flags);
  const fills = precision === undefined && flags.includes('0') && !flags.includes('-');
  const least = fills ? (width ?? 0) - sign.length : (precision ?? 0);
  const magnitude = (value < 0n ? -value : value).toString(base).padStart(least, '0');
  const digits = verb === 'X' ? magnitude.toUpperCase() : magnitude;
  return padded(sign + integerPrefix(verb, flags, digits) + digits, directive, false);
}

function formatCharacter(directive: Directive, value: bigint): string {
  const { verb, flags, precision } = directive;
  const code = value < 0n || value > 0x10ffffn || (value >= 0xd800n && value < 0xe000n) ? 0xfffd : Number(value);
  const character = String.fromCodePoint(code);
  if (verb === 'c') return padded(character, directive);
  if (verb === 'q') return padded(quoted(character, "'", flags.includes('+')), directive);
  const digits = BigInt.asUintN(64, value).toString(16).toUpperCase();
  const shown = flags.includes('#') && BigInt(code) === value && isPrintable(character) ? ` '${character}'` : '';
  return padded(`U+${digits.padStart(Math.max(4, precision ?? 0), '0')}${shown}`, directive, false);
}

function formatFloat(directive: Directive, value: number): string {
  const { flags, width, precision } = directive;
  const verb = directive.verb === 'v' ? 'g' : directive.verb;
  if ('bxX'.includes(verb)) throw new Refusal(`%${verb} of a floating-point number is not supported`);
  if (!'eEfFgG'.includes(verb)) return badVerb(directive, value);
  const sharp = flags.includes('#');
  const magnitude = floatText(Math.abs(value), verb, precision, sharp);
  const text = sharp && !magnitude.includes('.') ? magnitude.replace(/(?=[eE]|$)/, '.') : magnitude;
  const sign = signed(value < 0 || Object.is(value, -0), flags);
  const fills = flags.includes('0') && !flags.includes('-');
  return padded(sign + (fills ? text.padStart((width ?? 0) - sign.length, '0') : text), directive);
}

function formatList(directive: Directive, list: readonly Value[]): string {
  if (directive.verb === 'p') throw new Refusal('%p is not supported');
  const elements = list.map((element) => formatElement(directive, element));
  if (directive.goSyntax) return `${typeName(list)}{${elements.join(', ')}}`;
  return `[${elements.join(' ')}]`;
}

function formatFields(directive: Directive, fields: Fields): string {
  if (directive.verb === 'p') throw new Refusal('%p is not supported');
  const entries = sortedKeys(fields).map(
    (key) => `${formatted(directive, key)}:${formatElement(directive, fields[key])}`,
  );
  if (directive.goSyntax) return `${typeName(fields)}{${entries.join(', ')}}`;
  return `map[${entries.join(' ')}]`;
}

function formatElement(directive: Directive, value: Value): string {
  if (value !== undefined) return formatted(directive, value);
  return directive.goSyntax ? 'interface {}(nil)' : '<nil>';
}

/** One value by one directive, as Go's fmt writes it; what does not fit shows as `%!d(string=x)`. */
export function formatted(directive: Directive, value: Value): string {
  const { verb } = directive;
  if (value === undefined) return verb === 'v' || verb === 'T' ? padded('<nil>', directive) : `%!${verb}(<nil>)`;
  if (verb === 'T') return formatText({ ...directive, verb: 's' }, typeName(value));
  if (typeof value === 'string') return formatText(directive, value);
  if (typeof value === 'bigint') return formatInteger(directive, value);
  if (typeof value === 'number') return formatFloat(directive, value);
  if (typeof value === 'boolean') {
    return verb === 't' || verb === 'v' ? padded(String(value), directive) : badVerb(directive, value);
  }
  return isList(value) ? formatList(directive, value) : formatFields(directive, value);
}
