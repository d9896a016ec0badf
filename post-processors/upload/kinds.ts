import { accessMemory, readLocator, type Locator } from '../../plugins/sdk/cloud.ts';
import {
  isObject,
  type JsonObject,
  type JsonValue,
  type ReleaseContext,
  type ResourceKind,
} from '../../plugins/sdk/index.ts';
import type { TargetOptions } from './plan/plan-uploads.ts';
import { openStore } from './targets/open-store.ts';
import type { StoreSetting } from './targets/opening.ts';
import type { Store } from './targets/store.ts';

/** An upload as the journal knows it: to which place, of which file, and what the far end knows it by. */
export interface HalfUpload extends JsonObject {
  readonly url: string;
  readonly source: string;
  readonly half: JsonObject;
}

const SECRETS = ['ssh_password', 'ssh_private_key_passphrase', 'password', 'post_upload_command'];

/** How the targets of this process are reached; the journal gets the options without their secrets. */
const access = accessMemory<TargetOptions>(
  (options) => Object.fromEntries(Object.entries(options).filter(([name]) => !SECRETS.includes(name))),
  ['place'],
);

/** Has what an earlier process began given back by the ways into this target, secrets too. */
export function rememberAccess(options: TargetOptions): void {
  access.remember(options, { place: '' });
}

/** What things remember of how their target is reached; `place` is the URL of one file. */
export function locatorOf(options: TargetOptions, place: string, name: string): JsonObject {
  return { access: access.remember(options, { place }), name, since: Date.now() };
}

async function withStore<T>(locator: Locator, context: ReleaseContext, work: (store: Store) => Promise<T>): Promise<T> {
  const remembered = locator.value('access');
  const said = isObject(remembered) && isObject(remembered['options']) ? remembered['options'] : {};
  const options = access.recall(remembered, (others) => others as unknown as TargetOptions);
  const place = typeof said['place'] === 'string' ? said['place'] : '';
  const say = (text: string): void => context.say(text);
  const { signal } = context;
  const setting: StoreSetting = { signal, say, warn: say, debug: () => undefined, silence: 60_000, records: '' };
  const store = await openStore(place, options, setting);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

function halfOf(id: JsonValue): JsonObject {
  return isObject(id) && isObject(id['half']) ? id['half'] : {};
}

/** A file that is on its way to a target. Once it has its final name its release removes nothing of it. */
export const halfUpload: ResourceKind<HalfUpload> = {
  kind: 'upload:half',
  lasting: true,
  release: (id, where, context) => withStore(readLocator(where), context, (store) => store.discard(halfOf(id))),
  find: (token, where, context) => {
    const locator = readLocator(where);
    return withStore(locator, context, async (store) => {
      const since = locator.value('since');
      const found = await store.find(token, locator.text('name'), typeof since === 'number' ? since : 0);
      return found.map((half) => ({ url: '', source: '', half }));
    });
  },
};
