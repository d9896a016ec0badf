import { defineBuilder, type Builder } from '../../plugins/sdk/index.ts';
import { amazonKinds } from '../_amazon/kinds/kinds.ts';
import { sourceFactNames } from '../_amazon/tags.ts';
import type { AmazonChrootBuilderConfig } from './config.gen.ts';
import { mountKind } from './mounts/mount-kind.ts';
import { prepare } from './prepare.ts';
import { programs } from './programs.ts';

export const builder: Builder<AmazonChrootBuilderConfig> = defineBuilder({
  factNames: [...sourceFactNames, 'Device', 'MountPath'],
  resources: Object.values({ ...amazonKinds('amazon-chroot'), mount: mountKind }),
  prepare,
  programs,
  needs: () => programs,
  run: async (config, build) => (await import('./run.ts')).run(config, build),
  resume: async (config, build, state) => (await import('./run.ts')).resume(config, build, state),
  discard: async (artifact, context) =>
    (await import('../_amazon/images/artifact.ts')).discardImages(artifact, context),
});
