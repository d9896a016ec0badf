import { openCloud } from '../../builders/_googlecompute/api/cloud.ts';
import { loginOptions, rememberLogin } from '../../builders/_googlecompute/credentials/login-options.ts';
import { googleKinds } from '../../builders/_googlecompute/kinds/kinds.ts';
import { keepTogether } from '../../plugins/sdk/cloud.ts';
import {
  StepError,
  type Acquired,
  type Artifact,
  type PostProcessed,
  type PostProcessRun,
  type RemoteFile,
} from '../../plugins/sdk/index.ts';
import { patience } from '../_transfer/patience.ts';
import type { GooglecomputeExportPostProcessorConfig } from './config.gen.ts';
import type { ExportWork } from './export-work.ts';
import { exportObject, OBJECT_MARK } from './kinds.ts';
import { readPlace, type Place } from './places.ts';
import { loginFor, sourceImage } from './source-image.ts';
import { awaitExport } from './steps/await-export.ts';
import { DEVICE_PATH, startWorker } from './steps/start-worker.ts';
import { openStorage } from './storage.ts';
import { workerScript } from './worker-script.ts';

const BUILDER_ID = 'packer.post-processor.googlecompute-export';
/** How long a server that has too much to do is asked again. Milliseconds. */
const PATIENCE = 5 * 60_000;

/** An object on its way, and the token in its metadata. */
interface Target {
  readonly place: Place;
  readonly acquired: Acquired<string, undefined>;
}

function placesOf({ paths }: GooglecomputeExportPostProcessorConfig): readonly Place[] {
  return paths.map((text, index) => {
    const place = readPlace(text);
    if (place !== undefined) return place;
    const pointer = `/paths/${index}`;
    throw new StepError(`${JSON.stringify(text)} is no object of Cloud Storage`, { code: 'GOOGLE_EXPORT', pointer });
  });
}

async function startWork(
  input: Artifact,
  config: GooglecomputeExportPostProcessorConfig,
  run: PostProcessRun,
): Promise<ExportWork> {
  const image = sourceImage(input);
  const login = loginFor(config, loginOptions(config), input);
  const zone = config.zone ?? image.zone;
  if (zone === '') {
    const hint = 'set it to a zone in which the worker may run, such as us-central1-a';
    throw new StepError('nothing says in which zone the worker runs', {
      code: 'GOOGLE_EXPORT',
      pointer: '/zone',
      hint,
    });
  }
  const cloud = await openCloud(login, run);
  return { build: run, run, config, login, image, zone, cloud, kinds: googleKinds('googlecompute-export') };
}

/** Notes the object before the worker writes it. Throws `StepError` UPLOAD_REFUSED when there is no such bucket. */
async function expect(place: Place, index: number, { run, login }: ExportWork): Promise<Target> {
  const { bucket, name, url } = place;
  const there = openStorage(bucket, login, run.signal);
  await patience(PATIENCE, run)
    .patiently(() => there.check(), run.signal)
    .catch((error: unknown) => {
      throw error instanceof StepError ? error.at(`/paths/${index}`) : error;
    });
  const acquired = await run.acquire(exportObject, {
    describe: `object ${url}`,
    locator: { access: rememberLogin(login), bucket, name },
    create: (token) => Promise.resolve({ id: token, handle: undefined }),
  });
  return { place, acquired };
}

/** Makes sure that the worker's object is there. */
async function remoteOf({ place, acquired }: Target, sha256: string, { run, login }: ExportWork): Promise<RemoteFile> {
  const { bucket, name, url } = place;
  const there = openStorage(bucket, login, run.signal);
  const retrying = patience(PATIENCE, run);
  const metadata = await retrying.patiently(() => there.metadata(name), run.signal);
  const object = await retrying.patiently(() => there.object(name), run.signal);
  if (metadata?.[OBJECT_MARK] !== acquired.id || object === undefined) {
    throw new StepError(`the worker says that it is done, and ${url} is not what it wrote`, { code: 'GOOGLE_FAILED' });
  }
  run.say(`exported ${url} (sha256:${sha256})`);
  return { url, size: Number(object['size']), sha256 };
}

export async function postProcess(
  input: Artifact,
  config: GooglecomputeExportPostProcessorConfig,
  run: PostProcessRun,
): Promise<PostProcessed> {
  const work = await startWork(input, config, run);
  const targets: Target[] = [];
  for (const [index, place] of placesOf(config).entries()) targets.push(await expect(place, index, work));
  const [first, ...others] = targets.map(({ place, acquired }) => ({ url: place.url, token: acquired.id }));
  if (first === undefined) throw new StepError('there are no paths', { code: 'GOOGLE_EXPORT', pointer: '/paths' });
  const mark = crypto.randomUUID();
  const worker = await startWorker(workerScript({ mark, device: DEVICE_PATH, objects: [first, ...others] }), work);
  const sha256 = await awaitExport(worker, mark, work);
  const remotes: RemoteFile[] = [];
  for (const target of targets) remotes.push(await remoteOf(target, sha256, work));
  await worker.acquired.release();
  await keepTogether(targets.map(({ acquired }) => acquired));
  const urls = remotes.map(({ url }) => url);
  const description = `exported: ${urls.join(', ')}`;
  const artifact = { builderId: BUILDER_ID, id: urls.join(','), description, files: [], remotes, properties: {} };
  return { artifact, input: 'discard' };
}
