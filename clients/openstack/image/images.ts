import type { Readable } from 'node:stream';
import type { Call } from '../call.ts';
import { wholeBody } from '../service/answers.ts';
import { readPages } from '../service/pages.ts';
import { path } from '../service/path.ts';
import type { Service } from '../service/service.ts';
import type { Image, ImageChange, ImageFilter, ImageRequest, ImageTask, ImportRequest } from './types.ts';

/** Data to send: made anew when it has to be sent again. */
export interface ImageData {
  /** Opens the data, from its first byte. */
  readonly open: () => Readable;
  /** Bytes. Without, it is sent in chunks, which not every cloud takes. */
  readonly length?: number | undefined;
}

/** Glance's images. Every call throws `OpenStackError`. */
export interface Images {
  create(request: ImageRequest, call?: Call): Promise<Image>;
  get(id: string, call?: Call): Promise<Image>;
  /** `most`: how many are wanted at most. */
  list(filter?: ImageFilter, most?: number, call?: Call): Promise<readonly Image[]>;
  change(id: string, changes: readonly ImageChange[], call?: Call): Promise<Image>;
  delete(id: string, call?: Call): Promise<void>;
  addTag(id: string, tag: string, call?: Call): Promise<void>;
  removeTag(id: string, tag: string, call?: Call): Promise<void>;
  deactivate(id: string, call?: Call): Promise<void>;
  reactivate(id: string, call?: Call): Promise<void>;
  /**
   * Gives a queued image its data. `store` is the id of one of the cloud's stores. A lost answer is an error with
   * `mayHaveHappened`; what has become of the image, `get` says.
   */
  upload(id: string, data: ImageData, store?: string, call?: Call): Promise<void>;
  /** Puts data where `import` with "glance-direct" finds it. */
  stage(id: string, data: ImageData, call?: Call): Promise<void>;
  /** Has Glance begin to get the data by itself. */
  import(id: string, request: ImportRequest, call?: Call): Promise<void>;
  /** Bytes from the number `from` on; the stream fails when the connection does. */
  download(id: string, from?: number, call?: Call): Promise<Readable>;
  /** What Glance does or did for the image; none from a Glance older than 2.12 of its API. */
  tasks(id: string, call?: Call): Promise<readonly ImageTask[]>;
}

const PATCH = 'application/openstack-images-v2.1-json-patch';
const BYTES = 'application/octet-stream';

export function images(service: Service): Images {
  async function put(below: string, data: ImageData, store: string | undefined, call: Call | undefined): Promise<void> {
    const payload = { bytes: data.open, length: data.length, type: BYTES };
    const headers = store === undefined ? {} : { 'x-image-meta-store': store };
    await service.send({ method: 'PUT', path: below, headers, payload }, call);
  }

  async function make(method: string, below: string, json: unknown, call: Call | undefined): Promise<Image> {
    const type = method === 'PATCH' ? PATCH : 'application/json';
    return wholeBody(await service.send({ method, path: below, payload: { json, type } }, call));
  }

  async function simply(method: string, below: string, call: Call | undefined): Promise<void> {
    await service.send({ method, path: below }, call);
  }

  return {
    create: (request, call) => make('POST', 'images', request, call),
    get: async (id, call) => wholeBody(await service.send({ method: 'GET', path: path`images/${id}` }, call)),
    list: (filter, most, call) => readPages(service, { path: 'images', key: 'images', query: filter, most }, call),
    change: (id, changes, call) => make('PATCH', path`images/${id}`, changes, call),
    delete: (id, call) => simply('DELETE', path`images/${id}`, call),
    addTag: (id, tag, call) => simply('PUT', path`images/${id}/tags/${tag}`, call),
    removeTag: (id, tag, call) => simply('DELETE', path`images/${id}/tags/${tag}`, call),
    deactivate: (id, call) => simply('POST', path`images/${id}/actions/deactivate`, call),
    reactivate: (id, call) => simply('POST', path`images/${id}/actions/reactivate`, call),
    upload: (id, data, store, call) => put(path`images/${id}/file`, data, store, call),
    stage: (id, data, call) => put(path`images/${id}/stage`, data, undefined, call),
    import: async (id, request, call) => {
      await service.send({ method: 'POST', path: path`images/${id}/import`, payload: { json: request } }, call);
    },
    download: (id, from = 0, call) => {
      const headers = { accept: BYTES, ...(from === 0 ? {} : { range: `bytes=${from}-` }) };
      return service.download({ method: 'GET', path: path`images/${id}/file`, headers }, call);
    },
    tasks: (id, call) => readPages(service, { path: path`images/${id}/tasks`, key: 'tasks' }, call),
  };
}
