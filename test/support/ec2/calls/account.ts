import type {
  DescribeInstanceTypesRequest,
  DescribeInstanceTypesResult,
  EnableEbsEncryptionByDefaultRequest,
  EnableEbsEncryptionByDefaultResult,
  GetEbsDefaultKmsKeyIdRequest,
  GetEbsDefaultKmsKeyIdResult,
  GetEbsEncryptionByDefaultRequest,
  GetEbsEncryptionByDefaultResult,
} from '@aws-sdk/client-ec2';
import { handle, refuseDryRun, type Handlers } from '../call.ts';
import { page } from '../rules/filters.ts';
import { architecturesOf, isInstanceType, isXen } from '../rules/instance-types.ts';
import { defaultKey } from '../other-services/kms.ts';
import { AwsProblem } from '../problem.ts';

export const accountCalls: Handlers = {
  GetEbsEncryptionByDefault: handle<GetEbsEncryptionByDefaultRequest, GetEbsEncryptionByDefaultResult>(
    (input, call) => {
      refuseDryRun(input);
      return { EbsEncryptionByDefault: call.region.encryptByDefault };
    },
  ),

  EnableEbsEncryptionByDefault: handle<EnableEbsEncryptionByDefaultRequest, EnableEbsEncryptionByDefaultResult>(
    (input, call) => {
      refuseDryRun(input);
      call.region.encryptByDefault = true;
      return { EbsEncryptionByDefault: true };
    },
  ),

  DisableEbsEncryptionByDefault: handle<EnableEbsEncryptionByDefaultRequest, EnableEbsEncryptionByDefaultResult>(
    (input, call) => {
      refuseDryRun(input);
      call.region.encryptByDefault = false;
      return { EbsEncryptionByDefault: false };
    },
  ),

  GetEbsDefaultKmsKeyId: handle<GetEbsDefaultKmsKeyIdRequest, GetEbsDefaultKmsKeyIdResult>((input, call) => {
    refuseDryRun(input);
    return { KmsKeyId: defaultKey(call.region) };
  }),

  DescribeInstanceTypes: handle<DescribeInstanceTypesRequest, DescribeInstanceTypesResult>((input) => {
    refuseDryRun(input);
    const names = input.InstanceTypes ?? ['t3.micro', 't4g.micro', 'm5.large'];
    const unknown = names.filter((name) => !isInstanceType(name));
    if (unknown.length > 0) {
      throw new AwsProblem(
        'InvalidInstanceType',
        `The following supplied instance types do not exist: [${unknown.join(', ')}]`,
      );
    }
    const views = names.map((InstanceType) => ({
      InstanceType,
      CurrentGeneration: !isXen(InstanceType),
      Hypervisor: isXen(InstanceType) ? ('xen' as const) : ('nitro' as const),
      ProcessorInfo: { SupportedArchitectures: architecturesOf(InstanceType).map((name) => name as 'x86_64') },
      NetworkInfo: { EnaSupport: isXen(InstanceType) ? ('supported' as const) : ('required' as const) },
    }));
    const { items, ...next } = page(views, input);
    return { InstanceTypes: items, ...next };
  }),
};
