import { recallLogin } from '../../builders/_googlecompute/credentials/login-options.ts';
import { readLocator, type Locator } from '../../plugins/sdk/cloud.ts';
import type { ReleaseContext, ResourceKind } from '../../plugins/sdk/index.ts';
import type { Bucket } from '../_google-storage/bucket.ts';
import { patience } from '../_transfer/patience.ts';
import { openStorage } from './storage.ts';

/** Metadata of an object that a worker of Kiln has written. */
export const OBJECT_MARK = 'kiln-token';
/** How long a server that has too much to do is asked again. Milliseconds. */
const PATIENCE = 60_000;

async function withMark(
  token: string,
  locator: Locator,
  context: ReleaseContext,
  work: (bucket: Bucket, name: string) => Promise<void>,
): Promise<boolean> {
  const bucket = openStorage(locator.text('bucket'), recallLogin(locator.value('access')), context.signal);
  const name = locator.text('name');
  const retrying = patience(PATIENCE, { warn: (text) => context.say(text), debug: () => undefined });
  const metadata = await retrying.patiently(() => bucket.metadata(name), context.signal);
  if (metadata?.[OBJECT_MARK] !== token) return false;
  await retrying.patiently(() => work(bucket, name), context.signal);
  return true;
}

/**
 * An object that a worker writes; its id is the token in its metadata, and one of the same name that is somebody else's
 * stays. Locator: `access`, `bucket`, `name`.
 */
export const exportObject: ResourceKind<string> = {
  kind: 'googlecompute-export:object',
  release: async (token, where, context) => {
    await withMark(token, readLocator(where), context, (bucket, name) => bucket.remove(name));
  },
  find: async (token, where, context) =>
    (await withMark(token, readLocator(where), context, () => Promise.resolve())) ? [token] : [],
  manualCommand: (_token, where) => {
    const locator = readLocator(where);
    return `gcloud storage rm gs://${locator.text('bucket')}/${locator.text('name')}`;
  },
};
