import { cachePlace } from '../../../plugins/sdk/host.ts';
import { makeDirectory } from '../../../plugins/sdk/files.ts';
import type { PostProcessRun } from '../../../plugins/sdk/index.ts';
import type { UploadPostProcessorConfig } from '../config.gen.ts';
import { rememberAccess } from '../kinds.ts';
import type { PlannedTarget } from '../plan/plan-uploads.ts';
import { withUser } from '../plan/target-url.ts';
import { openStore } from '../targets/open-store.ts';
import type { Store } from '../targets/store.ts';
import { blaming } from './blame-target.ts';

export interface OpenTarget {
  readonly target: PlannedTarget;
  readonly store: Store;
}

export interface OpenTargets extends AsyncDisposable {
  readonly targets: readonly OpenTarget[];
}

/** Opens all targets; they are closed together. */
export async function openTargets(
  planned: readonly PlannedTarget[],
  { stall_timeout: silence }: UploadPostProcessorConfig,
  run: PostProcessRun,
): Promise<OpenTargets> {
  const targets: OpenTarget[] = [];
  const records = await cachePlace(run.cacheDirectory, 'upload', 0o700);
  await makeDirectory(records, 0o700);
  const close = async (): Promise<void> => {
    await Promise.all(targets.map(({ store }) => store.close()));
  };
  try {
    for (const target of planned) {
      rememberAccess(target.options);
      const { say, warn, debug, signal } = run;
      const place = withUser(target.url, target.files[0]?.name ?? '');
      const setting = { say, warn, debug, signal, silence, records };
      const store = await blaming(target, () => openStore(place, target.options, setting));
      targets.push({ target, store });
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { targets, [Symbol.asyncDispose]: close };
}
