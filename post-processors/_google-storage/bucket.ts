import type { IncomingMessage } from 'node:http';
import { isObject, type JsonObject, type JsonValue } from '../../plugins/sdk/index.ts';
import { bodyOf, exchange, type HttpServer, type Request } from '../_transfer/exchange.ts';
import { refused } from '../_transfer/failure.ts';
import { GONE } from './session.ts';

/** How a bucket is reached. */
export interface BucketAccess {
  readonly bucket: string;
  readonly server: HttpServer;
  /** Headers of who asks, for each request. */
  login(): Promise<Readonly<Record<string, string>>>;
}

/** A session as it is asked for. */
export interface WantedSession {
  /** Name of the object. */
  readonly name: string;
  /** Bytes; undefined while nobody knows. */
  readonly size?: number;
  /** What the object has besides its bytes: `metadata`, `contentType`, `storageClass`. */
  readonly about: JsonObject;
}

/** A bucket of Google's storage. Names of objects have no slash in front; what the methods throw is what `exchange` throws. */
export interface Bucket {
  readonly server: HttpServer;
  urlOf(name: string): string;
  call(method: string, path: string, request: Request, expected?: readonly number[]): Promise<IncomingMessage>;
  json(answer: IncomingMessage, doing: string): Promise<JsonObject>;
  /** Throws UPLOAD_REFUSED when there is no such bucket. */
  check(): Promise<void>;
  /** Undefined when there is no such object. */
  object(name: string): Promise<JsonObject | undefined>;
  /** The object's own metadata; undefined when there is no such object. */
  metadata(name: string): Promise<Readonly<Record<string, string>> | undefined>;
  /** No error when it is not there. */
  remove(name: string): Promise<void>;
  /** The address of a new session: it lets in whoever knows it, and is good for a week. */
  beginSession(wanted: WantedSession): Promise<string>;
  /** Gives a session up; no error when it is over. */
  endSession(session: string): Promise<void>;
}

const MISSING = 404;
/** What a session answers when it was given up. */
const CLOSED = 499;
/** A stand-in that gives up no sessions. */
const NOT_KNOWN = 501;

export function openBucket(access: BucketAccess): Bucket {
  const { bucket, server } = access;
  const urlOf = (name: string): string => `gs://${bucket}/${name}`;
  const objectPath = (name: string): string => `/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}`;

  const call: Bucket['call'] = async (method, path, request, expected) => {
    const headers = { ...request.headers, ...(await access.login()) };
    return exchange(server, method, new URL(path, server.origin).href, { ...request, headers }, expected);
  };

  const json: Bucket['json'] = async (answer, doing) => {
    const value = JSON.parse((await bodyOf(answer, server, doing)).toString('utf8')) as JsonValue;
    return isObject(value) ? value : {};
  };

  const object: Bucket['object'] = async (name) => {
    const doing = `look at ${urlOf(name)}`;
    const answer = await call('GET', objectPath(name), { doing }, [MISSING]);
    if (answer.statusCode !== MISSING) return json(answer, doing);
    answer.resume();
    return undefined;
  };

  return {
    server,
    urlOf,
    call,
    json,
    object,
    check: async () => {
      const request = { doing: `look at gs://${bucket}` };
      // Who may only write is not told of the bucket.
      const answer = await call('GET', `/storage/v1/b/${bucket}`, request, [403, MISSING]);
      answer.resume();
      if (answer.statusCode === MISSING) throw refused(`there is no bucket ${bucket}`);
    },
    metadata: async (name) => {
      const found = await object(name);
      const said = isObject(found?.['metadata']) ? found['metadata'] : {};
      const texts = Object.entries(said).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
      return found && Object.fromEntries(texts);
    },
    remove: async (name) => {
      (await call('DELETE', objectPath(name), { doing: `remove ${urlOf(name)}` }, [MISSING])).resume();
    },
    beginSession: async ({ name, size, about }) => {
      const body = JSON.stringify(about);
      const headers = {
        'content-type': 'application/json; charset=utf-8',
        'content-length': String(Buffer.byteLength(body)),
        ...(size === undefined ? {} : { 'x-upload-content-length': String(size) }),
      };
      const path = `/upload/storage/v1/b/${bucket}/o?uploadType=resumable&name=${encodeURIComponent(name)}`;
      const answer = await call('POST', path, { doing: `write ${urlOf(name)}`, headers, body: () => body });
      answer.resume();
      const { location } = answer.headers;
      if (location === undefined) throw refused(`nobody says where to write ${urlOf(name)}`);
      return location;
    },
    endSession: async (session) => {
      const request = { doing: `give up an upload to gs://${bucket}`, headers: { 'content-length': '0' } };
      (await exchange(server, 'DELETE', session, request, [...GONE, 400, CLOSED, NOT_KNOWN])).resume();
    },
  };
}
