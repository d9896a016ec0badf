import { createHash } from 'node:crypto';

/** Makes identifiers of 32 hexadecimal digits, as Keystone has them, never the same twice. */
export function makeHexIds(): () => string {
  let count = 0;
  return () => {
    count += 1;
    return createHash('sha256').update(`openstack ${count}`).digest('hex').slice(0, 32);
  };
}

/** The same digits as the other services write them. */
export function uuid(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20)].join('-');
}

export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i.test(text);
}
