import * as ec2 from '@aws-sdk/client-ec2';
import * as sts from '@aws-sdk/client-sts';
import type { Handlers } from './call.ts';
import { createImageCalls } from './calls/create-image.ts';
import { imageAttributeCalls } from './calls/image-attributes.ts';
import { imageCalls } from './calls/images.ts';
import { instanceCalls } from './calls/instances.ts';
import { keyPairCalls } from './calls/key-pairs.ts';
import { networkCalls } from './calls/networks.ts';
import { placeCalls } from './calls/places.ts';
import { runInstancesCalls } from './calls/run-instances.ts';
import { securityGroupCalls } from './calls/security-groups.ts';
import { snapshotCalls } from './calls/snapshots.ts';
import { tagCalls } from './calls/tags.ts';
import { queryService } from './query-service.ts';
import type { Service } from './service.ts';
import { operationsOf } from './shapes.ts';
import { stsCalls } from './sts.ts';

const EC2_CALLS: Handlers = {
  ...placeCalls,
  ...networkCalls,
  ...keyPairCalls,
  ...securityGroupCalls,
  ...imageCalls,
  ...imageAttributeCalls,
  ...createImageCalls,
  ...runInstancesCalls,
  ...instanceCalls,
  ...snapshotCalls,
  ...tagCalls,
};

/** The services by the name that requests are signed for. */
export function makeServices(): ReadonlyMap<string, Service> {
  const ec2Version = '2016-11-15';
  return new Map([
    [
      'ec2',
      queryService('ec2', ec2Version, `http://ec2.amazonaws.com/doc/${ec2Version}/`, operationsOf(ec2), EC2_CALLS),
    ],
    [
      'sts',
      queryService('query', '2011-06-15', 'https://sts.amazonaws.com/doc/2011-06-15/', operationsOf(sts), stsCalls),
    ],
  ]);
}
