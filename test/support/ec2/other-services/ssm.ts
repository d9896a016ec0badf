import type {
  DescribeInstanceInformationRequest,
  DescribeInstanceInformationResult,
  DescribeSessionsRequest,
  DescribeSessionsResponse,
  GetParameterRequest,
  GetParameterResult,
  ResumeSessionRequest,
  ResumeSessionResponse,
  StartSessionRequest,
  StartSessionResponse,
  TerminateSessionRequest,
  TerminateSessionResponse,
} from '@aws-sdk/client-ssm';
import { handle, type Call, type Handlers } from '../call.ts';
import { AwsProblem } from '../problem.ts';
import type { InstanceEntry } from '../region.ts';

/** The agent of an instance reports once the status checks pass, if it may: that takes a profile. */
function isOnline({ view, checkedAt }: InstanceEntry, call: Call): boolean {
  const { State, IamInstanceProfile } = view;
  return State.Name === 'running' && IamInstanceProfile !== undefined && call.world.clock.now() >= checkedAt;
}

function channelUrl(call: Call, id: string): string {
  return `${call.world.sessions.address.replace(/^http/, 'ws')}/data-channel/${id}?role=publish_subscribe`;
}

function startSession(input: StartSessionRequest, call: Call): StartSessionResponse {
  const { Target = '', DocumentName = '', Parameters = {}, Reason = '' } = input;
  if (DocumentName !== 'AWS-StartPortForwardingSession') {
    throw new AwsProblem('InvalidDocument', `Document with name ${DocumentName} does not exist.`);
  }
  const unknown = Object.keys(Parameters).filter((name) => !['portNumber', 'localPortNumber'].includes(name));
  const port = Number(Parameters['portNumber']?.[0] ?? '');
  if (unknown.length > 0 || !(port > 0 && port < 65_536) || Reason.length > 256) {
    throw new AwsProblem('InvalidParameters', 'Invalid parameters for the document.');
  }
  const instance = call.region.instances.peek(Target);
  if (instance === undefined || !isOnline(instance, call)) {
    throw new AwsProblem('TargetNotConnected', `${Target} is not connected.`);
  }
  const host = instance.view.PrivateIpAddress ?? '';
  const session = call.world.sessions.start({ target: Target, reason: Reason, host, port });
  return { SessionId: session.id, TokenValue: session.token, StreamUrl: channelUrl(call, session.id) };
}

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

  DescribeInstanceInformation: handle<DescribeInstanceInformationRequest, DescribeInstanceInformationResult>(
    (input, call) => {
      const wanted = input.Filters?.find((filter) => filter.Key === 'InstanceIds')?.Values;
      const online = call.region.instances
        .listed()
        .filter((instance) => isOnline(instance, call))
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

  StartSession: handle<StartSessionRequest, StartSessionResponse>((input, call) => startSession(input, call)),

  ResumeSession: handle<ResumeSessionRequest, ResumeSessionResponse>((input, call) => {
    const id = input.SessionId;
    if (call.world.sessions.find(id) === undefined) throw new AwsProblem('DoesNotExistException', `no session ${id}`);
    const token = call.world.sessions.resume(id);
    if (token === undefined) return { SessionId: id };
    return { SessionId: id, TokenValue: token, StreamUrl: channelUrl(call, id) };
  }),

  TerminateSession: handle<TerminateSessionRequest, TerminateSessionResponse>((input, { world }) => {
    const session = world.sessions.find(input.SessionId);
    if (session !== undefined) world.sessions.end(session, '');
    return { SessionId: input.SessionId };
  }),

  DescribeSessions: handle<DescribeSessionsRequest, DescribeSessionsResponse>((input, { world }) => {
    const target = input.Filters?.find(({ key }) => key === 'Target')?.value;
    const found = world.sessions
      .all()
      .filter(({ over }) => over === (input.State === 'History'))
      .filter((session) => target === undefined || session.target === target);
    return { Sessions: found.map(({ id, target: Target, reason: Reason }) => ({ SessionId: id, Target, Reason })) };
  }),
};
