import type {
  AttachVolumeRequest,
  CreateVolumeRequest,
  DeleteVolumeRequest,
  DescribeVolumesRequest,
  DescribeVolumesResult,
  DetachVolumeRequest,
  Volume,
  VolumeAttachment,
} from '@aws-sdk/client-ec2';
import { planVolume } from '../rules/block-devices.ts';
import { handle, onceFor, refuseDryRun, type Call, type Handlers } from '../call.ts';
import { applyFilters, page, type Look } from '../rules/filters.ts';
import { encryptionOf } from '../other-services/kms.ts';
import { AwsProblem } from '../problem.ts';
import type { VolumeEntry } from '../region.ts';
import { tagsFor } from '../rules/tags.ts';

const LOOKS: Readonly<Record<string, Look<Volume>>> = {
  'attachment.device': (view) => view.Attachments?.map((each) => each.Device),
  'attachment.instance-id': (view) => view.Attachments?.map((each) => each.InstanceId),
  'attachment.status': (view) => view.Attachments?.map((each) => each.State),
  'availability-zone': (view) => view.AvailabilityZone,
  encrypted: (view) => String(view.Encrypted),
  size: (view) => String(view.Size),
  'snapshot-id': (view) => view.SnapshotId,
  status: (view) => view.State,
  'volume-id': (view) => view.VolumeId,
  'volume-type': (view) => view.VolumeType,
};

function inState(entry: VolumeEntry, state: string): void {
  if (entry.view.State === state) return;
  const code = entry.view.State === 'in-use' ? 'VolumeInUse' : 'IncorrectState';
  throw new AwsProblem(code, `Volume ${entry.view.VolumeId} is ${entry.view.State}, not ${state}`);
}

function make(call: Call, input: CreateVolumeRequest, zone: string): VolumeEntry {
  const { world, region } = call;
  const tags = tagsFor(input.TagSpecifications, ['volume'])('volume');
  const plan = planVolume(region, 'the volume', {
    ...(input.Size === undefined ? {} : { VolumeSize: input.Size }),
    ...(input.SnapshotId === undefined ? {} : { SnapshotId: input.SnapshotId }),
    ...(input.VolumeType === undefined ? {} : { VolumeType: input.VolumeType }),
    ...(input.Iops === undefined ? {} : { Iops: input.Iops }),
    ...(input.Throughput === undefined ? {} : { Throughput: input.Throughput }),
  });
  const source = { encrypted: plan.snapshot?.view.Encrypted ?? false, key: plan.snapshot?.view.KmsKeyId };
  const encryption = encryptionOf(region, input, source);
  const id = world.newId('vol');
  const entry = region.volumes.add(id, {
    view: {
      VolumeId: id,
      State: 'creating',
      Size: plan.size,
      VolumeType: plan.type as 'gp2',
      Encrypted: encryption.encrypted,
      AvailabilityZone: zone,
      SnapshotId: plan.snapshot?.view.SnapshotId ?? '',
      CreateTime: world.clock.date(),
      MultiAttachEnabled: false,
      Attachments: [],
      Tags: tags,
      ...(plan.iops === undefined ? {} : { Iops: plan.iops }),
      ...(plan.throughput === undefined ? {} : { Throughput: plan.throughput }),
      ...(encryption.key === undefined ? {} : { KmsKeyId: encryption.key }),
    },
  });
  if (!call.outcome.stuck) {
    world.clock.after(world.durations.volume, () => {
      // A key that cannot be used only shows now: the volume is gone again.
      if (encryption.broken) region.volumes.remove(id);
      else entry.view.State = call.outcome.fails === undefined ? 'available' : 'error';
    });
  }
  return entry;
}

export const volumeCalls: Handlers = {
  CreateVolume: handle<CreateVolumeRequest, Volume>((input, call) => {
    const zone = input.AvailabilityZone;
    if (zone === undefined) throw new AwsProblem('MissingParameter', 'The request must contain the parameter zone');
    if (!call.region.zones.includes(zone)) {
      throw new AwsProblem('InvalidZone.NotFound', `The zone '${zone}' does not exist.`);
    }
    refuseDryRun(input);
    const entry = onceFor(call, input.ClientToken, input, () => make(call, input, zone));
    return { ...entry.view };
  }),

  DescribeVolumes: handle<DescribeVolumesRequest, DescribeVolumesResult>((input, call) => {
    refuseDryRun(input);
    const entries = input.VolumeIds?.map((id) => call.region.volumes.get(id)) ?? call.region.volumes.listed();
    const views = applyFilters<Volume>(
      entries.map((entry) => entry.view),
      input.Filters,
      LOOKS,
    );
    const { items, ...next } = page(views, input);
    return { Volumes: items, ...next };
  }),

  AttachVolume: handle<AttachVolumeRequest, VolumeAttachment>((input, call) => {
    const { world, region } = call;
    const volume = region.volumes.get(input.VolumeId);
    const instance = region.instances.get(input.InstanceId);
    inState(volume, 'available');
    const state = instance.view.State.Name ?? '';
    if (state !== 'running' && state !== 'stopped') {
      throw new AwsProblem('IncorrectState', `Instance '${input.InstanceId}' is not 'running' or 'stopped'.`);
    }
    if (instance.view.Placement.AvailabilityZone !== volume.view.AvailabilityZone) {
      throw new AwsProblem(
        'InvalidVolume.ZoneMismatch',
        `The volume '${input.VolumeId}' is not in the same availability zone as instance '${input.InstanceId}'`,
      );
    }
    if (instance.view.BlockDeviceMappings.some((each) => each.DeviceName === input.Device)) {
      throw new AwsProblem(
        'InvalidParameterValue',
        `Invalid value '${input.Device}' for unixDevice. Attachment point ${input.Device} is already in use`,
      );
    }
    refuseDryRun(input);
    const attachment: VolumeAttachment = {
      Device: input.Device,
      InstanceId: input.InstanceId,
      VolumeId: input.VolumeId,
      State: 'attaching',
      AttachTime: world.clock.date(),
      DeleteOnTermination: false,
    };
    volume.view.State = 'in-use';
    volume.view.Attachments = [attachment];
    const Ebs = {
      VolumeId: input.VolumeId,
      Status: 'attached' as const,
      DeleteOnTermination: false,
      AttachTime: world.clock.date(),
    };
    instance.view.BlockDeviceMappings.push({ DeviceName: input.Device, Ebs });
    world.options.onAttach?.(input.VolumeId, input.Device);
    if (!call.outcome.stuck) world.clock.after(world.durations.volume, () => (attachment.State = 'attached'));
    return { ...attachment };
  }),

  DetachVolume: handle<DetachVolumeRequest, VolumeAttachment>((input, call) => {
    const { world, region } = call;
    const volume = region.volumes.get(input.VolumeId);
    const [attachment] = volume.view.Attachments;
    if (attachment === undefined || attachment.State === 'detaching') {
      throw new AwsProblem('IncorrectState', `Volume '${input.VolumeId}' is in the '${volume.view.State}' state.`);
    }
    if (input.InstanceId !== undefined && input.InstanceId !== attachment.InstanceId) {
      throw new AwsProblem('InvalidAttachment.NotFound', `The volume is not attached to '${input.InstanceId}'.`);
    }
    const instance = region.instances.peek(attachment.InstanceId ?? '');
    if (instance?.view.State.Name === 'running' && instance.view.RootDeviceName === attachment.Device) {
      throw new AwsProblem(
        'OperationNotPermitted',
        `Unable to detach root volume '${input.VolumeId}' from instance '${instance.view.InstanceId}'`,
      );
    }
    refuseDryRun(input);
    attachment.State = 'detaching';
    world.options.onDetach?.(input.VolumeId);
    if (instance !== undefined) {
      instance.view.BlockDeviceMappings = instance.view.BlockDeviceMappings.filter(
        (each) => each.Ebs?.VolumeId !== input.VolumeId,
      );
    }
    const answer = { ...attachment };
    if (!call.outcome.stuck) {
      world.clock.after(world.durations.volume, () => {
        volume.view.State = 'available';
        volume.view.Attachments = [];
      });
    }
    return answer;
  }),

  DeleteVolume: handle<DeleteVolumeRequest, object>((input, call) => {
    const volume = call.region.volumes.get(input.VolumeId);
    if (volume.view.State !== 'error') inState(volume, 'available');
    refuseDryRun(input);
    call.region.volumes.remove(input.VolumeId);
    return {};
  }),
};
