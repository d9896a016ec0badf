import type {
  DescribeSubnetsRequest,
  DescribeSubnetsResult,
  DescribeVpcsRequest,
  DescribeVpcsResult,
} from '@aws-sdk/client-ec2';
import { handle, refuseDryRun, type Handlers } from '../call.ts';
import { applyFilters, page } from '../rules/filters.ts';

export const networkCalls: Handlers = {
  DescribeVpcs: handle<DescribeVpcsRequest, DescribeVpcsResult>((input, { region }) => {
    refuseDryRun(input);
    const entries = input.VpcIds?.map((id) => region.vpcs.get(id)) ?? region.vpcs.listed();
    const views = applyFilters(
      entries.map((entry) => entry.view),
      input.Filters,
      {
        'vpc-id': (view) => view.VpcId,
        cidr: (view) => view.CidrBlock,
        'cidr-block': (view) => view.CidrBlock,
        'cidr-block-association.cidr-block': (view) => view.CidrBlock,
        'is-default': (view) => String(view.IsDefault),
        isDefault: (view) => String(view.IsDefault),
        'owner-id': (view) => view.OwnerId,
        state: (view) => view.State,
      },
    );
    const { items, ...next } = page(views, input);
    return { Vpcs: items, ...next };
  }),

  DescribeSubnets: handle<DescribeSubnetsRequest, DescribeSubnetsResult>((input, { region }) => {
    refuseDryRun(input);
    const entries = input.SubnetIds?.map((id) => region.subnets.get(id)) ?? region.subnets.listed();
    const views = applyFilters(
      entries.map((entry) => entry.view),
      input.Filters,
      {
        'subnet-id': (view) => view.SubnetId,
        'vpc-id': (view) => view.VpcId,
        'availability-zone': (view) => view.AvailabilityZone,
        availabilityZone: (view) => view.AvailabilityZone,
        'availability-zone-id': (view) => view.AvailabilityZoneId,
        'available-ip-address-count': (view) => String(view.AvailableIpAddressCount),
        'cidr-block': (view) => view.CidrBlock,
        'default-for-az': (view) => String(view.DefaultForAz),
        defaultForAz: (view) => String(view.DefaultForAz),
        'map-public-ip-on-launch': (view) => String(view.MapPublicIpOnLaunch),
        'owner-id': (view) => view.OwnerId,
        state: (view) => view.State,
      },
    );
    const { items, ...next } = page(views, input);
    return { Subnets: items, ...next };
  }),
};
