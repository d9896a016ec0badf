import type {
  BlockDeviceMapping,
  CopyImageRequest,
  CopyImageResult,
  CopySnapshotRequest,
  CopySnapshotResult,
  Tag,
} from '@aws-sdk/client-ec2';
import { handle, onceFor, refuseDryRun, type Call, type Handlers } from '../../call.ts';
import { encryptionOf, isDefaultKey, type Encryption } from '../../other-services/kms.ts';
import { checkImageName, makeImage } from '../../rules/make-image.ts';
import { makeSnapshot } from '../../rules/make-snapshot.ts';
import { AwsProblem, invalidValue } from '../../problem.ts';
import type { ImageEntry, Region, SnapshotEntry } from '../../region.ts';
import { tagsFor } from '../../rules/tags.ts';
import { usableImage } from './images.ts';

function sourceRegion(call: Call, name: string): Region {
  const region = call.world.regions.get(name);
  if (region === undefined) throw new AwsProblem('InvalidRequest', `The source region '${name}' is not valid`);
  return region;
}

function checkDuration(minutes: number | undefined): void {
  if (minutes === undefined) return;
  if (minutes % 15 !== 0 || minutes < 15 || minutes > 2880) {
    throw invalidValue(
      'SnapshotCopyCompletionDurationMinutes',
      String(minutes),
      'Expecting a multiple of 15 up to 2880.',
    );
  }
}

/** The key a copy gets; a key of another region stays there. */
function encryptionOfCopy(
  call: Call,
  from: Region,
  source: SnapshotEntry,
  request: CopySnapshotRequest | CopyImageRequest,
): Encryption {
  const { Encrypted: encrypted, KmsKeyId: key } = source.view;
  if (encrypted && source.view.OwnerId !== call.caller.account && isDefaultKey(from, key)) {
    throw new AwsProblem('InvalidRequest', 'The source snapshot is encrypted with a key that is not shared with you');
  }
  const sameRegion = from === call.region && source.view.OwnerId === call.caller.account;
  return encryptionOf(call.region, request, { encrypted, key: sameRegion ? key : undefined });
}

function copyDevice(
  call: Call,
  from: Region,
  image: ImageEntry,
  device: BlockDeviceMapping,
  input: CopyImageRequest,
  tags: Tag[],
): { readonly device: BlockDeviceMapping; readonly broken: boolean } {
  const source = from.snapshots.peek(device.Ebs?.SnapshotId ?? '');
  if (source === undefined) return { device, broken: false };
  const encryption = encryptionOfCopy(call, from, source, input);
  const copy = makeSnapshot(call, call.region, {
    volumeId: 'vol-ffffffff',
    size: source.view.VolumeSize,
    encrypted: encryption.encrypted,
    key: encryption.key,
    description: `Copied for DestinationAmi from SourceAmi ${image.view.ImageId} for SourceSnapshot ${source.view.SnapshotId}.`,
    tags,
    blocks: source.blocks,
    failure: encryption.broken ? 'Given key ID is not accessible' : undefined,
  });
  const Ebs = { ...device.Ebs, SnapshotId: copy.view.SnapshotId, Encrypted: encryption.encrypted };
  return { device: { ...device, Ebs }, broken: encryption.broken };
}

export const copyCalls: Handlers = {
  CopyImage: handle<CopyImageRequest, CopyImageResult>((input, call) => {
    const tags = tagsFor(input.TagSpecifications, ['image', 'snapshot']);
    const from = sourceRegion(call, input.SourceRegion);
    checkDuration(input.SnapshotCopyCompletionDurationMinutes);
    const source = usableImage({ ...call, region: from }, input.SourceImageId);
    if (source.view.State !== 'available') {
      throw new AwsProblem('InvalidAMIID.Unavailable', `The image ID '${input.SourceImageId}' is not available`);
    }
    refuseDryRun(input);
    const made = onceFor(call, input.ClientToken, input, () => {
      checkImageName(call.region, input.Name, call.caller.account);
      const copies = source.view.BlockDeviceMappings.map((device) =>
        copyDevice(call, from, source, device, input, tags('snapshot')),
      );
      const own = source.view.OwnerId === call.caller.account;
      const kept = input.CopyImageTags === true && own ? source.view.Tags.map((tag) => ({ ...tag })) : [];
      const asked = tags('image');
      const merged = [...kept.filter((tag) => !asked.some((other) => other.Key === tag.Key)), ...asked];
      const { ImageOwnerAlias: _, DeprecationTime: __, SourceInstanceId: ___, ...like } = source.view;
      return makeImage(call, call.region, {
        name: input.Name,
        description: input.Description,
        devices: copies.map((each) => each.device),
        tags: merged,
        like: { ...like, SourceImageId: source.view.ImageId, SourceImageRegion: from.name },
        uefiData: source.uefiData,
        ready: false,
        failure: copies.some((each) => each.broken) ? 'Given key ID is not accessible' : undefined,
      });
    });
    return { ImageId: made.view.ImageId };
  }),

  CopySnapshot: handle<CopySnapshotRequest, CopySnapshotResult>((input, call) => {
    const tags = tagsFor(input.TagSpecifications, ['snapshot'])('snapshot');
    const from = sourceRegion(call, input.SourceRegion);
    checkDuration(input.CompletionDurationMinutes);
    const source = from.snapshots.get(input.SourceSnapshotId);
    if (source.view.State !== 'completed') {
      throw new AwsProblem('IncorrectState', `The snapshot '${input.SourceSnapshotId}' is not 'completed'`);
    }
    const encryption = encryptionOfCopy(call, from, source, input);
    refuseDryRun(input);
    const copy = makeSnapshot(call, call.region, {
      volumeId: 'vol-ffffffff',
      size: source.view.VolumeSize,
      encrypted: encryption.encrypted,
      key: encryption.key,
      description: input.Description ?? `[Copied ${input.SourceSnapshotId} from ${from.name}]`,
      tags,
      blocks: source.blocks,
      failure: encryption.broken ? 'Given key ID is not accessible' : undefined,
    });
    return { SnapshotId: copy.view.SnapshotId, Tags: tags };
  }),
};
