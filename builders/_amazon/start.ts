import type { BuildRun } from '../../plugins/sdk/index.ts';
import type { AccessOptions } from './mixins/access.gen.ts';
import { connectionOptions } from './api/credentials/access.ts';
import type { AmazonBuild } from './amazon-build.ts';
import { openCloud } from './api/cloud.ts';
import { amazonKinds } from './kinds/kinds.ts';
import { pollingFrom } from './api/wait.ts';

/** What the steps of a build need. Throws `StepError` AMAZON_REGION. */
export async function startAmazon(config: AccessOptions, build: BuildRun): Promise<AmazonBuild> {
  const options = connectionOptions(config);
  const cloud = await openCloud(options, build.signal, config.decode_authorization_messages, build.ask);
  return { build, cloud, polling: pollingFrom(config.aws_polling, process.env), kinds: amazonKinds(build.type) };
}
