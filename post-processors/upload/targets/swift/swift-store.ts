import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { ListEntry, ObjectStore, Segment } from '../../../../clients/openstack/index.ts';
import { forgotten } from '../../../_transfer/failure.ts';
import { halfText } from '../half.ts';
import { markedRetention, metadataOf } from '../_objects/marks.ts';
import type { Half, Store, UploadFile, UploadInParts } from '../store.ts';

export interface SwiftContainer {
  readonly container: string;
  readonly store: ObjectStore;
  /** Of a container that is made. */
  readonly storagePolicy: string | undefined;
  readonly signal: AbortSignal;
  /** Puts errors into words. */
  told<T>(work: Promise<T>): Promise<T>;
  /** The same; what is not there is undefined. */
  ifThere<T>(work: Promise<T>): Promise<T | undefined>;
  close(): void;
}

type SegmentEntry = Extract<ListEntry, { readonly hash: string }>;

const MIB = 1_048_576;
/** As many as Swift lets a manifest have where nobody has set it otherwise. */
const MOST_SEGMENTS = 1000;
const IN_FLIGHT = 64 * MIB;
/** A segment that had arrived when its upload was given up may come to light a moment later. Milliseconds. */
const SETTLING = 1500;

function partSizeOf(size: number): number {
  return Math.max(16 * MIB, Math.ceil(size / MOST_SEGMENTS / MIB) * MIB);
}

function keyOf(name: string): string {
  return name.slice(1);
}

/** A container: an object is there when the manifest of its segments is, and not before. */
export function swiftStore(place: SwiftContainer): Store {
  const { container, store, signal, storagePolicy } = place;
  const { objects, containers } = store;
  const urlOf = (name: string): string => `swift://${container}${name}`;
  // Where the other programs for Swift keep theirs, too.
  const segmentContainer = `${container}_segments`;
  const prefixOf = (name: string, token: string): string => `${keyOf(name)}/${token}/`;
  const segmentName = (name: string, token: string, index: number): string =>
    `${prefixOf(name, token)}${String(index).padStart(8, '0')}`;

  async function segmentsOf(name: string, token: string): Promise<readonly SegmentEntry[]> {
    const prefix = prefixOf(name, token);
    const found = (await place.ifThere(containers.list(segmentContainer, { prefix }, { signal }))) ?? [];
    return found.filter((entry): entry is SegmentEntry => 'hash' in entry);
  }

  async function removeSegments(name: string, token: string): Promise<void> {
    for (const entry of await segmentsOf(name, token)) {
      await place.ifThere(objects.delete(segmentContainer, entry.name, false, { signal }));
    }
  }

  async function metadata(name: string): Promise<Readonly<Record<string, string>> | undefined> {
    return (await place.ifThere(objects.head(container, keyOf(name), { signal })))?.metadata;
  }

  async function publish(half: Half, there: ReadonlyMap<number, Segment>, file: UploadFile): Promise<void> {
    const token = halfText(half, 'token');
    const before = await metadata(file.name);
    if (before?.['kiln-token'] === token) return;
    const options = { metadata: metadataOf(file.mark, token) };
    const count = Math.ceil(file.size / partSizeOf(file.size));
    const segments = Array.from({ length: count }, (_, index) => there.get(index));
    if (segments.includes(undefined)) throw forgotten(urlOf(file.name));
    const whole = segments.filter((segment) => segment !== undefined);
    const empty = { open: () => Readable.from([]), length: 0 };
    // Swift compares each segment's MD5 and length with what it has.
    await place.told(
      count === 0
        ? objects.put(container, keyOf(file.name), empty, options, { signal })
        : objects.putManifest(container, keyOf(file.name), whole, options, { signal }),
    );
    // The object that was replaced has left its segments behind.
    const replaced = before?.['kiln-token'];
    if (replaced !== undefined) await removeSegments(file.name, replaced);
  }

  function uploadTo(half: Half, found: readonly SegmentEntry[], file: UploadFile): UploadInParts {
    const token = halfText(half, 'token');
    const partSize = partSizeOf(file.size);
    const there = new Map<number, Segment>();
    const note = (index: number, etag: string, length: number): void => {
      there.set(index, { container: segmentContainer, object: segmentName(file.name, token, index), etag, length });
    };
    for (const { name, hash, bytes } of found) note(Number(name.slice(-8)), hash, bytes);
    return {
      partSize,
      atOnce: Math.max(1, Math.floor(IN_FLIGHT / partSize)),
      isThere: ({ index, length }, bytes) => {
        const segment = there.get(index);
        if (length === 0) return true;
        return segment?.length === length && segment.etag === createHash('md5').update(bytes).digest('hex');
      },
      put: async ({ index }, bytes, stop) => {
        const data = { open: () => Readable.from([bytes]), length: bytes.length };
        const name = segmentName(file.name, token, index);
        const etag = await place.told(objects.put(segmentContainer, name, data, {}, { signal: stop }));
        note(index, etag, bytes.length);
      },
      publish: () => publish(half, there, file),
    };
  }

  return {
    urlOf,
    check: async () => {
      await place.ifThere(containers.list(container, { prefix: 'kiln', delimiter: '/' }, { signal }));
    },
    begin: async ({ name }, token) => {
      await place.told(containers.create(container, storagePolicy, { signal }));
      await place.told(containers.create(segmentContainer, storagePolicy, { signal }));
      return { name, token };
    },
    open: async (half, file) => {
      const token = halfText(half, 'token');
      if ((await metadata(file.name))?.['kiln-token'] === token) return 'published';
      return uploadTo(half, await segmentsOf(file.name, token), file);
    },
    discard: async (half) => {
      const [name, token] = [halfText(half, 'name'), halfText(half, 'token')];
      if ((await metadata(name))?.['kiln-token'] === token) return;
      await removeSegments(name, token);
      await delay(SETTLING, undefined, { signal });
      await removeSegments(name, token);
    },
    find: (token, name) => Promise.resolve([{ name, token }]),
    retention: markedRetention({
      list: async (prefix) => {
        const filter = { prefix: keyOf(prefix), delimiter: '/' };
        const found = (await place.ifThere(containers.list(container, filter, { signal }))) ?? [];
        return found.flatMap((entry) => ('hash' in entry ? [`/${entry.name}`] : []));
      },
      metadata,
      remove: async (name) => {
        const head = await place.ifThere(objects.head(container, keyOf(name), { signal }));
        if (head !== undefined) await place.ifThere(objects.delete(container, keyOf(name), head.manifest, { signal }));
      },
    }),
    close: () => {
      place.close();
      return Promise.resolve();
    },
  };
}
