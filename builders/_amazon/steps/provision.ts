import type { BuildData, Communicator, CommunicatorOptions, RenderData } from '../../../plugins/sdk/index.ts';
import type { AmazonBuild } from '../amazon-build.ts';
import { sshPublicKey } from '../ssh-public-key.ts';
import { clearKey } from './clear-key.ts';
import { connect } from './connect.ts';
import type { Launched } from './launch.ts';
import type { RunOptions } from '../options.ts';

function buildData(
  config: CommunicatorOptions,
  { instance, key }: Launched,
  guest: Communicator,
  facts: RenderData,
): BuildData {
  const { address } = guest;
  const { SourceAMITags: _tags, ...texts } = facts;
  return {
    ...Object.fromEntries(
      Object.entries(texts).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    ),
    ID: instance.InstanceId ?? '',
    ConnType: config.communicator,
    ...(address === undefined ? {} : { Host: address.host, Port: address.port, User: address.user }),
    ...(address?.password === undefined ? {} : { Password: address.password }),
    ...(key.privateKey === undefined
      ? {}
      : { SSHPrivateKey: key.privateKey, SSHPublicKey: sshPublicKey(key.privateKey, key.name ?? '') }),
  };
}

/** Connects to the guest and runs the provisioners. */
export async function provisionInstance(
  config: RunOptions & CommunicatorOptions,
  launched: Launched,
  facts: RenderData,
  amazon: AmazonBuild,
): Promise<void> {
  const { build } = amazon;
  const { instance, key } = launched;
  const guest = await build.step('connect', () => connect(config, instance, key, amazon));
  try {
    await build.provision(guest, buildData(config, launched, guest, facts));
    await clearKey(config, guest, key, amazon);
  } finally {
    await guest.close();
  }
}
