import * as ec2 from '@aws-sdk/client-ec2';
import * as iam from '@aws-sdk/client-iam';
import * as ssm from '@aws-sdk/client-ssm';
import * as sts from '@aws-sdk/client-sts';
import type { Handlers } from './call.ts';
import { accountCalls } from './calls/account.ts';
import { copyCalls } from './calls/images/copy-image.ts';
import { createImageCalls } from './calls/images/create-image.ts';
import { fleetCalls } from './calls/fleets.ts';
import { importCalls } from './calls/import.ts';
import { imageAttributeCalls } from './calls/images/image-attributes.ts';
import { imageLifeCalls } from './calls/images/image-life.ts';
import { imageCalls } from './calls/images/images.ts';
import { instanceConnectCalls } from './calls/instance-connect.ts';
import { instanceCalls } from './calls/instances.ts';
import { keyPairCalls } from './calls/key-pairs.ts';
import { launchTemplateCalls } from './calls/launch-templates.ts';
import { networkCalls } from './calls/networks.ts';
import { placeCalls } from './calls/places.ts';
import { registerImageCalls } from './calls/images/register-image.ts';
import { runInstancesCalls } from './calls/run-instances.ts';
import { securityGroupCalls } from './calls/security-groups.ts';
import { snapshotCalls } from './calls/snapshots.ts';
import { spotCalls } from './calls/spot.ts';
import { tagCalls } from './calls/tags.ts';
import { volumeCalls } from './calls/volumes.ts';
import { ebsService } from './other-services/ebs-service.ts';
import { iamCalls } from './other-services/iam.ts';
import { jsonService } from './protocol/json-service.ts';
import { queryService } from './protocol/query-service.ts';
import type { Service } from './protocol/service.ts';
import { operationsOf } from './protocol/shapes.ts';
import { s3Service } from './other-services/s3.ts';
import { ssoService } from './other-services/sso.ts';
import { ssmCalls } from './other-services/ssm.ts';
import { stsCalls } from './other-services/sts.ts';

const EC2_CALLS: Handlers = {
  ...placeCalls,
  ...accountCalls,
  ...networkCalls,
  ...keyPairCalls,
  ...securityGroupCalls,
  ...imageCalls,
  ...imageAttributeCalls,
  ...createImageCalls,
  ...copyCalls,
  ...registerImageCalls,
  ...imageLifeCalls,
  ...volumeCalls,
  ...launchTemplateCalls,
  ...fleetCalls,
  ...spotCalls,
  ...importCalls,
  ...runInstancesCalls,
  ...instanceCalls,
  ...instanceConnectCalls,
  ...snapshotCalls,
  ...tagCalls,
};

const EC2_VERSION = '2016-11-15';
const STS_VERSION = '2011-06-15';
const IAM_VERSION = '2010-05-08';

/** The services by the name that requests are signed for. */
export function makeServices(): ReadonlyMap<string, Service> {
  const names = {
    ec2: `http://ec2.amazonaws.com/doc/${EC2_VERSION}/`,
    sts: `https://sts.amazonaws.com/doc/${STS_VERSION}/`,
    iam: `https://iam.amazonaws.com/doc/${IAM_VERSION}/`,
  };
  return new Map([
    ['ec2', queryService('ec2', EC2_VERSION, names.ec2, operationsOf(ec2), EC2_CALLS)],
    ['sts', queryService('query', STS_VERSION, names.sts, operationsOf(sts), stsCalls)],
    ['iam', queryService('query', IAM_VERSION, names.iam, operationsOf(iam), iamCalls)],
    ['ssm', jsonService(operationsOf(ssm), ssmCalls)],
    ['sso', ssoService()],
    ['ebs', ebsService()],
    ['s3', s3Service()],
  ]);
}
