import type {
  DescribeInstanceInformationRequest,
  DescribeInstanceInformationResult,
  GetParameterRequest,
  GetParameterResult,
} from '@aws-sdk/client-ssm';
import { handle, type Handlers } from './call.ts';
import { AwsProblem } from './problem.ts';

export const ssmCalls: Handlers = {
  GetParameter: handle<GetParameterRequest, GetParameterResult>((input, call) => {
    const [, path = '', selector] = /^([^:]+)(:\d+)?$/.exec(input.Name) ?? [];
    const value = call.region.parameters.get(path);
    if (value === undefined) throw new AwsProblem('ParameterNotFound', `Parameter ${input.Name} not found.`);
    if (selector !== undefined && selector !== ':1') {
      throw new AwsProblem('ParameterVersionNotFound', `There is no version ${selector} of ${path}.`);
    }
    return {
      Parameter: {
        Name: path,
        Type: 'String',
        Value: value,
        Version: 1,
        LastModifiedDate: call.world.clock.date(),
        ARN: `arn:aws:ssm:${call.region.name}::parameter${path}`,
        DataType: 'text',
      },
    };
  }),

  // The agent of an instance reports once the status checks pass, if it may: that takes a profile.
  DescribeInstanceInformation: handle<DescribeInstanceInformationRequest, DescribeInstanceInformationResult>(
    (input, call) => {
      const wanted = input.Filters?.find((filter) => filter.Key === 'InstanceIds')?.Values;
      const now = call.world.clock.now();
      const online = call.region.instances
        .listed()
        .filter(
          ({ view, checkedAt }) =>
            view.State.Name === 'running' && view.IamInstanceProfile !== undefined && now >= checkedAt,
        )
        .filter(({ view }) => wanted?.includes(view.InstanceId) ?? true);
      return {
        InstanceInformationList: online.map(({ view }) => ({
          InstanceId: view.InstanceId,
          PingStatus: 'Online' as const,
          PlatformType: 'Linux' as const,
          ResourceType: 'EC2Instance' as const,
          AgentVersion: '3.3.0.0',
        })),
      };
    },
  ),
};
