import type { AmazonBuild } from '../amazon-build.ts';
import { findEndpoint } from '../guest/instance-connect/endpoint.ts';
import type { RunOptions } from '../mixins/run.gen.ts';
import type { Network } from './find-network.ts';

async function defaultVpc({ cloud }: AmazonBuild): Promise<string | undefined> {
  const { Vpcs = [] } = await cloud.ec2('DescribeVpcs', { Filters: [{ Name: 'is-default', Values: ['true'] }] });
  return Vpcs[0]?.VpcId;
}

/** Throws `StepError` AMAZON_INSTANCE_CONNECT when no endpoint leads into the network, before anything is made there. */
export async function checkEndpoint(
  config: Pick<RunOptions, 'instance_connect_endpoint_id'>,
  { vpcId, subnetIds }: Network,
  amazon: AmazonBuild,
): Promise<void> {
  const named = (config.instance_connect_endpoint_id ?? '') !== '';
  const vpc = named ? vpcId : (vpcId ?? (await defaultVpc(amazon)));
  await findEndpoint(config, { vpcId: vpc, subnetId: subnetIds[0] }, amazon);
}
