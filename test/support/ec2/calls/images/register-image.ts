import type { BlockDeviceMapping, RegisterImageRequest, RegisterImageResult } from '@aws-sdk/client-ec2';
import { planVolume } from '../../rules/block-devices.ts';
import { handle, refuseDryRun, type Call, type Handlers } from '../../call.ts';
import { checkImageName, makeImage } from '../../rules/make-image.ts';
import { AwsProblem } from '../../problem.ts';
import { tagsFor } from '../../rules/tags.ts';

const CHOICES: Readonly<Record<string, readonly string[]>> = {
  Architecture: ['i386', 'x86_64', 'arm64', 'x86_64_mac', 'arm64_mac'],
  VirtualizationType: ['hvm', 'paravirtual'],
  BootMode: ['legacy-bios', 'uefi', 'uefi-preferred'],
  TpmSupport: ['v2.0'],
  ImdsSupport: ['v2.0'],
  SriovNetSupport: ['simple'],
};

/** @throws AwsProblem for a value that is not one of those EC2 has, or that does not go with another */
function checkChoices(input: RegisterImageRequest): void {
  const given: Readonly<Record<string, unknown>> = { ...input };
  for (const [name, allowed] of Object.entries(CHOICES)) {
    const value = given[name];
    if (typeof value === 'string' && !allowed.includes(value)) {
      throw new AwsProblem('InvalidParameterValue', `Value (${value}) for parameter ${name} is invalid.`);
    }
  }
  if (input.TpmSupport !== undefined && input.BootMode !== 'uefi' && input.BootMode !== 'uefi-preferred') {
    throw new AwsProblem('InvalidParameterCombination', 'TpmSupport needs the boot mode uefi.');
  }
  if (input.UefiData !== undefined && input.BootMode !== 'uefi' && input.BootMode !== 'uefi-preferred') {
    throw new AwsProblem('InvalidParameterCombination', 'UefiData needs the boot mode uefi.');
  }
  if (input.Architecture === 'arm64' && input.BootMode === 'legacy-bios') {
    throw new AwsProblem(
      'InvalidParameterCombination',
      'The architecture arm64 does not support the boot mode legacy-bios.',
    );
  }
}

/** @throws AwsProblem for a device that is named twice */
function checkNames(devices: readonly BlockDeviceMapping[]): void {
  const names = devices.map(({ DeviceName }) => DeviceName);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  throw new AwsProblem(
    'InvalidBlockDeviceMapping',
    `The device '${twice}' is used in more than one block-device mapping`,
  );
}

function registered(call: Call, device: BlockDeviceMapping): BlockDeviceMapping {
  if (device.Ebs === undefined) return device;
  if (device.Ebs.Encrypted !== undefined && device.Ebs.SnapshotId !== undefined) {
    throw new AwsProblem('InvalidBlockDeviceMapping', 'The parameter encrypted cannot be specified with a snapshot.');
  }
  const plan = planVolume(call.region, device.DeviceName ?? '', device.Ebs);
  if (plan.snapshot !== undefined && plan.snapshot.view.State !== 'completed') {
    throw new AwsProblem(
      'InvalidSnapshot.NotFound',
      `The snapshot '${plan.snapshot.view.SnapshotId}' is not completed.`,
    );
  }
  if (plan.snapshot !== undefined && plan.snapshot.view.OwnerId !== call.caller.account) {
    throw new AwsProblem('AuthFailure', `Not authorized for snapshot:${plan.snapshot.view.SnapshotId}`, 403);
  }
  return {
    ...device,
    Ebs: {
      ...device.Ebs,
      VolumeSize: plan.size,
      VolumeType: device.Ebs.VolumeType ?? 'gp2',
      DeleteOnTermination: plan.deleteOnTermination,
      Encrypted: plan.snapshot?.view.Encrypted ?? device.Ebs.Encrypted ?? false,
    },
  };
}

export const registerImageCalls: Handlers = {
  RegisterImage: handle<RegisterImageRequest, RegisterImageResult>((input, call) => {
    const tags = tagsFor(input.TagSpecifications, ['image']);
    checkImageName(call.region, input.Name, call.caller.account);
    checkChoices(input);
    checkNames(input.BlockDeviceMappings ?? []);
    const devices = (input.BlockDeviceMappings ?? []).map((device) => registered(call, device));
    if (input.RootDeviceName === undefined || devices.length === 0) {
      throw new AwsProblem(
        'InvalidRequest',
        'The request received was invalid: a root device and its mapping are needed.',
      );
    }
    const root = devices.find((device) => device.DeviceName === input.RootDeviceName);
    if (root?.Ebs?.SnapshotId === undefined) {
      throw new AwsProblem('InvalidBlockDeviceMapping', `The root device '${input.RootDeviceName}' has no snapshot.`);
    }
    refuseDryRun(input);
    const { Architecture: architecture = 'i386' } = input;
    const image = makeImage(call, call.region, {
      name: input.Name,
      description: input.Description,
      devices,
      tags: tags('image'),
      like: {
        Architecture: architecture,
        VirtualizationType: input.VirtualizationType === 'hvm' ? 'hvm' : 'paravirtual',
        RootDeviceName: input.RootDeviceName,
        EnaSupport: input.EnaSupport ?? false,
        ...(input.SriovNetSupport === undefined ? {} : { SriovNetSupport: input.SriovNetSupport }),
        ...(input.BootMode === undefined ? {} : { BootMode: input.BootMode }),
        ...(input.TpmSupport === undefined ? {} : { TpmSupport: input.TpmSupport }),
        ...(input.ImdsSupport === undefined ? {} : { ImdsSupport: input.ImdsSupport }),
      },
      uefiData: input.UefiData,
      ready: true,
    });
    return { ImageId: image.view.ImageId };
  }),
};
