import type {
  BlockDeviceMapping,
  CreateImageRequest,
  CreateImageResult,
  EbsBlockDevice,
  Image,
  Tag,
} from '@aws-sdk/client-ec2';
import { mergeDevices, planVolume } from '../../rules/block-devices.ts';
import { handle, refuseDryRun, type Call, type Handlers } from '../../call.ts';
import { encryptionOf } from '../../other-services/kms.ts';
import { checkImageName, makeImage } from '../../rules/make-image.ts';
import { makeSnapshot } from '../../rules/make-snapshot.ts';
import { AwsProblem } from '../../problem.ts';
import type { InstanceEntry } from '../../region.ts';
import { tagsFor } from '../../rules/tags.ts';

/** Until the image's id is known. */
const UNNAMED = 'Created by CreateImage';

/** The devices of an instance as they would start an image of it. */
function devicesOf(call: Call, instance: InstanceEntry): readonly BlockDeviceMapping[] {
  return instance.view.BlockDeviceMappings.flatMap((mapping) => {
    const volume = call.region.volumes.peek(mapping.Ebs?.VolumeId ?? '');
    if (volume === undefined) return [];
    const { Size, VolumeType, Iops, Throughput, Encrypted } = volume.view;
    const Ebs: EbsBlockDevice = {
      DeleteOnTermination: mapping.Ebs?.DeleteOnTermination ?? false,
      VolumeSize: Size,
      VolumeType,
      Encrypted,
      ...(Iops !== undefined && VolumeType !== 'gp2' ? { Iops } : {}),
      ...(Throughput === undefined ? {} : { Throughput }),
    };
    return [{ DeviceName: mapping.DeviceName, Ebs }];
  });
}

function volumeAt(instance: InstanceEntry, device: string): string | undefined {
  return instance.view.BlockDeviceMappings.find((each) => each.DeviceName === device)?.Ebs?.VolumeId;
}

/** A device of the new image, with a snapshot of the volume that is attached there. */
function shoot(call: Call, instance: InstanceEntry, device: BlockDeviceMapping, tags: Tag[]): BlockDeviceMapping {
  if (device.Ebs === undefined) return device;
  const volumeId = volumeAt(instance, device.DeviceName ?? '');
  const volume = volumeId === undefined ? undefined : call.region.volumes.peek(volumeId);
  // A device that the request adds starts empty, or from the snapshot it names.
  if (volume === undefined || volumeId === undefined) {
    const plan = planVolume(call.region, device.DeviceName ?? '', device.Ebs);
    return {
      ...device,
      Ebs: {
        Encrypted: false,
        DeleteOnTermination: plan.deleteOnTermination,
        ...device.Ebs,
        VolumeSize: plan.size,
        VolumeType: device.Ebs.VolumeType ?? 'gp2',
      },
    };
  }
  if (device.Ebs.SnapshotId !== undefined) {
    throw new AwsProblem(
      'InvalidBlockDeviceMapping',
      `snapshotId cannot be modified on device ${device.DeviceName ?? ''}`,
    );
  }
  if (device.Ebs.Encrypted !== undefined && device.Ebs.Encrypted !== volume.view.Encrypted) {
    throw new AwsProblem(
      'InvalidBlockDeviceMapping',
      `The encrypted flag cannot be changed on device ${device.DeviceName ?? ''}`,
    );
  }
  const encryption = encryptionOf(call.region, {}, { encrypted: volume.view.Encrypted, key: volume.view.KmsKeyId });
  const snapshot = makeSnapshot(call, call.region, {
    volumeId,
    size: volume.view.Size,
    encrypted: encryption.encrypted,
    key: encryption.key,
    description: UNNAMED,
    tags,
  });
  return { ...device, Ebs: { ...device.Ebs, SnapshotId: snapshot.view.SnapshotId, Encrypted: encryption.encrypted } };
}

/** What an image has from the instance it was made of. */
function likeInstance({ view }: InstanceEntry): Partial<Image> {
  const { Architecture, VirtualizationType, RootDeviceName, EnaSupport, SriovNetSupport, BootMode, Platform } = view;
  const { PlatformDetails, UsageOperation, TpmSupport } = view;
  return {
    Architecture,
    VirtualizationType,
    RootDeviceName,
    EnaSupport,
    SriovNetSupport,
    BootMode,
    Platform,
    PlatformDetails,
    UsageOperation,
    ...(TpmSupport === 'v2.0' ? { TpmSupport } : {}),
    SourceInstanceId: view.InstanceId,
  };
}

export const createImageCalls: Handlers = {
  CreateImage: handle<CreateImageRequest, CreateImageResult>((input, call) => {
    const { region } = call;
    const tags = tagsFor(input.TagSpecifications, ['image', 'snapshot']);
    const instance = region.instances.get(input.InstanceId);
    checkImageName(region, input.Name, call.caller.account);
    if ((input.Description ?? '').length > 255) {
      throw new AwsProblem('InvalidParameterValue', 'The description must have at most 255 characters');
    }
    const state = instance.view.State.Name ?? '';
    if (!['running', 'stopping', 'stopped'].includes(state)) {
      throw new AwsProblem(
        'IncorrectInstanceState',
        `The instance '${input.InstanceId}' is in the state '${state}' and cannot be imaged`,
      );
    }
    if (volumeAt(instance, instance.view.RootDeviceName ?? '') === undefined) {
      throw new AwsProblem(
        'InvalidParameterValue',
        `Invalid value '${input.InstanceId}' for instanceId. Instance does not have a volume attached at root (${instance.view.RootDeviceName ?? ''})`,
      );
    }
    const merged = mergeDevices(devicesOf(call, instance), input.BlockDeviceMappings);
    refuseDryRun(input);
    const devices = merged.map((device) => shoot(call, instance, device, tags('snapshot')));
    const image = makeImage(call, region, {
      name: input.Name,
      description: input.Description,
      devices,
      tags: tags('image'),
      like: likeInstance(instance),
      uefiData: undefined,
      ready: false,
    });
    for (const device of devices) {
      const snapshot = region.snapshots.peek(device.Ebs?.SnapshotId ?? '');
      if (snapshot?.view.Description === UNNAMED) {
        snapshot.view.Description = `Created by CreateImage(${input.InstanceId}) for ${image.view.ImageId}`;
      }
    }
    return { ImageId: image.view.ImageId };
  }),
};
