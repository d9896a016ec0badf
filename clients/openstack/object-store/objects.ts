import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { Call } from '../call.ts';
import { OpenStackError } from '../errors/openstack-error.ts';
import { textAt } from '../guards.ts';
import type { ImageData } from '../image/images.ts';
import type { Service } from '../service/service.ts';
import { hashData, type HashedData } from './hash-data.ts';
import { objectPath } from './object-path.ts';
import type { ObjectHead, ObjectOptions, Segment } from './types.ts';

/** Swift's objects. A name may have slashes. Every call throws `OpenStackError`. */
export interface Objects {
  /**
   * Sends data, whose MD5 is compared with the one that Swift took; its ETag. Throws with reason "damaged" when they
   * differ, after deleting what came there.
   */
  put(container: string, name: string, data: ImageData, options?: ObjectOptions, call?: Call): Promise<string>;
  /** Joins segments to an object without moving them ("static large object"); its ETag. */
  putManifest(
    container: string,
    name: string,
    segments: readonly Segment[],
    options?: ObjectOptions,
    call?: Call,
  ): Promise<string>;
  /** Bytes from the number `from` on, to the end or to the one before `to`; the stream fails when the connection does. */
  get(container: string, name: string, range?: { from: number; to?: number }, call?: Call): Promise<Readable>;
  head(container: string, name: string, call?: Call): Promise<ObjectHead>;
  /** `segments`: those of a manifest, too. */
  delete(container: string, name: string, segments?: boolean, call?: Call): Promise<void>;
}

const META = 'x-object-meta-';

function unquoted(etag: string | undefined): string | undefined {
  return etag?.replace(/^"|"$/g, '');
}

function headOf(headers: IncomingHttpHeaders): ObjectHead {
  const metadata = Object.entries(headers).flatMap(([name, value]) => {
    return name.startsWith(META) && typeof value === 'string' ? [[name.slice(META.length), value] as const] : [];
  });
  return {
    length: Number(headers['content-length'] ?? 0),
    etag: unquoted(headers.etag),
    type: headers['content-type'],
    manifest: headers['x-static-large-object']?.toString().toLowerCase() === 'true',
    metadata: Object.fromEntries(metadata),
  };
}

function headersOf({ metadata = {}, onlyNew = false, deleteAfter }: ObjectOptions): Readonly<Record<string, string>> {
  return {
    ...Object.fromEntries(Object.entries(metadata).map(([name, value]) => [`${META}${name}`, value])),
    ...(onlyNew ? { 'if-none-match': '*' } : {}),
    ...(deleteAfter === undefined ? {} : { 'x-delete-after': String(deleteAfter) }),
  };
}

function rangeOf(range: { from: number; to?: number } | undefined): Readonly<Record<string, string>> {
  if (range === undefined) return {};
  return { range: `bytes=${range.from}-${range.to === undefined ? '' : range.to - 1}` };
}

/** Deleting a manifest is answered with 200 whatever came of it. */
function checkDeletion(body: unknown): void {
  const status = textAt(body, 'Response Status') ?? '200';
  if (/^(2|404)/.test(status)) return;
  const message = `not every segment of the manifest was deleted: ${status}`;
  const details = { service: 'object-store', status: Number.parseInt(status, 10) };
  throw new OpenStackError(message, { reason: details.status >= 500 ? 'unavailable' : 'conflict', ...details });
}

export function objects(service: Service): Objects {
  async function remove(container: string, name: string, call: Call | undefined): Promise<void> {
    await service.send({ method: 'DELETE', path: objectPath(container, name) }, call);
  }

  async function damaged(container: string, name: string, call: Call | undefined): Promise<OpenStackError> {
    const cause = await remove(container, name, call).catch((error: unknown) => error);
    const message = `${container}/${name} did not arrive as it was sent, by its MD5`;
    return new OpenStackError(message, { reason: 'damaged', service: 'object-store', cause });
  }

  return {
    put: async (container, name, data, options = {}, call) => {
      let passed: HashedData | undefined;
      const bytes = (): Readable => (passed = hashData(data.open())).stream;
      const type = options.type ?? 'application/octet-stream';
      const request = { method: 'PUT', path: objectPath(container, name), headers: headersOf(options) };
      const answer = await service.send({ ...request, payload: { bytes, length: data.length, type } }, call);
      const etag = unquoted(answer.headers.etag);
      if (etag !== undefined && etag === passed?.digest()) return etag;
      throw await damaged(container, name, call);
    },
    putManifest: async (container, name, segments, options = {}, call) => {
      const json = segments.map(({ container: where, object, etag, length }) => ({
        ...{ path: `/${where}/${object}`, etag, size_bytes: length },
      }));
      const { headers } = await service.send(
        {
          ...{ method: 'PUT', path: objectPath(container, name), query: { 'multipart-manifest': 'put' } },
          headers: headersOf(options),
          payload: { json, type: options.type ?? 'application/octet-stream' },
        },
        call,
      );
      return unquoted(headers.etag) ?? '';
    },
    get: async (container, name, range, call) => {
      const headers = { accept: '*/*', ...rangeOf(range) };
      return service.download({ method: 'GET', path: objectPath(container, name), headers }, call);
    },
    head: async (container, name, call) => {
      return headOf((await service.send({ method: 'HEAD', path: objectPath(container, name) }, call)).headers);
    },
    delete: async (container, name, segments = false, call) => {
      if (!segments) return remove(container, name, call);
      const query = { 'multipart-manifest': 'delete' };
      const { body } = await service.send({ method: 'DELETE', path: objectPath(container, name), query }, call);
      checkDeletion(body);
    },
  };
}
