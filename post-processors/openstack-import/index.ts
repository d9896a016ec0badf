import { definePostProcessor, type PostProcessor, type Requirement } from '../../plugins/sdk/index.ts';
import type { OpenstackImportPostProcessorConfig } from './config.gen.ts';
import { isDisk } from './formats.ts';
import { importKinds } from './kinds.ts';
import { prepare } from './prepare.ts';

type Config = OpenstackImportPostProcessorConfig;

const qemuImg: Requirement = {
  program: 'qemu-img',
  package: 'qemu-utils',
  purpose: 'read disk images',
  decidedBy: ['format', 'image_disk_format'],
};

/** What is no disk, and a raw one that stays raw, is sent without a look at it. */
function needsQemuImg({ format, image_disk_format: wanted = 'raw' }: Config): boolean {
  return format === undefined || (isDisk(format) && (format !== 'raw' || wanted !== 'raw'));
}

export const postProcessor: PostProcessor<Config> = definePostProcessor({
  resources: Object.values(importKinds),
  prepare,
  programs: [{ ...qemuImg, optional: true }],
  needs: (config) => (needsQemuImg(config) ? [qemuImg] : []),
  postProcess: async (input, config, run) => (await import('./run.ts')).postProcess(input, config, run),
  discard: async (artifact, context) =>
    (await import('../../builders/_openstack/images/artifact.ts')).discardImage(artifact, context),
});
