/** Packer's kind of UUID: eight hexadecimal digits of Unix time, the rest random; not one of RFC 4122's versions. */
export function timeOrderedUuid(now: number): string {
  const seconds = (Math.floor(now / 1000) % 2 ** 32).toString(16).padStart(8, '0');
  const random = Buffer.from(crypto.getRandomValues(new Uint8Array(12))).toString('hex');
  return [seconds, random.slice(0, 4), random.slice(4, 8), random.slice(8, 12), random.slice(12)].join('-');
}
