import { setTimeout as delay } from 'node:timers/promises';
import { retryWhile } from '../../../plugins/sdk/cloud.ts';
import { throwIfCancelled } from '../../../plugins/sdk/index.ts';
import { isOutdated } from '../../_googlecompute/api/google-error.ts';
import { carryOut } from '../../_googlecompute/api/operation.ts';
import type { GoogleBuild } from '../../_googlecompute/google-build.ts';
import type { GooglecomputeBuilderConfig } from '../config.gen.ts';
import { SSH_KEYS } from '../request/metadata.ts';
import { describeInstance, stateLimit } from './instance-life.ts';

/** Adds the keys that are let in by SSH to the metadata of an instance, `wait_to_add_ssh_keys` after it began to run. */
export async function addKeys(
  config: GooglecomputeBuilderConfig,
  instance: string,
  keys: string,
  google: GoogleBuild,
): Promise<void> {
  const { build } = google;
  const { project_id: project, zone, wait_to_add_ssh_keys: wait } = config;
  build.say(`the instance gets its SSH keys in ${Math.round(wait / 1000)} s`);
  await delay(wait, undefined, { signal: build.signal }).catch(() => undefined);
  throwIfCancelled(build.signal);
  const add = async (): Promise<void> => {
    const { metadata } = await describeInstance(instance, config, google);
    const others = metadata?.items?.filter(({ key }) => key !== SSH_KEYS) ?? [];
    const requestBody = {
      ...(metadata?.fingerprint === undefined ? {} : { fingerprint: metadata.fingerprint }),
      items: [...others, { key: SSH_KEYS, value: keys }],
    };
    await carryOut(
      (compute, requestId, call) =>
        compute.instances.setMetadata({ project, zone, instance, requestId, requestBody }, call),
      { what: `adding SSH keys to the instance ${instance}`, limit: stateLimit(config) },
      google,
    );
  };
  // The guest may change its metadata meanwhile, too.
  await retryWhile(add, isOutdated, { signal: build.signal, limit: 60_000 });
}
