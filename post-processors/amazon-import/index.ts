import type { PostProcessor, Requirement } from '../../plugins/sdk/index.ts';
import type { AmazonImportPostProcessorConfig } from './config.gen.ts';
import { importKinds } from './kinds.ts';
import { methodOf } from './method.ts';
import { prepare } from './prepare.ts';

const qemuImg: Requirement = { program: 'qemu-img', package: 'qemu-utils', purpose: 'read disk images' };

function requirements(config?: AmazonImportPostProcessorConfig): readonly Requirement[] {
  if (config === undefined) return [{ ...qemuImg, optional: true }];
  return methodOf(config) === 'ebs-direct' ? [qemuImg] : [];
}

export const postProcessor: PostProcessor<AmazonImportPostProcessorConfig> = {
  kind: 'post-processor',
  resources: Object.values(importKinds),
  prepare,
  requirements,
  postProcess: async (input, config, run) => (await import('./run.ts')).postProcess(input, config, run),
  discard: async (artifact, context) =>
    (await import('../../builders/_amazon/images/artifact.ts')).discardImages(artifact, context),
};
