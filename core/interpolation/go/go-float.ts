/** An exact fraction; Go rounds the exact value half to even, which `toFixed` does not. */
function fraction(value: number): readonly [bigint, bigint] {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const exponent = Number((bits >> 52n) & 0x7ffn);
  const mantissa = (bits & 0xfffffffffffffn) | (exponent === 0 ? 0n : 1n << 52n);
  const power = BigInt(Math.max(exponent, 1) - 1075);
  return power < 0n ? [mantissa, 1n << -power] : [mantissa << power, 1n];
}

function roundedQuotient(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  const twice = (numerator % denominator) * 2n;
  return twice > denominator || (twice === denominator && quotient % 2n === 1n) ? quotient + 1n : quotient;
}

/** Magnitude with a fixed number of digits after the point. */
export function fixed(magnitude: number, digits: number): string {
  const [numerator, denominator] = fraction(magnitude);
  const all = roundedQuotient(numerator * 10n ** BigInt(digits), denominator)
    .toString()
    .padStart(digits + 1, '0');
  return digits === 0 ? all : `${all.slice(0, -digits)}.${all.slice(-digits)}`;
}

interface Decimal {
  /** Significant digits, the first of them not zero unless the value is. */
  readonly digits: string;
  /** Power of ten of the first digit. */
  readonly exponent: number;
}

/** A number of significant digits, or as many as tell the value from its neighbours. */
function decimal(magnitude: number, significant: number | undefined): Decimal {
  const [head = '0', tail = '0'] = magnitude.toExponential().split('e');
  const shortest = { digits: head.replace('.', ''), exponent: Number(tail) };
  if (significant === undefined) return shortest;
  if (magnitude === 0) return { digits: '0'.repeat(significant), exponent: 0 };
  const [numerator, denominator] = fraction(magnitude);
  const shift = BigInt(significant - 1 - shortest.exponent);
  const scaled =
    shift < 0n
      ? roundedQuotient(numerator, denominator * 10n ** -shift)
      : roundedQuotient(numerator * 10n ** shift, denominator);
  const digits = scaled.toString();
  const carried = digits.length - significant;
  return { digits: digits.slice(0, significant), exponent: shortest.exponent + carried };
}

function exponentText(exponent: number): string {
  const magnitude = String(Math.abs(exponent)).padStart(2, '0');
  return `${exponent < 0 ? '-' : '+'}${magnitude}`;
}

function exponential({ digits, exponent }: Decimal, letter: string): string {
  const tail = digits.slice(1);
  return `${digits.slice(0, 1)}${tail === '' ? '' : '.'}${tail}${letter}${exponentText(exponent)}`;
}

/** Positional notation of exactly these digits. */
function positional({ digits, exponent }: Decimal): string {
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const rest = digits.slice(exponent + 1);
  return rest === '' ? whole : `${whole}.${rest}`;
}

function trimmed(number: Decimal): Decimal {
  return { ...number, digits: number.digits.replace(/(?<=.)0+$/, '') };
}

/** %g: an exponent for the very large and very small. `keepZeros` is the flag `#`. */
function general(magnitude: number, precision: number | undefined, letter: string, keepZeros: boolean): string {
  const wanted = precision === undefined ? undefined : Math.max(precision, 1);
  const exact = decimal(magnitude, wanted);
  const least = trimmed(exact);
  let limit = wanted ?? 6;
  if (wanted !== undefined && limit > least.digits.length && least.digits.length >= least.exponent + 1) {
    limit = least.digits.length;
  }
  const shown = keepZeros ? { ...exact, digits: exact.digits.padEnd(wanted ?? 6, '0') } : least;
  return exact.exponent < -4 || exact.exponent >= limit ? exponential(shown, letter) : positional(shown);
}

/** A finite float's magnitude by one of the verbs e, E, f, F, g and G; without a precision, the verb's own. */
export function floatText(magnitude: number, verb: string, precision: number | undefined, keepZeros = false): string {
  if (verb === 'f' || verb === 'F') return fixed(magnitude, precision ?? 6);
  if (verb === 'e' || verb === 'E') return exponential(decimal(magnitude, (precision ?? 6) + 1), verb);
  return general(magnitude, precision, verb === 'G' ? 'E' : 'e', keepZeros);
}
