import { StepError } from '../../../../plugins/sdk/index.ts';
import type { AmazonBuild } from '../../amazon-build.ts';
import type { Ec2InstanceConnectEndpoint } from '../../api/driver.ts';
import type { RunOptions } from '../../mixins/run.gen.ts';

export const ENDPOINT_INTERFACE = 'instance_connect_endpoint';

/** Where the instance is, or is going to be; undefined: not known yet. */
export interface InstanceNetwork {
  readonly vpcId: string | undefined;
  readonly subnetId: string | undefined;
}

/** An endpoint that is changed serves on meanwhile. */
const USABLE = ['create-complete', 'update-in-progress', 'update-complete', 'update-failed'];

/** One in the subnet, and else any. */
export function bestEndpoint(
  found: readonly Ec2InstanceConnectEndpoint[],
  { subnetId }: Pick<InstanceNetwork, 'subnetId'>,
): Ec2InstanceConnectEndpoint | undefined {
  return found.find((each) => subnetId !== undefined && each.SubnetId === subnetId) ?? found[0];
}

async function usable(
  question: { InstanceConnectEndpointIds?: string[]; Filters?: { Name: string; Values: string[] }[] },
  { cloud }: AmazonBuild,
): Promise<readonly Ec2InstanceConnectEndpoint[]> {
  const found: Ec2InstanceConnectEndpoint[] = [];
  let next: { NextToken?: string } = {};
  do {
    const reply = await cloud.ec2('DescribeInstanceConnectEndpoints', { ...question, ...next });
    found.push(...(reply.InstanceConnectEndpoints ?? []));
    next = (reply.NextToken ?? '') === '' ? {} : { NextToken: reply.NextToken ?? '' };
  } while (next.NextToken !== undefined);
  return found.filter(({ State = '' }) => USABLE.includes(State));
}

/** The endpoint that the template names, or one of the VPC. Throws `StepError` AMAZON_INSTANCE_CONNECT. */
export async function findEndpoint(
  config: Pick<RunOptions, 'instance_connect_endpoint_id'>,
  place: InstanceNetwork,
  amazon: AmazonBuild,
): Promise<Ec2InstanceConnectEndpoint> {
  const { instance_connect_endpoint_id: id = '' } = config;
  const vpc = place.vpcId === undefined ? [] : [{ Name: 'vpc-id', Values: [place.vpcId] }];
  const found = await usable(id === '' ? { Filters: vpc } : { InstanceConnectEndpointIds: [id] }, amazon);
  const best = bestEndpoint(found, place);
  if (best !== undefined) return best;
  const where = place.vpcId === undefined ? amazon.cloud.region : `the VPC ${place.vpcId}`;
  const message =
    id === '' ? `there is no EC2 Instance Connect endpoint in ${where}` : `the endpoint ${id} is not ready`;
  throw new StepError(message, {
    code: 'AMAZON_INSTANCE_CONNECT',
    pointer: id === '' ? '/ssh_interface' : '/instance_connect_endpoint_id',
    hint: 'make one with `aws ec2 create-instance-connect-endpoint`, and wait until its state is create-complete',
  });
}
