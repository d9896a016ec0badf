import type { RunInstancesRequest, Tag } from '@aws-sdk/client-ec2';
import type { Call } from '../call.ts';
import { AwsProblem } from '../problem.ts';

/** @throws AwsProblem when the most that is to be paid is less than the price */
export function checkSpotPrice(call: Call, most: string | undefined): void {
  if (most === undefined || most === '') return;
  const offer = Number(most);
  if (!(offer > 0)) throw new AwsProblem('InvalidParameterValue', `Invalid spot price '${most}'`);
  const price = call.world.options.spotPrice ?? 0.05;
  if (offer < price) {
    throw new AwsProblem(
      'SpotMaxPriceTooLow',
      `Your Spot request price of ${most} is lower than the minimum required Spot request fulfillment price of ${price}.`,
    );
  }
}

export interface MadeSpotRequest {
  readonly id: string;
  fulfil(instanceId: string): void;
}

/** The request behind a spot instance. */
export function addSpotRequest(call: Call, type: string, input: RunInstancesRequest, tags: Tag[]): MadeSpotRequest {
  const id = call.world.newId('sir');
  const now = call.world.clock.date();
  const price = input.InstanceMarketOptions?.SpotOptions?.MaxPrice ?? String(call.world.options.spotPrice ?? 0.05);
  const entry = call.region.spotRequests.add(id, {
    view: {
      SpotInstanceRequestId: id,
      State: 'open',
      Status: {
        Code: 'pending-evaluation',
        Message: 'Your Spot request has been submitted for review.',
        UpdateTime: now,
      },
      SpotPrice: price,
      Type: 'one-time',
      CreateTime: now,
      ProductDescription: 'Linux/UNIX',
      LaunchSpecification: { ImageId: input.ImageId, InstanceType: type as 'm1.small' },
      Tags: tags,
    },
  });
  return {
    id,
    fulfil: (instanceId) => {
      entry.view.InstanceId = instanceId;
      entry.view.State = 'active';
      entry.view.Status = { Code: 'fulfilled', Message: 'Your Spot request is fulfilled.', UpdateTime: now };
    },
  };
}
