import type {
  CancelSpotInstanceRequestsRequest,
  CancelSpotInstanceRequestsResult,
  DescribeSpotInstanceRequestsRequest,
  DescribeSpotInstanceRequestsResult,
  DescribeSpotPriceHistoryRequest,
  DescribeSpotPriceHistoryResult,
} from '@aws-sdk/client-ec2';
import { handle, refuseDryRun, type Handlers } from '../call.ts';
import { applyFilters, page } from '../rules/filters.ts';

export const spotCalls: Handlers = {
  DescribeSpotInstanceRequests: handle<DescribeSpotInstanceRequestsRequest, DescribeSpotInstanceRequestsResult>(
    (input, call) => {
      refuseDryRun(input);
      const { spotRequests } = call.region;
      const entries = input.SpotInstanceRequestIds?.map((id) => spotRequests.get(id)) ?? spotRequests.listed();
      const views = applyFilters(
        entries.map((entry) => entry.view),
        input.Filters,
        {
          state: (view) => view.State,
          'instance-id': (view) => view.InstanceId,
          'spot-instance-request-id': (view) => view.SpotInstanceRequestId,
        },
      );
      const { items, ...next } = page(views, input);
      return { SpotInstanceRequests: items, ...next };
    },
  ),

  CancelSpotInstanceRequests: handle<CancelSpotInstanceRequestsRequest, CancelSpotInstanceRequestsResult>(
    (input, call) => {
      const entries = input.SpotInstanceRequestIds.map((id) => call.region.spotRequests.get(id));
      refuseDryRun(input);
      const CancelledSpotInstanceRequests = entries.map(({ view }) => {
        view.State = 'cancelled';
        return { SpotInstanceRequestId: view.SpotInstanceRequestId, State: 'cancelled' as const };
      });
      return { CancelledSpotInstanceRequests };
    },
  ),

  DescribeSpotPriceHistory: handle<DescribeSpotPriceHistoryRequest, DescribeSpotPriceHistoryResult>((input, call) => {
    refuseDryRun(input);
    const views = (input.InstanceTypes ?? []).flatMap((InstanceType) =>
      call.region.zones.map((AvailabilityZone) => ({
        InstanceType,
        AvailabilityZone,
        ProductDescription: 'Linux/UNIX' as const,
        SpotPrice: String(call.world.options.spotPrice ?? 0.05),
        Timestamp: call.world.clock.date(),
      })),
    );
    const shown = applyFilters<(typeof views)[number] & { Tags?: never }>(views, input.Filters, {
      'availability-zone': (view) => view.AvailabilityZone,
      'instance-type': (view) => view.InstanceType,
      'product-description': (view) => view.ProductDescription,
    });
    return { SpotPriceHistory: [...shown] };
  }),
};
