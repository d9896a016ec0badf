import { isUtf8 } from 'node:buffer';

/** Why a file is no text in UTF-8, and what to do. */
export interface EncodingFault {
  /** Completes "the template …". */
  readonly message: string;
  readonly hint: string;
}

function isWide(bytes: Buffer): boolean {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  return bytes.length >= 2 && (first === 0) !== (second === 0);
}

/**
 * UTF-16 or UTF-32, by its byte order mark or by the zeros beside the first letter; no text in UTF-8 has a zero that JSON
 * or YAML allows.
 */
function wideEncoding(bytes: Buffer): string | undefined {
  const start = bytes.length >= 4 ? bytes.readUInt32BE() : 0;
  const isLong = start === 0xfeff || start === 0xfffe0000 || (start > 0 && (start < 0x80 || (start & 0xffffff) === 0));
  if (isLong) return 'UTF-32';
  return isWide(bytes) ? 'UTF-16' : undefined;
}

/** Line and column (in UTF-16 code units), from 1, of the first byte that is no UTF-8. */
function placeOfFault(bytes: Buffer): string {
  // What is no UTF-8 is decoded as U+FFFD, so that it comes out otherwise than it was.
  const decoded = Buffer.from(bytes.toString('utf8'));
  let at = 0;
  while (decoded[at] === bytes[at]) at += 1;
  while (((decoded[at] ?? 0) & 0xc0) === 0x80) at -= 1;
  const lines = decoded
    .subarray(0, at)
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .split('\n');
  return `${String(lines.length)}:${String((lines.at(-1) ?? '').length + 1)}`;
}

/** Undefined for a text in UTF-8. `path` is for the message. */
export function encodingFault(path: string, bytes: Buffer): EncodingFault | undefined {
  const wide = wideEncoding(bytes);
  if (wide !== undefined) {
    const hint = 'save it as UTF-8; in PowerShell: Get-Content old | Out-File -Encoding utf8 new';
    return { message: `${path} is in ${wide}`, hint };
  }
  if (isUtf8(bytes)) return undefined;
  return {
    message: `${path} is not in UTF-8: see ${path}:${placeOfFault(bytes)}`,
    hint: 'save it as UTF-8; when it is in Latin-1: iconv -f latin1 -t utf-8 old > new',
  };
}
