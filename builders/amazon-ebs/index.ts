import { defineBuilder, type Builder } from '../../plugins/sdk/index.ts';
import { communicatorNeeds, communicatorPrograms } from '../../plugins/sdk/guest.ts';
import { amazonKinds } from '../_amazon/kinds/kinds.ts';
import type { AmazonEbsBuilderConfig } from './config.gen.ts';
import { sourceFactNames } from '../_amazon/tags.ts';
import { prepare } from './prepare.ts';

export const builder: Builder<AmazonEbsBuilderConfig> = defineBuilder({
  factNames: sourceFactNames,
  resources: Object.values(amazonKinds('amazon-ebs')),
  prepare,
  programs: communicatorPrograms,
  needs: communicatorNeeds,
  run: async (config, build) => (await import('./run.ts')).run(config, build),
  resume: async (config, build, checkpoint) => (await import('./run.ts')).resume(config, build, checkpoint),
  discard: async (artifact, context) =>
    (await import('../_amazon/images/artifact.ts')).discardImages(artifact, context),
});
