import type {
  BlockDeviceMapping,
  DeregisterImageRequest,
  DeregisterImageResult,
  DescribeImagesRequest,
  DescribeImagesResult,
  Image,
} from '@aws-sdk/client-ec2';
import { handle, refuseDryRun, type Call, type Handlers } from '../../call.ts';
import { applyFilters, page, type Look } from '../../rules/filters.ts';
import { AwsProblem } from '../../problem.ts';
import type { ImageEntry } from '../../region.ts';

const ALIASES: Readonly<Record<string, string>> = {
  amazon: 'amazon',
  'aws-marketplace': 'aws-marketplace',
  microsoft: 'microsoft',
};

/** Whether an account may see and start an image. */
export function mayUse(entry: ImageEntry, account: string): boolean {
  return (
    entry.view.OwnerId === account ||
    entry.launchPermissions.some((each) => each.Group === 'all' || each.UserId === account)
  );
}

/**
 * An image the caller may use.
 * @throws AwsProblem when there is none, or no longer
 */
export function usableImage(call: Call, id: string): ImageEntry {
  if (call.region.formerImages.has(id)) {
    throw new AwsProblem('InvalidAMIID.Unavailable', `The image ID '${id}' is no longer available`);
  }
  const entry = call.region.images.get(id);
  if (mayUse(entry, call.caller.account)) return entry;
  throw new AwsProblem('InvalidAMIID.NotFound', `The image id '[${id}]' does not exist`);
}

/**
 * An image that belongs to the caller.
 * @throws AwsProblem when it belongs to somebody else
 */
export function ownImage(call: Call, id: string): ImageEntry {
  const entry = usableImage(call, id);
  if (entry.view.OwnerId === call.caller.account) return entry;
  throw new AwsProblem('AuthFailure', `Not authorized for image:${id}`, 403);
}

function devices(get: (device: BlockDeviceMapping) => string | undefined): Look<Image> {
  return (view) => (view.BlockDeviceMappings ?? []).map(get);
}

const LOOKS: Readonly<Record<string, Look<Image>>> = {
  architecture: (view) => view.Architecture,
  'block-device-mapping.device-name': devices((each) => each.DeviceName),
  'block-device-mapping.encrypted': devices((each) => String(each.Ebs?.Encrypted ?? false)),
  'block-device-mapping.snapshot-id': devices((each) => each.Ebs?.SnapshotId),
  'block-device-mapping.volume-size': devices((each) => String(each.Ebs?.VolumeSize)),
  'block-device-mapping.volume-type': devices((each) => each.Ebs?.VolumeType),
  'block-device-mapping.delete-on-termination': devices((each) => String(each.Ebs?.DeleteOnTermination)),
  'creation-date': (view) => view.CreationDate,
  description: (view) => view.Description,
  'ena-support': (view) => String(view.EnaSupport),
  hypervisor: (view) => view.Hypervisor,
  'image-id': (view) => view.ImageId,
  'image-type': (view) => view.ImageType,
  'is-public': (view) => String(view.Public),
  'manifest-location': (view) => view.ImageLocation,
  name: (view) => view.Name,
  'owner-alias': (view) => view.ImageOwnerAlias,
  'owner-id': (view) => view.OwnerId,
  platform: (view) => view.Platform,
  'product-code': (view) => view.ProductCodes?.map((code) => code.ProductCodeId),
  'root-device-name': (view) => view.RootDeviceName,
  'root-device-type': (view) => view.RootDeviceType,
  'source-instance-id': (view) => view.SourceInstanceId,
  'sriov-net-support': (view) => view.SriovNetSupport,
  state: (view) => view.State,
  'virtualization-type': (view) => view.VirtualizationType,
};

function ownedBy(view: Image, owners: readonly string[], account: string): boolean {
  return owners.some(
    (owner) =>
      owner === view.OwnerId ||
      (owner === 'self' && view.OwnerId === account) ||
      (ALIASES[owner] !== undefined && view.ImageOwnerAlias === owner),
  );
}

function checkOwners(owners: readonly string[]): void {
  for (const owner of owners) {
    if (owner !== 'self' && ALIASES[owner] === undefined && !/^\d{12}$/.test(owner)) {
      throw new AwsProblem('InvalidUserID.Malformed', `Invalid user id: "${owner}"`);
    }
  }
}

/** While an image is pending it does not say what its snapshots are, nor does one tell another account its tags. */
function shown(entry: ImageEntry, account: string): Image {
  const { view } = entry;
  const own = view.OwnerId === account;
  const waiting = view.State === 'pending';
  return {
    ...view,
    BlockDeviceMappings: view.BlockDeviceMappings.map((device) => {
      if (device.Ebs === undefined) return device;
      const { KmsKeyId: _, SnapshotId: id, ...ebs } = device.Ebs;
      return { ...device, Ebs: { ...ebs, ...(waiting || id === undefined ? {} : { SnapshotId: id }) } };
    }),
    Tags: own ? view.Tags : [],
    DeregistrationProtection: entry.deregistrationProtection,
  };
}

export const imageCalls: Handlers = {
  DescribeImages: handle<DescribeImagesRequest, DescribeImagesResult>((input, call) => {
    const { account } = call.caller;
    checkOwners(input.Owners ?? []);
    refuseDryRun(input);
    if (input.ImageIds !== undefined && input.MaxResults !== undefined) {
      throw new AwsProblem(
        'InvalidParameterCombination',
        'The parameter ImageIds cannot be used with the parameter MaxResults',
      );
    }
    const now = call.world.clock.date().toISOString();
    const named = input.ImageIds?.map((id) => {
      if (call.region.formerImages.has(id))
        throw new AwsProblem('InvalidAMIID.NotFound', `The image id '[${id}]' does not exist`);
      return usableImage(call, id);
    });
    const entries =
      named ??
      call.region.images
        .listed()
        .filter((entry) => mayUse(entry, account))
        .filter(
          ({ view }) =>
            view.OwnerId === account || input.IncludeDeprecated === true || (view.DeprecationTime ?? '~') > now,
        );
    const owned = entries.filter(({ view }) => input.Owners === undefined || ownedBy(view, input.Owners, account));
    const executable = owned.filter(({ view, launchPermissions }) => {
      const asked = input.ExecutableUsers;
      if (asked === undefined) return true;
      return asked.some((user) => {
        if (user === 'self') return launchPermissions.some((each) => each.UserId === account);
        return user === 'all' ? view.Public : launchPermissions.some((each) => each.UserId === user);
      });
    });
    const views = applyFilters(
      executable.map((entry) => shown(entry, account)),
      input.Filters,
      LOOKS,
    );
    const { items, ...next } = page(views, input);
    return { Images: items, ...next };
  }),

  DeregisterImage: handle<DeregisterImageRequest, DeregisterImageResult>((input, call) => {
    const entry = ownImage(call, input.ImageId);
    if (entry.deregistrationProtection !== 'disabled') {
      throw new AwsProblem(
        'OperationNotPermitted',
        `The image '${input.ImageId}' has deregistration protection enabled.`,
      );
    }
    refuseDryRun(input);
    call.region.images.remove(input.ImageId);
    call.region.formerImages.add(input.ImageId);
    if (input.DeleteAssociatedSnapshots !== true) return { Return: true };
    const ids = entry.view.BlockDeviceMappings.flatMap((device) => device.Ebs?.SnapshotId ?? []);
    const used = new Set(
      call.region.images.all().flatMap(({ view }) => view.BlockDeviceMappings.map((device) => device.Ebs?.SnapshotId)),
    );
    const DeleteSnapshotResults = ids.map((SnapshotId) => {
      if (used.has(SnapshotId)) return { SnapshotId, ReturnCode: 'skipped' as const };
      call.region.snapshots.remove(SnapshotId);
      return { SnapshotId, ReturnCode: 'success' as const };
    });
    return { Return: true, DeleteSnapshotResults };
  }),
};
