import { keepTogether } from '../../plugins/sdk/cloud.ts';
import {
  StepError,
  type Acquired,
  type Artifact,
  type PostProcessed,
  type PostProcessRun,
  type RemoteFile,
} from '../../plugins/sdk/index.ts';
import type { UploadPostProcessorConfig } from './config.gen.ts';
import type { HalfUpload } from './kinds.ts';
import { planUploads } from './plan/plan-uploads.ts';
import { patience } from '../_transfer/patience.ts';
import { sendFile } from './send/send-file.ts';
import { checkTargets } from './steps/check-targets.ts';
import { removeOld } from './steps/remove-old.ts';
import { runCommand } from './steps/run-command.ts';
import { openTargets, type OpenTarget } from './steps/open-targets.ts';
import { blaming } from './steps/blame-target.ts';
import type { SentFile } from './targets/store.ts';

type Kept = Acquired<HalfUpload, undefined>;

/** Sends the files of one target, one after the other; the parts of each go side by side. */
async function uploadTo(
  { target, store }: OpenTarget,
  config: UploadPostProcessorConfig,
  run: PostProcessRun,
  kept: Kept[],
): Promise<readonly RemoteFile[]> {
  const sending = { target, store, run, patience: patience(config.retry_for, run) };
  const files: SentFile[] = [];
  for (const file of target.files) {
    const { sent, acquired } = await sendFile(file, sending);
    kept.push(acquired);
    files.push(sent);
  }
  const made = await sending.patience.patiently(async () => (await store.finish?.(files)) ?? [], run.signal);
  const remotes = files.map((file) => {
    const { name, size, sha256 } = file;
    return { url: store.fileUrlOf?.(file) ?? store.urlOf(name), size, sha256 };
  });
  for (const { url, sha256 } of [...made, ...remotes]) run.say(`uploaded ${url} (sha256:${sha256})`);
  const command = target.options.post_upload_command ?? config.post_upload_command;
  if (command !== undefined) {
    for (const file of files) await runCommand(command, file, store.urlOf(file.name), run);
  }
  await removeOld(target, store, files, run);
  return [...made, ...remotes];
}

function artifactOf(remotes: readonly RemoteFile[]): Artifact {
  const urls = remotes.map(({ url }) => url);
  return {
    builderId: 'kiln.post-processor.upload',
    id: urls.join(','),
    description: `uploaded: ${urls.join(', ')}`,
    files: [],
    remotes,
    properties: {},
  };
}

/** Expands the targets, asks all of them, and then sends to one after the other. */
export async function postProcess(
  input: Artifact,
  config: UploadPostProcessorConfig,
  run: PostProcessRun,
): Promise<PostProcessed> {
  const planned = await planUploads(input, config, run);
  await using opened = await openTargets(planned, config, run);
  await checkTargets(opened.targets, config, run);
  if (config.dry_run) {
    for (const { target, store } of opened.targets) {
      for (const file of target.files) run.say(`would upload ${file.path} to ${store.urlOf(file.name)}`);
    }
    return { artifact: 'input', input: 'contained' };
  }
  const kept: Kept[] = [];
  const remotes: RemoteFile[] = [];
  for (const open of opened.targets) {
    remotes.push(...(await blaming(open.target, () => uploadTo(open, config, run, kept))));
  }
  await keepTogether(kept);
  if (remotes.length === 0) throw new StepError('nothing was uploaded', { code: 'UPLOAD_NO_FILES' });
  return { artifact: artifactOf(remotes), input: 'keep' };
}
