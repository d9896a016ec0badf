import { stat } from 'node:fs/promises';
import type { Acquired, JsonValue, PostProcessRun } from '../../../plugins/sdk/index.ts';
import { isObject } from '../../../plugins/sdk/index.ts';
import { progressMeter } from '../../_shared/progress-meter.ts';
import { halfUpload, locatorOf, type HalfUpload } from '../kinds.ts';
import type { PlannedTarget } from '../plan/plan-uploads.ts';
import { withUser } from '../plan/target-url.ts';
import { forgotten, isDamaged, isForgotten } from '../../_transfer/failure.ts';
import type { SentFile, Store, Upload, UploadFile } from '../targets/store.ts';
import { changed, digestSource, sha256Of } from './digest-source.ts';
import type { Patience } from '../../_transfer/patience.ts';
import { sendParts } from './send-parts.ts';

/** What a file is sent with. */
export interface Sending {
  readonly target: PlannedTarget;
  readonly store: Store;
  readonly patience: Patience;
  readonly run: PostProcessRun;
}

/** A file and where it goes, as the journal knows them. */
interface Way {
  readonly file: UploadFile;
  readonly url: string;
  readonly source: string;
}

/** Servers may forget what was cut off in the middle of a part. */
const MOST_BEGINNINGS = 20;

interface Begun {
  readonly acquired: Acquired<HalfUpload, undefined>;
  readonly upload: Upload | 'published';
}

/** A file that is changed, or made anew, is another one. */
async function sourceOf({ path }: UploadFile): Promise<string> {
  const { size, mtimeMs, ino } = await stat(path);
  return `${path} ${size} ${mtimeMs} ${ino}`;
}

function isHalf(id: JsonValue): id is HalfUpload {
  return isObject(id) && isObject(id['half']);
}

/** What an earlier process had begun of the same file; what cannot be gone on with is given back. */
async function goOn({ file, url, source }: Way, sending: Sending): Promise<Begun | undefined> {
  const { store, run, patience } = sending;
  for (const inherited of run.inherited(halfUpload)) {
    const { id } = inherited;
    if (!isHalf(id) || id.url !== url) continue;
    const acquired = { ...inherited, id };
    const upload =
      id.source === source ? await patience.patiently(() => store.open(id.half, file), run.signal) : undefined;
    if (upload !== undefined) return { acquired, upload };
    await acquired.release();
  }
  return undefined;
}

async function begin({ file, url, source }: Way, sending: Sending): Promise<Begun> {
  const { store, run, target, patience } = sending;
  const acquired = await run.acquire(halfUpload, {
    describe: `upload of ${file.path} to ${url}`,
    locator: locatorOf(target.options, withUser(target.url, file.name), file.name),
    create: async (token) => {
      const half = await patience.patiently(() => store.begin(file, token), run.signal);
      return { id: { url, source, half }, handle: undefined };
    },
  });
  const upload = await patience.patiently(() => store.open(acquired.id.half, file), run.signal);
  if (upload === undefined) throw forgotten(url);
  return { acquired, upload };
}

/** Resolves with the file's SHA-256. */
async function send({ file, url, source }: Way, upload: Upload, { run, patience }: Sending): Promise<string> {
  const meter = progressMeter(`upload to ${url}`, file.size, run);
  const { comparedBy = 'sha256' } = upload;
  // When one of the two fails, nobody needs the other.
  const stop = new AbortController();
  const signal = AbortSignal.any([run.signal, stop.signal]);
  const sending =
    'send' in upload
      ? patience.patiently(() => upload.send((count) => meter.add(count), signal), signal)
      : sendParts(file, upload, meter, patience, signal);
  const digesting = digestSource(file, [...new Set(['sha256', comparedBy] as const)], signal);
  const both = [sending, digesting] as const;
  const [, digests] = await Promise.all(both).catch(async (error: unknown) => {
    stop.abort();
    await Promise.allSettled(both);
    throw error;
  });
  meter.finish();
  if ((await sourceOf(file)) !== source) throw changed(file.path);
  await patience.patiently(() => upload.publish(digests.get(comparedBy) ?? ''), run.signal);
  return digests.get('sha256') ?? '';
}

/**
 * Brings a file to its target: goes on with what an earlier process had begun, else begins. What arrives damaged is sent
 * once more, and what was forgotten there. Resolves with what is there, and with what the caller has to keep.
 */
export async function sendFile(
  file: UploadFile,
  sending: Sending,
): Promise<{ readonly sent: SentFile; readonly acquired: Acquired<HalfUpload, undefined> }> {
  const { store, run } = sending;
  const url = store.urlOf(file.name);
  const way = { file, url, source: await sourceOf(file) };
  const before = await goOn(way, sending);
  if (before !== undefined) run.say(`going on with the upload to ${url}`);
  let begun = before ?? (await begin(way, sending));
  for (let anew = 0; ; anew += 1) {
    const { acquired, upload } = begun;
    try {
      const sha256 = await (upload === 'published' ? sha256Of(file, run.signal) : send(way, upload, sending));
      return { sent: { ...file, sha256 }, acquired };
    } catch (error) {
      const again = (isDamaged(error) && anew === 0) || (isForgotten(error) && anew < MOST_BEGINNINGS);
      if (!again) throw error;
      run.warn(`${error instanceof Error ? error.message : String(error)}; sending it once more`);
      await acquired.release();
      begun = await begin(way, sending);
    }
  }
}
