import { join } from 'node:path';
import { isList, isObject } from '../../../../plugins/sdk/index.ts';
import { openBucket, type BucketAccess } from '../../../_google-storage/bucket.ts';
import { sessionSender } from '../../../_google-storage/sender.ts';
import { askSession } from '../../../_google-storage/session.ts';
import { damaged, isForgotten } from '../../../_transfer/failure.ts';
import { sideRecord } from '../../../_transfer/side-record.ts';
import { halfText } from '../half.ts';
import { markedRetention, metadataOf } from '../_objects/marks.ts';
import type { Store, UploadFile, UploadInParts } from '../store.ts';

export interface GsBucket extends BucketAccess {
  readonly storageClass: string | undefined;
  /** Directory for side records: the address of a session lets in whoever knows it. */
  readonly records: string;
}

const PART = 16 * 1_048_576;

/** Without the slash that names of targets begin with. */
function keyOf(name: string): string {
  return name.slice(1);
}

/** A bucket of Google's storage: an object is there when its session has all bytes. */
export function gsStore(place: GsBucket): Store {
  const { bucket, server, storageClass, records } = place;
  const there = openBucket(place);
  const urlOf = (name: string): string => there.urlOf(keyOf(name));

  function uploadTo(session: string, begun: number, file: UploadFile): UploadInParts {
    const url = urlOf(file.name);
    const sender = sessionSender(server, session, begun, url);
    return {
      partSize: PART,
      atOnce: 1,
      isThere: ({ position, length }) => length > 0 && position + length <= begun,
      put: ({ position }, bytes, signal) => sender.send({ position, bytes, size: file.size }, signal),
      comparedBy: 'md5',
      publish: async (md5) => {
        const found = sender.made() ?? (await there.object(keyOf(file.name)));
        const digest = found?.['md5Hash'];
        if (digest === Buffer.from(md5, 'hex').toString('base64')) return;
        await there.remove(keyOf(file.name));
        throw damaged(url, `its MD5 is ${typeof digest === 'string' ? digest : 'not known'}`);
      },
    };
  }

  return {
    urlOf,
    check: () => there.check(),
    begin: async ({ name, size, mark }, token) => {
      const about = {
        metadata: metadataOf(mark, token),
        contentType: 'application/octet-stream',
        ...(storageClass === undefined ? {} : { storageClass }),
      };
      const session = await there.beginSession({ name: keyOf(name), size, about });
      const record = join(records, token);
      await sideRecord(record).write(session);
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
      return (await there.metadata(keyOf(file.name)))?.['kiln-token'] === halfText(half, 'token')
        ? 'published'
        : undefined;
    },
    discard: async (half) => {
      const record = sideRecord(halfText(half, 'record'));
      const session = await record.read();
      if (session !== undefined) await there.endSession(session);
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
          const path = `/storage/v1/b/${bucket}/o?${query.toString()}`;
          const found = await there.json(await there.call('GET', path, { doing }), doing);
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
      metadata: (name) => there.metadata(keyOf(name)),
      remove: (name) => there.remove(keyOf(name)),
    }),
    close: () => Promise.resolve(),
  };
}
