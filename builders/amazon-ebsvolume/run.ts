import type { Artifact, BuildRun, JsonObject, JsonValue } from '../../plugins/sdk/index.ts';
import { readCheckpoint } from '../_cloud/bake-checkpoint.ts';
import { bake, resumeBake, type BakeParts } from '../_cloud/bake.ts';
import type { AmazonBuild } from '../_amazon/amazon-build.ts';
import { provisionGuest } from '../_amazon/guest/provision.ts';
import { attachedVolumes } from '../_amazon/instance/instance-volumes.ts';
import { startAmazon } from '../_amazon/start.ts';
import { findInstance } from '../_amazon/instance/find-instance.ts';
import { findSourceImage } from '../_amazon/instance/find-source-image.ts';
import { launchInstance, type Launched } from '../_amazon/instance/launch.ts';
import { setNetworkDrivers, stopInstance } from '../_amazon/instance/stop-instance.ts';
import { fillInTags } from '../_amazon/fill-in-tags.ts';
import { sourceFacts } from '../_amazon/tags.ts';
import { artifactOf } from './artifact.ts';
import type { AmazonEbsvolumeBuilderConfig } from './config.gen.ts';
import { notedResult, readResult, type Result } from './result.ts';
import { findResult } from './steps/find-result.ts';
import { keepResult } from './steps/keep-result.ts';
import { snapshotVolumes } from './steps/snapshot-volumes.ts';
import { tagVolumes } from './steps/tag-volumes.ts';
import { takeOverVolumes } from './steps/take-over-volumes.ts';
import { builtVolumes, launchDevices } from './volumes.ts';

type Config = AmazonEbsvolumeBuilderConfig;

async function makeResult(config: Config, id: string, amazon: AmazonBuild): Promise<Result> {
  const { build } = amazon;
  await build.step('stop instance', () => stopInstance(config, id, amazon));
  if (config.ena_support !== undefined || config.sriov_support) {
    await build.step('set network drivers', () => setNetworkDrivers(config, id, amazon));
  }
  const volumes = builtVolumes(config.ebs_volumes ?? [], await attachedVolumes(id, amazon));
  const snapshots = await build.step('snapshot volumes', () => snapshotVolumes(volumes, amazon));
  return build.step('take over volumes', () => takeOverVolumes(volumes, snapshots, amazon));
}

async function finishResult(instanceId: string, result: Result, amazon: AmazonBuild): Promise<Artifact> {
  await amazon.build.step('keep volumes', () => keepResult(instanceId, result, amazon));
  const volumes = result.volumes.map(({ id }) => id);
  return artifactOf(volumes, result.snapshots, amazon.cloud);
}

/** `config` has its tags filled in from `facts`. */
function partsOf(config: Config, facts: JsonObject, amazon: AmazonBuild): BakeParts<Launched, Result> {
  return {
    takeOver: (before, key) => findInstance(before, key, amazon),
    provision: (launched) => provisionGuest(config, launched, facts, amazon),
    make: ({ id }) => makeResult(config, id, amazon),
    note: notedResult,
    find: (noted) => amazon.build.step('find volumes', () => findResult(readResult(noted), amazon)),
    finish: (result, instanceId) => finishResult(instanceId, result, amazon),
  };
}

/** The configuration with the tags of all that is made as they are for this source. */
function filledIn(config: Config, facts: JsonObject, build: BuildRun): Config {
  const volumes = config.ebs_volumes?.map((volume, index) => fillInTags(volume, facts, build, `/ebs_volumes/${index}`));
  return { ...fillInTags(config, facts, build), ...(volumes === undefined ? {} : { ebs_volumes: volumes }) };
}

export async function run(given: Config, build: BuildRun): Promise<Artifact> {
  const amazon = await build.step('find AWS', () => startAmazon(given, build));
  const source = await build.step('find source image', () => findSourceImage(given, amazon));
  const facts = sourceFacts(amazon.cloud.region, source);
  const config = filledIn(given, facts, build);
  const wanted = config.ebs_volumes ?? [];
  const launching = { ...config, launch_block_device_mappings: launchDevices(wanted) };
  const launched = await launchInstance(launching, source, amazon);
  await build.step('tag volumes', async () => {
    const volumes = builtVolumes(wanted, await attachedVolumes(launched.instance.InstanceId ?? '', amazon));
    await tagVolumes(volumes, config.run_volume_tags ?? {}, amazon);
  });
  return bake(partsOf(config, facts, amazon), launched, facts, build);
}

/** Goes on with the instance of an earlier process, or with its volumes and snapshots when they are there already. */
export async function resume(given: Config, build: BuildRun, state: JsonValue): Promise<Artifact> {
  const before = readCheckpoint(state);
  const config = filledIn(given, before.facts, build);
  const amazon = await build.step('find AWS', () => startAmazon(config, build));
  return resumeBake(partsOf(config, before.facts, amazon), before, build);
}
