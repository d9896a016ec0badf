import { formatted, plain } from './go-verbs.ts';
import type { Value } from '../syntax/value.ts';

/** As an action writes a value. */
export function printed(value: Value): string {
  if (typeof value === 'string') return value;
  return value === undefined ? '<no value>' : formatted(plain, value);
}

/** `print`: a space between two values neither of which is a text. */
export function sprint(values: readonly Value[]): string {
  return values.reduce<string>((text, value, index) => {
    const before = values[index - 1];
    const space = index > 0 && typeof value !== 'string' && typeof before !== 'string' ? ' ' : '';
    return text + space + formatted(plain, value);
  }, '');
}

/** `println`: a space between any two values, and a line feed. */
export function sprintln(values: readonly Value[]): string {
  return `${values.map((value) => formatted(plain, value)).join(' ')}\n`;
}
