export type Checksum =
  | { readonly kind: 'none' }
  | { readonly kind: 'digest'; readonly algorithm: string; readonly digest: string }
  | { readonly kind: 'list'; readonly location: string };

/** Digits of a digest in hexadecimal, by algorithm. */
const LENGTHS: Readonly<Record<string, number>> = {
  md5: 32,
  sha1: 40,
  sha224: 56,
  sha256: 64,
  sha384: 96,
  sha512: 128,
};

function digest(algorithm: string, digits: string): Checksum | undefined {
  if (LENGTHS[algorithm] !== digits.length || !/^[0-9a-f]+$/i.test(digits)) return undefined;
  return { kind: 'digest', algorithm, digest: digits.toLowerCase() };
}

/** Reads `iso_checksum`; undefined when it is none of its forms. Without a type the length tells it. */
export function parseChecksum(text: string): Checksum | undefined {
  const value = text.trim();
  if (value.toLowerCase() === 'none') return { kind: 'none' };
  const colon = value.indexOf(':');
  const type = colon < 0 ? '' : value.slice(0, colon).toLowerCase();
  const rest = value.slice(colon + 1);
  if (type === 'file') return rest === '' ? undefined : { kind: 'list', location: rest };
  if (type !== '') return digest(type, rest);
  const algorithm = Object.keys(LENGTHS).find((name) => LENGTHS[name] === rest.length);
  return algorithm === undefined ? undefined : digest(algorithm, rest);
}
