import { defineBuilder, type Builder } from '../../plugins/sdk/index.ts';
import { communicatorNeeds, communicatorPrograms } from '../../plugins/sdk/guest.ts';
import { openstackKinds } from '../_openstack/kinds/kinds.ts';
import type { OpenstackBuilderConfig } from './config.gen.ts';
import { sourceFactNames } from './facts.ts';
import { prepare } from './prepare.ts';

export const builder: Builder<OpenstackBuilderConfig> = defineBuilder({
  factNames: sourceFactNames,
  resources: Object.values(openstackKinds('openstack')),
  prepare,
  programs: communicatorPrograms,
  needs: communicatorNeeds,
  run: async (config, build) => (await import('./run.ts')).run(config, build),
  resume: async (config, build, checkpoint) => (await import('./run.ts')).resume(config, build, checkpoint),
  discard: async (artifact, context) =>
    (await import('../_openstack/images/artifact.ts')).discardImage(artifact, context),
});
