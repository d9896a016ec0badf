import { ownTags } from '../../../plugins/sdk/cloud.ts';
import type { Acquired } from '../../../plugins/sdk/index.ts';
import { waitForOperation } from '../../_googlecompute/api/operation.ts';
import { locatorOf, type GoogleBuild } from '../../_googlecompute/google-build.ts';
import type { GooglecomputeBuilderConfig } from '../config.gen.ts';
import type { InstanceParts } from '../instance.ts';
import type { Instance } from '../../_googlecompute/api/driver.ts';
import { instanceRequest } from '../request/instance-request.ts';
import { stateLimit, waitForInstance } from './instance-life.ts';

/** An instance that runs. */
export interface Started {
  readonly id: string;
  readonly instance: Instance;
  readonly acquired: Acquired<string, undefined>;
}

/** Starts the instance and waits until it runs; it is deleted with its boot disk when the build is over. */
export async function startInstance(
  config: GooglecomputeBuilderConfig,
  parts: InstanceParts,
  google: GoogleBuild,
): Promise<Started> {
  const { build, cloud, kinds } = google;
  const { project_id: project, zone } = config;
  const name = config.instance_name ?? `packer-${crypto.randomUUID()}`;
  const limit = stateLimit(config);
  let waiting: (() => Promise<void>) | undefined;
  const acquired = await build.acquire(kinds.instance, {
    describe: `instance ${name}`,
    locator: locatorOf(cloud, { project, place: `zones/${zone}`, name }),
    create: (token) =>
      kinds.instance.createUnlessRefused(token, async () => {
        const requestBody = instanceRequest(config, parts, { name, own: ownTags(build, token) });
        const operation = await cloud.begin((compute, requestId, call) =>
          compute.instances.insert({ project, zone, requestId, requestBody }, call),
        );
        waiting = () => waitForOperation(operation, { what: `starting the instance ${name}`, limit }, google);
        return { id: name, handle: undefined };
      }),
  });
  build.say(`the instance is ${name}`);
  await waiting?.();
  const instance = await waitForInstance(name, 'RUNNING', config, google);
  return { id: name, instance, acquired };
}
