import type { BlockDeviceMapping, Image, Tag } from '@aws-sdk/client-ec2';
import type { Call } from '../call.ts';
import { AwsProblem } from '../problem.ts';
import type { ImageEntry, Region } from '../region.ts';

/** @throws AwsProblem for a name that EC2 does not take, or one that an image of the account has */
export function checkImageName(region: Region, name: string, account: string): void {
  if (!/^[A-Za-z0-9()[\] ./\-'@_]{3,128}$/.test(name)) {
    throw new AwsProblem(
      'InvalidAMIName.Malformed',
      "AMI names must be between 3 and 128 characters long, and may contain letters, numbers, '(', ')', '.', '-', '/' and '_'",
    );
  }
  const taken = region.images.all().find(({ view }) => view.Name === name && view.OwnerId === account);
  if (taken !== undefined) {
    throw new AwsProblem('InvalidAMIName.Duplicate', `AMI name ${name} is already in use by AMI ${taken.view.ImageId}`);
  }
}

export interface NewImage {
  readonly name: string;
  readonly description: string | undefined;
  readonly devices: readonly BlockDeviceMapping[];
  readonly tags: Tag[];
  /** What it has from its source: architecture, boot mode and so on. */
  readonly like: Partial<Image>;
  readonly uefiData: string | undefined;
  /** Available from the start, as a registered image is. */
  readonly ready: boolean;
  /** Why it will fail; undefined when it will not. */
  readonly failure?: string | undefined;
}

function settle(call: Call, region: Region, entry: ImageEntry, failure: string | undefined): void {
  const { clock, durations } = call.world;
  const reason = failure ?? call.outcome.fails?.message;
  const code = call.outcome.fails?.code ?? 'Client.InternalError';
  function finish(): void {
    if (entry.view.State !== 'pending') return;
    if (reason !== undefined) {
      entry.view.State = 'failed';
      entry.view.StateReason = { Code: code, Message: reason };
      return;
    }
    const ids = entry.view.BlockDeviceMappings.flatMap((device) => device.Ebs?.SnapshotId ?? []);
    const waiting = ids.some((id) => region.snapshots.peek(id)?.view.State === 'pending');
    if (waiting) clock.after(5000, finish);
    else entry.view.State = 'available';
  }
  if (!call.outcome.stuck) clock.after(durations.image, finish);
}

/** An image that is pending and then available, or failed when the call's fault says so. */
export function makeImage(call: Call, region: Region, given: NewImage): ImageEntry {
  const id = call.world.newId('ami');
  const account = call.caller.account;
  const entry = region.images.add(id, {
    launchPermissions: [],
    deregistrationProtection: 'disabled',
    uefiData: given.uefiData,
    view: {
      Architecture: 'x86_64',
      VirtualizationType: 'hvm',
      Hypervisor: 'xen',
      ImageType: 'machine',
      PlatformDetails: 'Linux/UNIX',
      UsageOperation: 'RunInstances',
      RootDeviceType: 'ebs',
      EnaSupport: false,
      ...given.like,
      ImageId: id,
      ImageLocation: `${account}/${given.name}`,
      Name: given.name,
      ...(given.description === undefined ? {} : { Description: given.description }),
      State: given.ready ? 'available' : 'pending',
      OwnerId: account,
      Public: false,
      CreationDate: call.world.clock.date().toISOString(),
      BlockDeviceMappings: [...given.devices],
      Tags: given.tags,
    },
  });
  if (!given.ready) settle(call, region, entry, given.failure);
  return entry;
}
