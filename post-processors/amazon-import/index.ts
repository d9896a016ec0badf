import { definePostProcessor, type Requirement, type PostProcessor } from '../../plugins/sdk/index.ts';
import type { AmazonImportPostProcessorConfig } from './config.gen.ts';
import { importKinds } from './kinds.ts';
import { methodOf } from './method.ts';
import { prepare } from './prepare.ts';

const qemuImg: Requirement = {
  program: 'qemu-img',
  package: 'qemu-utils',
  purpose: 'read disk images',
  decidedBy: ['method', 's3_bucket_name'],
};

export const postProcessor: PostProcessor<AmazonImportPostProcessorConfig> = definePostProcessor({
  resources: Object.values(importKinds),
  prepare,
  programs: [{ ...qemuImg, optional: true }],
  needs: (config) => (methodOf(config) === 'ebs-direct' ? [qemuImg] : []),
  postProcess: async (input, config, run) => (await import('./run.ts')).postProcess(input, config, run),
  discard: async (artifact, context) =>
    (await import('../../builders/_amazon/images/artifact.ts')).discardImages(artifact, context),
});
