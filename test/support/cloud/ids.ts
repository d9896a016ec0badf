import { createHash } from 'node:crypto';

/** Makes identifiers as clouds have them: a prefix and seventeen hexadecimal digits, never the same twice. */
export function makeIds(): (prefix: string) => string {
  let count = 0;
  return (prefix) => {
    count += 1;
    const digits = createHash('sha256').update(`${prefix}${count}`).digest('hex');
    return `${prefix}-0${digits.slice(0, 16)}`;
  };
}

/** Made like a real identifier of that kind. */
export function wellFormed(id: string, prefix: string): boolean {
  return new RegExp(`^${prefix}-([0-9a-f]{8}|[0-9a-f]{17})$`).test(id);
}
