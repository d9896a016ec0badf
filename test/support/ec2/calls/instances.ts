import { constants, createPublicKey, publicEncrypt, randomBytes } from 'node:crypto';
import type {
  DescribeInstanceAttributeRequest,
  DescribeInstancesRequest,
  DescribeInstancesResult,
  DescribeInstanceStatusRequest,
  DescribeInstanceStatusResult,
  GetConsoleOutputRequest,
  GetConsoleOutputResult,
  GetPasswordDataRequest,
  GetPasswordDataResult,
  Instance,
  InstanceAttribute,
  ModifyInstanceAttributeRequest,
  StartInstancesRequest,
  StartInstancesResult,
  StopInstancesRequest,
  StopInstancesResult,
  TerminateInstancesRequest,
  TerminateInstancesResult,
} from '@aws-sdk/client-ec2';
import { handle, refuseDryRun, type Handlers } from '../call.ts';
import { applyFilters, page, type Look } from '../rules/filters.ts';
import { inBackground, start, stop, terminate } from '../rules/instance-life.ts';
import { AwsProblem } from '../problem.ts';
import { reservationView } from './run-instances.ts';

const LOOKS: Readonly<Record<string, Look<Instance>>> = {
  architecture: (view) => view.Architecture,
  'availability-zone': (view) => view.Placement?.AvailabilityZone,
  'block-device-mapping.volume-id': (view) => view.BlockDeviceMappings?.map((each) => each.Ebs?.VolumeId),
  'client-token': (view) => view.ClientToken,
  'dns-name': (view) => view.PublicDnsName,
  'image-id': (view) => view.ImageId,
  'instance-id': (view) => view.InstanceId,
  'instance-lifecycle': (view) => view.InstanceLifecycle,
  'instance-state-code': (view) => String(view.State?.Code),
  'instance-state-name': (view) => view.State?.Name,
  'instance-type': (view) => view.InstanceType,
  'instance.group-id': (view) => view.SecurityGroups?.map((each) => each.GroupId),
  'instance.group-name': (view) => view.SecurityGroups?.map((each) => each.GroupName),
  'ip-address': (view) => view.PublicIpAddress,
  'key-name': (view) => view.KeyName,
  'private-ip-address': (view) => view.PrivateIpAddress,
  'root-device-name': (view) => view.RootDeviceName,
  'spot-instance-request-id': (view) => view.SpotInstanceRequestId,
  'subnet-id': (view) => view.SubnetId,
  'vpc-id': (view) => view.VpcId,
};

export const instanceCalls: Handlers = {
  DescribeInstances: handle<DescribeInstancesRequest, DescribeInstancesResult>((input, call) => {
    refuseDryRun(input);
    if (input.InstanceIds !== undefined && input.MaxResults !== undefined) {
      throw new AwsProblem(
        'InvalidParameterCombination',
        'The parameter instancesSet cannot be used with the parameter maxResults',
      );
    }
    const entries = input.InstanceIds?.map((id) => call.region.instances.get(id)) ?? call.region.instances.listed();
    const shown = new Set(
      applyFilters<Instance>(
        entries.map((entry) => entry.view),
        input.Filters,
        LOOKS,
      ),
    );
    const { items, ...next } = page(
      entries.filter((entry) => shown.has(entry.view)),
      input,
    );
    const byReservation = Map.groupBy(items, (entry) => entry.reservationId);
    const Reservations = [...byReservation].map(([id, group]) => reservationView(call.caller.account, id, group));
    return { Reservations, ...next };
  }),

  DescribeInstanceStatus: handle<DescribeInstanceStatusRequest, DescribeInstanceStatusResult>((input, call) => {
    refuseDryRun(input);
    const entries = input.InstanceIds?.map((id) => call.region.instances.get(id)) ?? call.region.instances.listed();
    const now = call.world.clock.now();
    const views = entries
      .filter(({ view }) => input.IncludeAllInstances === true || view.State.Name === 'running')
      .map(({ view, checkedAt }) => {
        const running = view.State.Name === 'running';
        const Status = !running
          ? ('not-applicable' as const)
          : now < checkedAt
            ? ('initializing' as const)
            : ('ok' as const);
        const detail = Status === 'ok' ? ('passed' as const) : ('initializing' as const);
        const summary = {
          Status,
          ...(running ? { Details: [{ Name: 'reachability' as const, Status: detail }] } : {}),
        };
        return {
          InstanceId: view.InstanceId,
          AvailabilityZone: view.Placement.AvailabilityZone,
          InstanceState: view.State,
          InstanceStatus: summary,
          SystemStatus: summary,
        };
      });
    const shown = applyFilters<(typeof views)[number] & { Tags?: never }>(views, input.Filters, {
      'instance-state-name': (view) => view.InstanceState.Name,
      'instance-status.status': (view) => view.InstanceStatus.Status,
      'system-status.status': (view) => view.SystemStatus.Status,
      'availability-zone': (view) => view.AvailabilityZone,
    });
    const { items, ...next } = page(shown, input);
    return { InstanceStatuses: items, ...next };
  }),

  StartInstances: handle<StartInstancesRequest, StartInstancesResult>((input, call) => {
    const entries = input.InstanceIds.map((id) => call.region.instances.get(id));
    for (const { view } of entries) {
      if (!['stopped', 'running', 'pending'].includes(view.State.Name ?? '')) {
        throw new AwsProblem(
          'IncorrectInstanceState',
          `The instance '${view.InstanceId}' is not in a state from which it can be started.`,
        );
      }
    }
    refuseDryRun(input);
    const StartingInstances = entries.map((entry) => {
      const PreviousState = entry.view.State;
      if (PreviousState.Name === 'stopped') {
        start(call.world, call.region, entry, call.outcome.stuck, call.outcome.fails);
        if (entry.guest !== undefined) inBackground(call.world, entry.guest.start());
      }
      return { InstanceId: entry.view.InstanceId, PreviousState, CurrentState: entry.view.State };
    });
    return { StartingInstances };
  }),

  StopInstances: handle<StopInstancesRequest, StopInstancesResult>((input, call) => {
    const entries = input.InstanceIds.map((id) => call.region.instances.get(id));
    for (const entry of entries) {
      const name = entry.view.State.Name ?? '';
      if (name === 'terminated' || name === 'shutting-down' || name === 'pending') {
        throw new AwsProblem(
          'IncorrectInstanceState',
          `The instance '${entry.view.InstanceId}' is not in a state from which it can be stopped.`,
        );
      }
      if (entry.disableApiStop) {
        throw new AwsProblem(
          'OperationNotPermitted',
          `The instance '${entry.view.InstanceId}' may not be stopped. Modify its 'disableApiStop' instance attribute and try again.`,
        );
      }
      if (
        entry.view.InstanceLifecycle === 'spot' &&
        call.region.spotRequests.peek(entry.view.SpotInstanceRequestId ?? '')?.view.Type !== 'persistent'
      ) {
        throw new AwsProblem(
          'UnsupportedOperation',
          `You can't stop the Spot Instance '${entry.view.InstanceId}' because it is associated with a one-time Spot Instance request. You can only stop Spot Instances associated with persistent Spot Instance requests.`,
        );
      }
    }
    refuseDryRun(input);
    const StoppingInstances = entries.map((entry) => {
      const PreviousState = entry.view.State;
      if (PreviousState.Name === 'running') {
        stop(call.world, entry, 'Client.UserInitiatedShutdown', call.outcome.stuck);
      }
      return { InstanceId: entry.view.InstanceId, PreviousState, CurrentState: entry.view.State };
    });
    return { StoppingInstances };
  }),

  TerminateInstances: handle<TerminateInstancesRequest, TerminateInstancesResult>((input, call) => {
    const entries = input.InstanceIds.map((id) => call.region.instances.get(id));
    for (const entry of entries) {
      if (entry.disableApiTermination) {
        throw new AwsProblem(
          'OperationNotPermitted',
          `The instance '${entry.view.InstanceId}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`,
        );
      }
    }
    refuseDryRun(input);
    const reason = {
      Code: 'Client.UserInitiatedShutdown',
      Message: 'Client.UserInitiatedShutdown: User initiated shutdown',
    };
    const TerminatingInstances = entries.map((entry) => {
      const PreviousState = entry.view.State;
      terminate(call.world, call.region, entry, reason, call.outcome.stuck);
      return { InstanceId: entry.view.InstanceId, PreviousState, CurrentState: entry.view.State };
    });
    return { TerminatingInstances };
  }),

  ModifyInstanceAttribute: handle<ModifyInstanceAttributeRequest, object>((input, call) => {
    const entry = call.region.instances.get(input.InstanceId);
    const { view } = entry;
    const stopped = view.State.Name === 'stopped';
    if ((input.EnaSupport ?? input.SriovNetSupport ?? input.InstanceType) !== undefined && !stopped) {
      throw new AwsProblem(
        'IncorrectInstanceState',
        `The instance '${input.InstanceId}' is not in the 'stopped' state.`,
      );
    }
    refuseDryRun(input);
    if (input.EnaSupport?.Value !== undefined) view.EnaSupport = input.EnaSupport.Value;
    if (input.SriovNetSupport?.Value !== undefined) view.SriovNetSupport = input.SriovNetSupport.Value;
    if (input.InstanceInitiatedShutdownBehavior?.Value !== undefined) {
      entry.shutdownBehavior = input.InstanceInitiatedShutdownBehavior.Value;
    }
    if (input.DisableApiTermination?.Value !== undefined)
      entry.disableApiTermination = input.DisableApiTermination.Value;
    if (input.DisableApiStop?.Value !== undefined) entry.disableApiStop = input.DisableApiStop.Value;
    for (const change of input.BlockDeviceMappings ?? []) {
      const mapping = view.BlockDeviceMappings.find((each) => each.DeviceName === change.DeviceName);
      if (mapping?.Ebs === undefined) {
        throw new AwsProblem(
          'InvalidInstanceAttributeValue',
          `No device is currently mapped at ${change.DeviceName ?? ''}`,
        );
      }
      if (change.Ebs?.DeleteOnTermination !== undefined)
        mapping.Ebs.DeleteOnTermination = change.Ebs.DeleteOnTermination;
    }
    return {};
  }),

  DescribeInstanceAttribute: handle<DescribeInstanceAttributeRequest, InstanceAttribute>((input, call) => {
    const entry = call.region.instances.get(input.InstanceId);
    refuseDryRun(input);
    const { InstanceId, EnaSupport, SriovNetSupport, RootDeviceName } = entry.view;
    const values: Readonly<Record<string, InstanceAttribute>> = {
      userData: { UserData: entry.userData === undefined ? {} : { Value: entry.userData } },
      instanceInitiatedShutdownBehavior: { InstanceInitiatedShutdownBehavior: { Value: entry.shutdownBehavior } },
      disableApiTermination: { DisableApiTermination: { Value: entry.disableApiTermination } },
      disableApiStop: { DisableApiStop: { Value: entry.disableApiStop } },
      enaSupport: { EnaSupport: { Value: EnaSupport ?? false } },
      sriovNetSupport: { SriovNetSupport: SriovNetSupport === undefined ? {} : { Value: SriovNetSupport } },
      rootDeviceName: { RootDeviceName: { Value: RootDeviceName ?? '' } },
    };
    const value = values[input.Attribute];
    if (value === undefined)
      throw new AwsProblem('InvalidParameterValue', `Value (${input.Attribute}) for parameter attribute is invalid.`);
    return { InstanceId, ...value };
  }),

  GetConsoleOutput: handle<GetConsoleOutputRequest, GetConsoleOutputResult>((input, call) => {
    const { view, guest } = call.region.instances.get(input.InstanceId);
    refuseDryRun(input);
    const text = guest?.console();
    const Output = text === undefined ? {} : { Output: Buffer.from(text).toString('base64') };
    return { InstanceId: view.InstanceId, Timestamp: call.world.clock.date(), ...Output };
  }),

  GetPasswordData: handle<GetPasswordDataRequest, GetPasswordDataResult>((input, call) => {
    const entry = call.region.instances.get(input.InstanceId);
    refuseDryRun(input);
    const answer = { InstanceId: entry.view.InstanceId, Timestamp: call.world.clock.date() };
    const key = entry.publicKey;
    if (!entry.windows || key === undefined || call.world.clock.now() < entry.passwordAt)
      return { ...answer, PasswordData: '' };
    entry.password ??= `Aa1!${randomBytes(12).toString('base64url')}`;
    const cipher = publicEncrypt(
      { key: rsaKey(key), padding: constants.RSA_PKCS1_PADDING },
      Buffer.from(entry.password),
    );
    // EC2 wraps the text in line ends.
    return { ...answer, PasswordData: `\r\n${cipher.toString('base64')}\r\n` };
  }),
};

/** The key of an "ssh-rsa" line. */
function rsaKey(line: string): ReturnType<typeof createPublicKey> {
  const body = Buffer.from(line.split(' ')[1] ?? '', 'base64');
  const fields: Buffer[] = [];
  for (let at = 0; at + 4 <= body.length;) {
    const length = body.readUInt32BE(at);
    fields.push(body.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  const [, e = Buffer.alloc(0), n = Buffer.alloc(0)] = fields;
  const text = (bytes: Buffer): string => bytes.subarray(bytes[0] === 0 ? 1 : 0).toString('base64url');
  return createPublicKey({ key: { kty: 'RSA', n: text(n), e: text(e) }, format: 'jwk' });
}
