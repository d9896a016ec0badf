import { googleKinds } from '../../builders/_googlecompute/kinds/kinds.ts';
import { definePostProcessor, type PostProcessor, type Requirement } from '../../plugins/sdk/index.ts';
import type { GooglecomputeImportPostProcessorConfig } from './config.gen.ts';
import { importObject } from './kinds.ts';
import { prepare } from './prepare.ts';

const qemuImg: Requirement = {
  program: 'qemu-img',
  package: 'qemu-utils',
  purpose: 'read disk images',
  decidedBy: ['format'],
};

export const postProcessor: PostProcessor<GooglecomputeImportPostProcessorConfig> = definePostProcessor({
  resources: [importObject, googleKinds('googlecompute-import').image],
  prepare,
  programs: [{ ...qemuImg, optional: true }],
  // Without a format the artifact may be the archive that Packer takes.
  needs: ({ format }) => (format === undefined || format === 'tar.gz' ? [] : [qemuImg]),
  postProcess: async (input, config, run) => (await import('./run.ts')).postProcess(input, config, run),
  discard: async (artifact, context) =>
    (await import('../../builders/_googlecompute/images/artifact.ts')).discardImage(artifact, context),
});
