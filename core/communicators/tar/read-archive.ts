import { BLOCK, padding, readRecord, readText, type TarEntry } from './header.ts';

/** Of a long name. No system has longer paths. */
const MOST_NAME_BYTES = 64 * 1024;
/** Of a pax header, which may have a file's extended attributes in it. */
const MOST_PAX_BYTES = 1024 * 1024;

export interface ArchiveItem {
  readonly entry: TarEntry;
  /** The contents; what is not read is skipped. */
  contents(): AsyncGenerator<Buffer>;
}

interface Source {
  /** Exactly so many bytes; throws when there are fewer. */
  take(count: number): Promise<Buffer>;
  /** At most so many, at least one. */
  some(most: number): Promise<Buffer>;
}

function sourceOf(stream: AsyncIterable<Buffer>): Source {
  const iterator = stream[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);
  const fill = async (): Promise<void> => {
    const next = await iterator.next();
    if (next.done === true) throw new Error('the archive from the guest ended early');
    rest = rest.length === 0 ? next.value : Buffer.concat([rest, next.value]);
  };
  const cut = (count: number): Buffer => {
    const bytes = rest.subarray(0, count);
    rest = rest.subarray(count);
    return bytes;
  };
  return {
    take: async (count) => {
      while (rest.length < count) await fill();
      return cut(count);
    },
    some: async (most) => {
      if (rest.length === 0) await fill();
      return cut(most);
    },
  };
}

/** "path" and "linkpath" of a pax header; its other facts are not used. */
function paxFacts(body: Buffer): Partial<Pick<TarEntry, 'path' | 'target' | 'size'>> {
  const facts: { path?: string; target?: string; size?: number } = {};
  for (let start = 0; start < body.length;) {
    const length = Number.parseInt(body.toString('latin1', start, start + 20), 10);
    if (!(length > 0)) break;
    const line = body.toString('utf8', start, start + length - 1);
    const [, key, value = ''] = /^\d+ ([^=]*)=([^]*)$/.exec(line) ?? [];
    if (key === 'path') facts.path = value;
    if (key === 'linkpath') facts.target = value;
    if (key === 'size') facts.size = Number(value);
    start += length;
  }
  return facts;
}

/** What an entry says about the next one; it is held in memory. */
async function bodyOf(flag: string, size: number, source: Source): Promise<Buffer> {
  const most = flag === 'L' || flag === 'K' ? MOST_NAME_BYTES : MOST_PAX_BYTES;
  if (!(size <= most)) throw new Error(`the archive from the guest holds a name or header of ${size} bytes`);
  return (await source.take(size + padding(size).length)).subarray(0, size);
}

/** The entries of a tar archive (ustar, GNU or pax) in order. Throws when it is damaged or ends early. */
export async function* readArchive(stream: AsyncIterable<Buffer>): AsyncGenerator<ArchiveItem> {
  const source = sourceOf(stream);
  let facts: Partial<TarEntry> = {};
  for (;;) {
    const block = await source.take(BLOCK);
    if (block.every((byte) => byte === 0)) return;
    const { flag, entry: raw } = readRecord(block);
    if (flag === 'L' || flag === 'K' || flag === 'x' || flag === 'g') {
      const body = await bodyOf(flag, raw.size, source);
      if (flag === 'L') facts = { ...facts, path: readText(body) };
      if (flag === 'K') facts = { ...facts, target: readText(body) };
      if (flag === 'x') facts = { ...facts, ...paxFacts(body) };
      continue;
    }
    const entry = { ...raw, ...facts };
    facts = {};
    let left = entry.size;
    const contents = async function* (): AsyncGenerator<Buffer> {
      while (left > 0) {
        const bytes = await source.some(left);
        left -= bytes.length;
        yield bytes;
      }
    };
    yield { entry, contents };
    while (left > 0) left -= (await source.some(left)).length;
    await source.take(padding(entry.size).length);
  }
}
