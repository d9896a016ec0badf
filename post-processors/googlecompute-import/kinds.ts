import { join } from 'node:path';
import { recallLogin } from '../../builders/_googlecompute/credentials/login-options.ts';
import { readLocator, type Locator } from '../../plugins/sdk/cloud.ts';
import {
  isObject,
  type JsonObject,
  type JsonValue,
  type ReleaseContext,
  type ResourceKind,
} from '../../plugins/sdk/index.ts';
import type { Bucket } from '../_google-storage/bucket.ts';
import { patience } from '../_transfer/patience.ts';
import { sideRecord } from '../_transfer/side-record.ts';
import { openStorage } from './storage.ts';

/** An object as the journal knows it. */
export interface ObjectId extends JsonObject {
  readonly name: string;
  /** What is packed in it: one of another disk cannot be gone on with. */
  readonly source: string;
  /** Value of its metadata `kiln-token`. */
  readonly token: string;
  /** File with the address of its session, which lets in whoever knows it. */
  readonly record: string;
}

/** Metadata of an object that Kiln has put there. */
export const OBJECT_MARK = 'kiln-token';

/** How long a server that has too much to do is asked again. Milliseconds. */
const PATIENCE = 60_000;

export function isObjectId(id: JsonValue): id is ObjectId {
  return isObject(id) && ['name', 'source', 'token', 'record'].every((key) => typeof id[key] === 'string');
}

function bucketOf(locator: Locator, signal: AbortSignal): Bucket {
  return openStorage(locator.text('bucket'), recallLogin(locator.value('access')), signal);
}

/** Removes what is there of the object, but not one of the same name that is somebody else's. */
async function release(id: ObjectId, where: JsonValue, context: ReleaseContext): Promise<void> {
  const { signal } = context;
  const bucket = bucketOf(readLocator(where), signal);
  const record = sideRecord(id.record);
  const session = await record.read();
  const retrying = patience(PATIENCE, { warn: (text) => context.say(text), debug: () => undefined });
  if (session !== undefined) await retrying.patiently(() => bucket.endSession(session), signal);
  const metadata = await retrying.patiently(() => bucket.metadata(id.name), signal);
  if (metadata?.[OBJECT_MARK] === id.token) await retrying.patiently(() => bucket.remove(id.name), signal);
  await record.remove();
}

/**
 * The archive in a bucket, or what is there of it. Locator: `access`, `bucket`, `name`, `records`. A session whose address
 * nobody noted ends by itself after a week, and nothing is to be seen of it.
 */
export const importObject: ResourceKind<ObjectId> = {
  kind: 'googlecompute-import:object',
  lasting: true,
  release,
  find: async (token, where) => {
    const locator = readLocator(where);
    const record = join(locator.text('records'), token);
    const session = await sideRecord(record).read();
    return session === undefined ? [] : [{ name: locator.text('name'), source: '', token, record }];
  },
  manualCommand: ({ name }, where) => `gcloud storage rm gs://${readLocator(where).text('bucket')}/${name}`,
};
