import { join } from 'node:path';
import { cachePlace } from '../../../plugins/sdk/host.ts';
import { StepError, type Acquired, type PostProcessRun } from '../../../plugins/sdk/index.ts';
import { rememberLogin, type LoginOptions } from '../../../builders/_googlecompute/credentials/login-options.ts';
import type { Bucket } from '../../_google-storage/bucket.ts';
import { sendStream } from '../../_google-storage/send-stream.ts';
import { sessionSender, type SessionSender } from '../../_google-storage/sender.ts';
import { askSession } from '../../_google-storage/session.ts';
import { damaged, forgotten, isDamaged, isForgotten } from '../../_transfer/failure.ts';
import { patience as patienceFor, type Patience } from '../../_transfer/patience.ts';
import { sideRecord } from '../../_transfer/side-record.ts';
import { importObject, isObjectId, OBJECT_MARK, type ObjectId } from '../kinds.ts';
import { openStorage } from '../storage.ts';
import type { OpenSource } from './open-source.ts';

export interface UploadedObject {
  /** As Compute Engine is told of it. */
  readonly url: string;
  readonly acquired: Acquired<ObjectId, undefined>;
}

/** Where the object goes. */
export interface ObjectPlace {
  readonly bucket: string;
  readonly name: string;
  readonly login: LoginOptions;
}

interface Work extends ObjectPlace {
  readonly there: Bucket;
  readonly patience: Patience;
  readonly run: PostProcessRun;
}

interface Begun {
  readonly acquired: Acquired<ObjectId, undefined>;
  /** "whole": nothing is to be sent. */
  readonly sender: SessionSender | 'whole';
}

/** How long all may fail without anything going well. Milliseconds. */
const PATIENCE = 5 * 60_000;
/** Servers may forget what was cut off. */
const MOST_BEGINNINGS = 5;
/** In the place of a session's address: all is there, and is what was sent. */
const WHOLE = 'whole';

async function senderFor(id: ObjectId, { there, patience, run }: Work): Promise<Begun['sender'] | undefined> {
  const session = await sideRecord(id.record).read();
  const url = there.urlOf(id.name);
  const isThere = async (): Promise<boolean> =>
    (await patience.patiently(() => there.metadata(id.name), run.signal))?.[OBJECT_MARK] === id.token;
  if (session === undefined) return undefined;
  if (session === WHOLE) return (await isThere()) ? 'whole' : undefined;
  try {
    const state = await patience.patiently(() => askSession(there.server, session, undefined, url), run.signal);
    // An object that nobody has compared with the file yet is sent once more: nothing else tells what is in it.
    return 'offset' in state ? sessionSender(there.server, session, state.offset, url) : undefined;
  } catch (error) {
    if (isForgotten(error)) return undefined;
    throw error;
  }
}

/** What an earlier process had begun of the same file; what cannot be gone on with is given back. */
async function goOn(source: OpenSource, work: Work): Promise<Begun | undefined> {
  const { run, name, there } = work;
  for (const inherited of run.inherited(importObject)) {
    const { id } = inherited;
    if (!isObjectId(id) || id.name !== name) continue;
    const acquired = { ...inherited, id };
    const sender = id.source === source.identity ? await senderFor(id, work) : undefined;
    if (sender !== undefined) {
      run.say(`going on with the upload to ${there.urlOf(name)}`);
      return { acquired, sender };
    }
    await acquired.release();
  }
  return undefined;
}

async function begin({ identity }: OpenSource, work: Work): Promise<Begun> {
  const { run, name, bucket, login, there, patience } = work;
  const records = await cachePlace(run.cacheDirectory, 'googlecompute-import', 0o700);
  const acquired = await run.acquire(importObject, {
    describe: `object ${there.urlOf(name)}`,
    locator: { access: rememberLogin(login), bucket, name, records },
    create: async (token) => {
      const about = { contentType: 'application/gzip', metadata: { [OBJECT_MARK]: token } };
      const session = await patience.patiently(() => there.beginSession({ name, about }), run.signal);
      const record = join(records, token);
      await sideRecord(record).write(session);
      return { id: { name, source: identity, token, record }, handle: undefined };
    },
  });
  const sender = await senderFor(acquired.id, work);
  if (sender === undefined) throw forgotten(there.urlOf(name));
  return { acquired, sender };
}

async function send(source: OpenSource, { acquired, sender }: Begun, work: Work): Promise<void> {
  if (sender === 'whole') return;
  const { there, run, name, patience } = work;
  const { crc32c, size } = await sendStream(source.read(), sender, work.patience, run.signal);
  const object = sender.made() ?? (await patience.patiently(() => there.object(name), run.signal));
  const found = object?.['crc32c'];
  if (found !== crc32c)
    throw damaged(there.urlOf(name), `its CRC32C is ${typeof found === 'string' ? found : 'not known'}`);
  await sideRecord(acquired.id.record).write(WHOLE);
  run.say(`uploaded ${there.urlOf(name)} (${size} bytes)`);
}

/** Throws `StepError` UPLOAD_REFUSED when there is no such bucket. */
async function checkBucket({ there, patience, run }: Work): Promise<void> {
  try {
    await patience.patiently(() => there.check(), run.signal);
  } catch (error) {
    throw error instanceof StepError ? error.at('/bucket') : error;
  }
}

/**
 * Packs the source and puts it into the bucket on the way, from where an earlier process came to. The object goes with the
 * scope, whether the import succeeds or not. Throws `StepError` UPLOAD_….
 */
export async function uploadObject(
  source: OpenSource,
  place: ObjectPlace,
  run: PostProcessRun,
): Promise<UploadedObject> {
  const { bucket, name, login } = place;
  const there = openStorage(bucket, login, run.signal);
  const work: Work = { ...place, there, run, patience: patienceFor(PATIENCE, run) };
  await checkBucket(work);
  let begun = (await goOn(source, work)) ?? (await begin(source, work));
  for (let anew = 0; ; anew += 1) {
    try {
      await send(source, begun, work);
      const path = name.split('/').map(encodeURIComponent).join('/');
      return { url: `https://storage.googleapis.com/${bucket}/${path}`, acquired: begun.acquired };
    } catch (error) {
      const again = (isDamaged(error) && anew === 0) || (isForgotten(error) && anew < MOST_BEGINNINGS);
      if (!again) throw error;
      run.warn(`${error instanceof Error ? error.message : String(error)}; sending it once more`);
      await begun.acquired.release();
      begun = await begin(source, work);
    }
  }
}
