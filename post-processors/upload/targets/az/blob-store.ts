import { createHash } from 'node:crypto';
import { DOMParser } from '@xmldom/xmldom';
import { damaged, forgotten, refused } from '../../../_transfer/failure.ts';
import { halfText } from '../half.ts';
import { bodyOf, type HttpServer } from '../../../_transfer/exchange.ts';
import { markedRetention, metadataOf } from '../_objects/marks.ts';
import type { Half, Store, UploadFile, UploadInParts } from '../store.ts';
import type { AzureCall } from './call.ts';

export interface BlobContainer {
  readonly container: string;
  readonly call: AzureCall;
  readonly server: HttpServer;
  readonly tier: string | undefined;
}

const MIB = 1_048_576;
const MOST_BLOCKS = 50_000;
const IN_FLIGHT = 64 * MIB;
const MISSING = 404;
const META = 'x-ms-meta-';

function partSizeOf(size: number): number {
  return Math.max(8 * MIB, Math.ceil(size / MOST_BLOCKS / MIB) * MIB);
}

/** Names of a blob's blocks have one length; those of other uploads have another token. */
function blockId(token: string, index: number): string {
  return Buffer.from(`${token.slice(0, 8)}-${String(index).padStart(6, '0')}`).toString('base64');
}

/** Azure allows no dashes in names of metadata. */
function metadataHeaders(metadata: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(metadata).map(([name, value]) => [`${META}${name.replaceAll('-', '_')}`, value]),
  );
}

function textsOf(text: string, element: string, member: string): readonly string[] {
  const document = new DOMParser({ onError: () => undefined }).parseFromString(text, 'text/xml');
  return Array.from(document.getElementsByTagName(element)).map(
    (each) => each.getElementsByTagName(member).item(0)?.textContent ?? '',
  );
}

/** A container of Azure: a blob is there when the list of its blocks is, and not before. */
export function blobStore({ container, call, server, tier }: BlobContainer): Store {
  const urlOf = (name: string): string => `az://${container}${name}`;

  async function head(
    name: string,
  ): Promise<{ readonly size: number; readonly metadata: Readonly<Record<string, string>> } | undefined> {
    const answer = await call('HEAD', name, {}, { doing: `look at ${urlOf(name)}` }, [MISSING]);
    answer.resume();
    if (answer.statusCode === MISSING) return undefined;
    const metadata = Object.entries(answer.headers).flatMap(([header, value]) =>
      header.startsWith(META) && typeof value === 'string'
        ? [[header.slice(META.length).replaceAll('_', '-'), value] as const]
        : [],
    );
    return { size: Number(answer.headers['content-length'] ?? 0), metadata: Object.fromEntries(metadata) };
  }

  /** Sizes of the blocks that are there and belong to no blob yet. */
  async function blocksOf(name: string): Promise<ReadonlyMap<string, number>> {
    const doing = `look at ${urlOf(name)}`;
    const query = { comp: 'blocklist', blocklisttype: 'uncommitted' };
    const answer = await call('GET', name, query, { doing }, [MISSING]);
    const text = (await bodyOf(answer, server, doing)).toString('utf8');
    if (answer.statusCode === MISSING) return new Map();
    const names = textsOf(text, 'Block', 'Name');
    return new Map(textsOf(text, 'Block', 'Size').map((size, index) => [names[index] ?? '', Number(size)]));
  }

  async function publish(half: Half, file: UploadFile, md5: string): Promise<void> {
    const token = halfText(half, 'token');
    const count = Math.ceil(file.size / partSizeOf(file.size));
    const ids = Array.from({ length: count }, (_, index) => `<Latest>${blockId(token, index)}</Latest>`);
    const body = `<?xml version="1.0" encoding="utf-8"?><BlockList>${ids.join('')}</BlockList>`;
    const headers = {
      'content-length': String(Buffer.byteLength(body)),
      'content-type': 'application/xml',
      'x-ms-blob-content-type': 'application/octet-stream',
      'x-ms-blob-content-md5': Buffer.from(md5, 'hex').toString('base64'),
      ...metadataHeaders(metadataOf(file.mark, token)),
      ...(tier === undefined ? {} : { 'x-ms-access-tier': tier }),
    };
    const request = { doing: `write ${urlOf(file.name)}`, headers, body: () => body };
    const answer = await call('PUT', file.name, { comp: 'blocklist' }, request, [400]);
    const words = (await bodyOf(answer, server, request.doing)).toString('utf8');
    const there = await head(file.name);
    const isOurs = there?.metadata['kiln-token'] === token;
    if (answer.statusCode === 400 && !isOurs) {
      if (words.includes('InvalidBlockList')) throw forgotten(urlOf(file.name));
      throw refused(`${request.doing}: ${textsOf(words, 'Error', 'Message')[0] ?? words}`);
    }
    if (isOurs && there.size !== file.size) {
      throw damaged(urlOf(file.name), `${there.size} of ${file.size} bytes are there`);
    }
  }

  function uploadTo(half: Half, there: ReadonlyMap<string, number>, file: UploadFile): UploadInParts {
    const token = halfText(half, 'token');
    const partSize = partSizeOf(file.size);
    return {
      partSize,
      atOnce: Math.max(1, Math.floor(IN_FLIGHT / partSize)),
      isThere: ({ index, length }) => length === 0 || there.get(blockId(token, index)) === length,
      put: async ({ index }, bytes, signal) => {
        const headers = {
          'content-length': String(bytes.length),
          'content-md5': createHash('md5').update(bytes).digest('base64'),
        };
        const query = { comp: 'block', blockid: blockId(token, index) };
        const doing = `write ${urlOf(file.name)}`;
        (await call('PUT', file.name, query, { doing, headers, body: () => bytes, signal })).resume();
      },
      comparedBy: 'md5',
      publish: (md5) => publish(half, file, md5),
    };
  }

  return {
    urlOf,
    check: async () => {
      const request = { doing: `look at az://${container}` };
      const answer = await call('GET', '', { restype: 'container' }, request, [MISSING]);
      answer.resume();
      if (answer.statusCode === MISSING) throw refused(`there is no container ${container}`);
    },
    begin: (_file, token) => Promise.resolve({ token }),
    open: async (half, file) => {
      if ((await head(file.name))?.metadata['kiln-token'] === halfText(half, 'token')) return 'published';
      return uploadTo(half, await blocksOf(file.name), file);
    },
    // Azure drops blocks that belong to no blob after a week, and has no call for it.
    discard: () => Promise.resolve(),
    find: () => Promise.resolve([]),
    retention: markedRetention({
      list: async (prefix) => {
        const doing = `list az://${container}`;
        const names: string[] = [];
        for (let marker: string | undefined = ''; marker !== undefined;) {
          const query = {
            restype: 'container',
            comp: 'list',
            delimiter: '/',
            ...(prefix === '/' ? {} : { prefix: prefix.slice(1) }),
            ...(marker === '' ? {} : { marker }),
          };
          const answer = await call('GET', '', query, { doing });
          const text = (await bodyOf(answer, server, doing)).toString('utf8');
          names.push(...textsOf(text, 'Blob', 'Name').map((name) => `/${name}`));
          marker = textsOf(text, 'EnumerationResults', 'NextMarker')[0] || undefined;
        }
        return names;
      },
      metadata: async (name) => (await head(name))?.metadata,
      remove: async (name) => {
        (await call('DELETE', name, {}, { doing: `remove ${urlOf(name)}` }, [MISSING])).resume();
      },
    }),
    close: () => Promise.resolve(),
  };
}
