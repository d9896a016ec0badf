import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** What a build or a command left in its directory: contents by name. */
export type Left = Readonly<Record<string, string>>;

const TAR_MARK = 257;

function shownContent(content: Buffer): string {
  if (content.subarray(0, 2).equals(Buffer.from([0x1f, 0x8b]))) return `gzip: ${shownContent(gunzipSync(content))}`;
  if (content.subarray(TAR_MARK, TAR_MARK + 5).toString() === 'ustar') {
    return `tar: ${content.subarray(0, 100).toString().replaceAll('\0', '')}`;
  }
  if (content.subarray(0, 2).toString() === 'PK') return 'zip';
  if (content.length >= 4 && content.readUInt32LE(0) === 0x184d2204) return 'lz4';
  if (content.subarray(1, 5).toString() === '7zXZ') return 'xz';
  return content.toString();
}

/** Without what is another one at each run: directories, names of builds and scripts, times, ids. */
export function comparable(text: string, directory: string, name: string): string {
  return (
    text
      .replaceAll(directory, '{here}')
      .replaceAll(dirname(directory), '{root}')
      .replaceAll('{here}//', '{here}/')
      .replaceAll(new RegExp(`\\b${name}\\b`, 'g'), '{name}')
      .replaceAll(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, '{uuid}')
      .replaceAll(/\/tmp\/(packer-shell\d+|kiln-\{uuid\}\/\d+\/kiln-shell)/g, '{script}')
      .replaceAll(/\b(script|varfile)_[\da-f]+\.sh/g, '$1_*.sh')
      .replaceAll(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, '{time}')
      // Two compressors pack alike, but not to the same bytes.
      .replaceAll(/[\da-f]{32,}(?=\t\S+\.gz$)/gm, '{sum}')
      .replaceAll(/(\.gz",\s+"size": )\d+/g, '$1{size}')
      .replaceAll(/\b1[789]\d{8}\b/g, '{seconds}')
  );
}

/** What is in the directory but for the files that were laid out, if they are as they were. */
export function leftIn(directory: string, name: string, laidOut: Left, below = ''): Left {
  const left: Record<string, string> = {};
  const entries = readdirSync(join(directory, below), { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(below, entry.name);
    if (entry.isDirectory()) {
      Object.assign(left, leftIn(directory, name, laidOut, path));
      continue;
    }
    const content = shownContent(readFileSync(join(directory, path)));
    if (laidOut[path] !== content) left[comparable(path, directory, name)] = comparable(content, directory, name);
  }
  return left;
}
