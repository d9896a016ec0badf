import type {
  DescribeInstanceConnectEndpointsRequest,
  DescribeInstanceConnectEndpointsResult,
  Ec2InstanceConnectEndpoint,
} from '@aws-sdk/client-ec2';
import { handle, refuseDryRun, type Handlers } from '../call.ts';
import { applyFilters, page } from '../rules/filters.ts';
import type { Region } from '../region.ts';
import type { World } from '../world.ts';
import { defaultVpc } from './security-groups.ts';

/** Puts an EC2 Instance Connect endpoint into the default VPC, in its last subnet unless `view` says otherwise; its id. */
export function addInstanceConnectEndpoint(
  world: World,
  region: Region,
  view: Partial<Ec2InstanceConnectEndpoint> = {},
): string {
  const id = world.newId('eice');
  const vpc = view.VpcId ?? defaultVpc(region).view.VpcId;
  const subnet = region.subnets.all().findLast((each) => each.view.VpcId === vpc)?.view.SubnetId;
  const groups = region.securityGroups.all().filter((each) => each.view.VpcId === vpc);
  region.instanceConnectEndpoints.put(id, {
    view: {
      OwnerId: world.account,
      State: 'create-complete',
      DnsName: `${id}.0123abcd.ec2-instance-connect-endpoint.${region.name}.amazonaws.com`,
      PreserveClientIp: false,
      SecurityGroupIds: groups.slice(0, 1).map((each) => each.view.GroupId),
      VpcId: vpc,
      SubnetId: subnet ?? '',
      Tags: [],
      ...view,
      InstanceConnectEndpointId: id,
    },
  });
  return id;
}

export const instanceConnectCalls: Handlers = {
  DescribeInstanceConnectEndpoints: handle<
    DescribeInstanceConnectEndpointsRequest,
    DescribeInstanceConnectEndpointsResult
  >((input, { region }) => {
    refuseDryRun(input);
    const shelf = region.instanceConnectEndpoints;
    const entries = input.InstanceConnectEndpointIds?.map((id) => shelf.get(id)) ?? shelf.listed();
    const views = applyFilters(
      entries.map(({ view }) => view),
      input.Filters,
      {
        'instance-connect-endpoint-id': (view) => view.InstanceConnectEndpointId,
        state: (view) => view.State,
        'subnet-id': (view) => view.SubnetId,
        'vpc-id': (view) => view.VpcId,
      },
    );
    const { items, ...next } = page(views, input);
    return { InstanceConnectEndpoints: items, ...next };
  }),
};
