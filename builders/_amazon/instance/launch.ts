import type { CommunicatorOptions } from '../../../plugins/sdk/guest.ts';
import type { BakeInstance } from '../../_cloud/key-pair.ts';
import type { AmazonBuild } from '../amazon-build.ts';
import type { Image, Instance } from '../api/driver.ts';
import { ENDPOINT_INTERFACE } from '../guest/instance-connect/endpoint.ts';
import { isSpot } from './launch-data.ts';
import type { LaunchDevicesOptions } from '../mixins/launch-devices.gen.ts';
import type { RunOptions } from '../mixins/run.gen.ts';
import { runTags } from '../run-tags.ts';
import { userData } from './user-data.ts';
import { checkEndpoint } from './check-endpoint.ts';
import { chooseSecurityGroups, needsSecurityGroup } from './choose-security-groups.ts';
import { findNetwork } from './find-network.ts';
import { makeInstanceProfile } from './make-instance-profile.ts';
import { makeKeyPair } from './make-key-pair.ts';
import { runInstance } from './run-instance.ts';
import { runSpotInstance } from './run-spot-instance.ts';

export interface Launched extends BakeInstance {
  readonly instance: Instance;
}

/** All that is needed for an instance to run, and the instance. The tags of `config` are filled in. */
export async function launchInstance(
  config: RunOptions & LaunchDevicesOptions & CommunicatorOptions,
  image: Image,
  amazon: AmazonBuild,
): Promise<Launched> {
  const { build } = amazon;
  const tags = runTags(config);
  const data = await userData(config);
  const byEndpoint = config.ssh_interface === ENDPOINT_INTERFACE && config.communicator !== 'none';
  const needsVpc = needsSecurityGroup(config) || byEndpoint;
  const network = await build.step('find network', () => findNetwork(config, needsVpc, amazon));
  if (byEndpoint) await build.step('find endpoint', () => checkEndpoint(config, network, amazon));
  const key = await build.step('make key pair', () => makeKeyPair(config, tags, amazon));
  const securityGroups = await build.step('choose security groups', () =>
    chooseSecurityGroups(config, network.vpcId, tags, amazon),
  );
  const profile = await build.step('choose instance profile', () => makeInstanceProfile(config, tags, amazon));
  const launch = {
    image,
    keyName: key.name,
    securityGroups,
    subnetIds: network.subnetIds,
    profile,
    userData: data,
    fresh: [
      ...(needsSecurityGroup(config) ? securityGroups : []),
      ...[key.privateKey === undefined ? undefined : key.name].filter((name) => name !== undefined),
      ...((config.iam_instance_profile ?? '') === '' && profile !== undefined ? [profile] : []),
    ],
    tags,
    volumeTags: config.run_volume_tags ?? {},
  };
  const { instance } = await build.step('run instance', () =>
    isSpot(config)
      ? runSpotInstance(config, launch, { template: config.spot_tags ?? {}, fleet: config.fleet_tags ?? {} }, amazon)
      : runInstance(config, launch, amazon),
  );
  return { id: instance.InstanceId ?? '', instance, key };
}
