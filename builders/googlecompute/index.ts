import { defineBuilder, type Builder } from '../../plugins/sdk/index.ts';
import { communicatorNeeds, communicatorPrograms } from '../../plugins/sdk/guest.ts';
import { googleKinds } from '../_googlecompute/kinds/kinds.ts';
import type { GooglecomputeBuilderConfig } from './config.gen.ts';
import { sourceFactNames } from './facts.ts';
import { prepare } from './prepare.ts';

export const builder: Builder<GooglecomputeBuilderConfig> = defineBuilder({
  factNames: sourceFactNames,
  resources: Object.values(googleKinds('googlecompute')),
  prepare,
  programs: communicatorPrograms,
  needs: communicatorNeeds,
  run: async (config, build) => (await import('./run.ts')).run(config, build),
  resume: async (config, build, checkpoint) => (await import('./run.ts')).resume(config, build, checkpoint),
  discard: async (artifact, context) =>
    (await import('../_googlecompute/images/artifact.ts')).discardImage(artifact, context),
});
