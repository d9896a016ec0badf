import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { isList, isObject, type JsonObject, type JsonValue } from '../../../../plugins/sdk/index.ts';
import { damaged, forgotten, isForgotten, refused } from '../failure.ts';
import { halfText } from '../half.ts';
import { bodyOf, exchange, type HttpServer, type Request } from '../_http/exchange.ts';
import { markedRetention, metadataOf } from '../_objects/marks.ts';
import { sideRecord } from '../side-record.ts';
import type { Store, UploadFile, UploadInParts } from '../store.ts';
import { askSession, GONE, sendToSession, type SessionState } from './session.ts';

export interface GsBucket {
  readonly bucket: string;
  readonly server: HttpServer;
  readonly storageClass: string | undefined;
  /** Directory for side records: the address of a session lets in whoever knows it. */
  readonly records: string;
  login(): Promise<Readonly<Record<string, string>>>;
}

const PART = 16 * 1_048_576;
const MISSING = 404;
/** What a session answers when it was given up. */
const CLOSED = 499;
/** A stand-in that gives up no sessions. */
const NOT_KNOWN = 501;

/** A bucket of Google's storage: an object is there when its session has all bytes. */
export function gsStore(place: GsBucket): Store {
  const { bucket, server, storageClass, records } = place;
  const urlOf = (name: string): string => `gs://${bucket}${name}`;
  const objectPath = (name: string): string => `/storage/v1/b/${bucket}/o/${encodeURIComponent(name.slice(1))}`;

  async function call(
    method: string,
    path: string,
    request: Request,
    expected: readonly number[] = [],
  ): Promise<IncomingMessage> {
    const headers = { ...request.headers, ...(await place.login()) };
    return exchange(server, method, new URL(path, server.origin).href, { ...request, headers }, expected);
  }

  async function json(answer: IncomingMessage, doing: string): Promise<JsonObject> {
    const value = JSON.parse((await bodyOf(answer, server, doing)).toString('utf8')) as JsonValue;
    return isObject(value) ? value : {};
  }

  async function object(name: string): Promise<JsonObject | undefined> {
    const doing = `look at ${urlOf(name)}`;
    const answer = await call('GET', objectPath(name), { doing }, [MISSING]);
    if (answer.statusCode !== MISSING) return json(answer, doing);
    answer.resume();
    return undefined;
  }

  async function metadata(name: string): Promise<Readonly<Record<string, string>> | undefined> {
    const found = await object(name);
    const said = isObject(found?.['metadata']) ? found['metadata'] : {};
    const texts = Object.entries(said).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
    return found && Object.fromEntries(texts);
  }

  function uploadTo(session: string, begun: number, file: UploadFile): UploadInParts {
    const url = urlOf(file.name);
    /** Undefined while it is not known what has arrived. */
    let offset: number | undefined = begun;
    let made: JsonObject | undefined;
    const note = (state: SessionState): void => {
      if ('object' in state) made = state.object;
      offset = 'object' in state ? file.size : state.offset;
    };
    return {
      partSize: PART,
      atOnce: 1,
      isThere: ({ position, length }) => length > 0 && position + length <= begun,
      put: async ({ position }, bytes, signal) => {
        if (offset === undefined) note(await askSession(server, session, file.size, url));
        const done = (offset ?? 0) - position;
        if (done < 0) throw forgotten(url);
        if (made !== undefined || (done >= bytes.length && bytes.length > 0)) return;
        const stretch = { from: position + done, bytes: bytes.subarray(done), size: file.size };
        offset = undefined;
        note(await sendToSession(server, session, stretch, url, signal));
      },
      comparedBy: 'md5',
      publish: async (md5) => {
        const found = made ?? (await object(file.name));
        const digest = found?.['md5Hash'];
        if (digest === Buffer.from(md5, 'hex').toString('base64')) return;
        await call('DELETE', objectPath(file.name), { doing: `remove ${url}` }, [MISSING]).then((answer) =>
          answer.resume(),
        );
        throw damaged(url, `its MD5 is ${typeof digest === 'string' ? digest : 'not known'}`);
      },
    };
  }

  return {
    urlOf,
    check: async () => {
      const request = { doing: `look at gs://${bucket}` };
      // Who may only write is not told of the bucket.
      const answer = await call('GET', `/storage/v1/b/${bucket}`, request, [403, MISSING]);
      answer.resume();
      if (answer.statusCode === MISSING) throw refused(`there is no bucket ${bucket}`);
    },
    begin: async ({ name, size, mark }, token) => {
      const about = {
        metadata: metadataOf(mark, token),
        contentType: 'application/octet-stream',
        ...(storageClass === undefined ? {} : { storageClass }),
      };
      const body = JSON.stringify(about);
      const headers = {
        'content-type': 'application/json; charset=utf-8',
        'content-length': String(Buffer.byteLength(body)),
        'x-upload-content-length': String(size),
      };
      const query = `uploadType=resumable&name=${encodeURIComponent(name.slice(1))}`;
      const path = `/upload/storage/v1/b/${bucket}/o?${query}`;
      const answer = await call('POST', path, { doing: `write ${urlOf(name)}`, headers, body: () => body });
      answer.resume();
      const { location } = answer.headers;
      if (location === undefined) throw refused(`nobody says where to write ${urlOf(name)}`);
      const record = join(records, token);
      await sideRecord(record).write(location);
      return { record, token };
    },
    open: async (half, file) => {
      const session = await sideRecord(halfText(half, 'record')).read();
      try {
        const state = session && (await askSession(server, session, file.size, urlOf(file.name)));
        if (session !== undefined && typeof state === 'object' && 'offset' in state) {
          return uploadTo(session, state.offset, file);
        }
      } catch (error) {
        if (!isForgotten(error)) throw error;
      }
      return (await metadata(file.name))?.['kiln-token'] === halfText(half, 'token') ? 'published' : undefined;
    },
    discard: async (half) => {
      const record = sideRecord(halfText(half, 'record'));
      const session = await record.read();
      const request = { doing: `give up an upload to gs://${bucket}`, headers: { 'content-length': '0' } };
      // One that is over is not there to be given up.
      if (session !== undefined)
        (await exchange(server, 'DELETE', session, request, [...GONE, 400, CLOSED, NOT_KNOWN])).resume();
      await record.remove();
    },
    // A session is known by nothing but its address, and ends by itself after a week.
    find: async (token) => {
      const record = join(records, token);
      return (await sideRecord(record).read()) === undefined ? [] : [{ record, token }];
    },
    retention: markedRetention({
      list: async (prefix) => {
        const doing = `list gs://${bucket}`;
        const names: string[] = [];
        for (let token: string | undefined = ''; token !== undefined;) {
          const query = new URLSearchParams({
            delimiter: '/',
            prefix: prefix.slice(1),
            ...(token === '' ? {} : { pageToken: token }),
          });
          const found = await json(
            await call('GET', `/storage/v1/b/${bucket}/o?${query.toString()}`, { doing }),
            doing,
          );
          const items = isList(found['items']) ? found['items'] : [];
          names.push(
            ...items.flatMap((each) =>
              isObject(each) && typeof each['name'] === 'string' ? [`/${each['name']}`] : [],
            ),
          );
          token = typeof found['nextPageToken'] === 'string' ? found['nextPageToken'] : undefined;
        }
        return names;
      },
      metadata,
      remove: async (name) => {
        (await call('DELETE', objectPath(name), { doing: `remove ${urlOf(name)}` }, [MISSING])).resume();
      },
    }),
    close: () => Promise.resolve(),
  };
}
