import { StepError, type PostProcessRun } from '../../../plugins/sdk/index.ts';
import type { UploadPostProcessorConfig } from '../config.gen.ts';
import { patience } from '../../_transfer/patience.ts';
import { blaming } from './blame-target.ts';
import type { OpenTarget } from './open-targets.ts';

/** Asks every target whether it takes its files, so that nothing is sent anywhere when one of them does not. */
export async function checkTargets(
  targets: readonly OpenTarget[],
  { retry_for: limit }: UploadPostProcessorConfig,
  run: PostProcessRun,
): Promise<void> {
  for (const { target, store } of targets) {
    const { keep_last: kept } = target.options;
    if (kept !== undefined && store.retention === undefined) {
      throw new StepError('this target cannot tell which uploads are older', {
        code: 'UPLOAD_OPTION',
        pointer: `${target.pointer}/keep_last`,
      });
    }
    await blaming(target, () => patience(limit, run).patiently(() => store.check(target.files), run.signal));
  }
}
