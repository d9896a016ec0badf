import type {
  DescribeAvailabilityZonesRequest,
  DescribeAvailabilityZonesResult,
  DescribeInstanceTypeOfferingsRequest,
  DescribeInstanceTypeOfferingsResult,
  DescribeRegionsRequest,
  DescribeRegionsResult,
} from '@aws-sdk/client-ec2';
import { handle, refuseDryRun, type Handlers } from '../call.ts';
import { applyFilters, page } from '../rules/filters.ts';
import { isInstanceType } from '../rules/instance-types.ts';
import { AwsProblem } from '../problem.ts';
import { optedIn } from '../world.ts';

export const placeCalls: Handlers = {
  DescribeRegions: handle<DescribeRegionsRequest, DescribeRegionsResult>((input, { world }) => {
    refuseDryRun(input);
    const names = [...world.regions.keys()];
    const [stray] = (input.RegionNames ?? []).filter((name) => !names.includes(name));
    if (stray !== undefined) throw new AwsProblem('InvalidParameterValue', `Invalid region provided: '${stray}'`);
    const views = names
      .filter((name) => input.RegionNames?.includes(name) ?? (input.AllRegions === true || optedIn(name)))
      .map((name) => ({
        RegionName: name,
        Endpoint: `ec2.${name}.amazonaws.com`,
        OptInStatus: optedIn(name) ? 'opt-in-not-required' : 'not-opted-in',
      }));
    const Regions = applyFilters<(typeof views)[number] & { Tags?: never }>(views, input.Filters, {
      'region-name': (view) => view.RegionName,
      endpoint: (view) => view.Endpoint,
      'opt-in-status': (view) => view.OptInStatus,
    });
    return { Regions: [...Regions] };
  }),

  DescribeAvailabilityZones: handle<DescribeAvailabilityZonesRequest, DescribeAvailabilityZonesResult>(
    (input, { region }) => {
      refuseDryRun(input);
      const [stray] = (input.ZoneNames ?? []).filter((name) => !region.zones.includes(name));
      if (stray !== undefined) throw new AwsProblem('InvalidParameterValue', `Invalid availability zone: [${stray}]`);
      const views = region.zones.map((ZoneName, index) => ({
        ZoneName,
        ZoneId: `${region.name.replaceAll('-', '')}-az${index + 1}`,
        ZoneType: 'availability-zone',
        RegionName: region.name,
        GroupName: region.name,
        State: 'available' as const,
        OptInStatus: 'opt-in-not-required' as const,
      }));
      const shown = applyFilters<(typeof views)[number] & { Tags?: never }>(
        views.filter(
          (view) =>
            (input.ZoneNames?.includes(view.ZoneName) ?? true) && (input.ZoneIds?.includes(view.ZoneId) ?? true),
        ),
        input.Filters,
        {
          'zone-name': (view) => view.ZoneName,
          'zone-id': (view) => view.ZoneId,
          'zone-type': (view) => view.ZoneType,
          'region-name': (view) => view.RegionName,
          'group-name': (view) => view.GroupName,
          state: (view) => view.State,
          'opt-in-status': (view) => view.OptInStatus,
        },
      );
      return { AvailabilityZones: [...shown] };
    },
  ),

  DescribeInstanceTypeOfferings: handle<DescribeInstanceTypeOfferingsRequest, DescribeInstanceTypeOfferingsResult>(
    (input, { region }) => {
      refuseDryRun(input);
      const asked = input.Filters?.find((filter) => filter.Name === 'instance-type')?.Values ?? [
        't3.micro',
        'm5.large',
      ];
      const zoned = input.LocationType === 'availability-zone';
      const views = asked.filter(isInstanceType).flatMap((type) =>
        (zoned ? region.zones : [region.name]).map((Location) => ({
          InstanceType: type as 't3.micro',
          LocationType: zoned ? ('availability-zone' as const) : ('region' as const),
          Location,
        })),
      );
      const shown = applyFilters<(typeof views)[number] & { Tags?: never }>(views, input.Filters, {
        'instance-type': (view) => view.InstanceType,
        location: (view) => view.Location,
      });
      const { items, ...next } = page(shown, input);
      return { InstanceTypeOfferings: items, ...next };
    },
  ),
};
