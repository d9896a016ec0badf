import type { JsonValue, ReleaseContext, ResourceKind } from '../../../plugins/sdk/index.ts';
import { reopenCloud, type Cloud } from '../api/cloud.ts';
import { doubtful, doubtOf, lookFor } from '../api/doubt.ts';
import { isNotFound, isRefusal } from '../api/failure.ts';
import { describeFastLaunch, releaseFastLaunch } from './release-fast-launch.ts';
import {
  listOf,
  releaseImage,
  releaseInstance,
  releaseInstanceVolume,
  releaseProfile,
  releaseRole,
  releaseSecurityGroup,
  releaseSnapshot,
  snapshotsMarked,
} from './release.ts';
import { ifAttached, releaseAttachment, releaseVolume } from './release-volume.ts';
import { findSessions, releaseSession } from '../guest/session-manager/release.ts';
import { TOKEN_TAG } from '../tags.ts';

export interface AmazonKinds {
  readonly keyPair: ResourceKind<string>;
  readonly securityGroup: ResourceKind<string>;
  readonly instance: ResourceKind<string>;
  readonly launchTemplate: ResourceKind<string>;
  readonly role: ResourceKind<string>;
  readonly profile: ResourceKind<string>;
  readonly image: ResourceKind<string>;
  /** By the id of its image. */
  readonly fastLaunch: ResourceKind<string>;
  readonly snapshot: ResourceKind<string>;
  /** A volume that came with an instance. */
  readonly instanceVolume: ResourceKind<string>;
  readonly volume: ResourceKind<string>;
  /** Id: that of the volume. */
  readonly attachment: ResourceKind<string>;
  /** Of Session Manager, with an instance. */
  readonly session: ResourceKind<string>;
}

const notMade = new Set<string>();

/** Makes a thing; when AWS refuses, nobody needs to look for it. */
export async function making<T>(token: string, create: () => Promise<T>): Promise<T> {
  try {
    return await create();
  } catch (error) {
    if (isRefusal(error)) notMade.add(token);
    throw error;
  }
}

export function hint(hints: JsonValue, name: string): JsonValue | undefined {
  return typeof hints === 'object' && hints !== null && !Array.isArray(hints)
    ? (hints as Record<string, JsonValue>)[name]
    : undefined;
}

export function hintText(hints: JsonValue, name: string): string {
  const value = hint(hints, name);
  return typeof value === 'string' ? value : '';
}

/** How long EC2 is asked for a thing over and over, until it knows what the thing needs. Milliseconds. */
const MAKING = 3 * 60_000;

interface Ways {
  readonly find: (token: string, cloud: Cloud, hints: JsonValue) => Promise<readonly (string | undefined)[]>;
  readonly release: (id: string, cloud: Cloud, hints: JsonValue, context: ReleaseContext) => Promise<unknown>;
  /** The arguments of AWS's command line. */
  readonly byHand: (id: string) => string;
}

/**
 * A kind of things in a region of AWS. What is not there any more counts as given back; of what was made a moment ago
 * that is believed only after some seconds.
 */
export function kindOf(kind: string, ways: Ways): ResourceKind<string> {
  const open = (hints: JsonValue, signal: AbortSignal): Promise<Cloud> =>
    reopenCloud(hint(hints, 'access'), hintText(hints, 'region'), signal);
  return {
    kind,
    release: async (id, hints, context) => {
      try {
        await ways.release(id, doubtful(await open(hints, context.signal), context), hints, context);
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    },
    find: async (token, hints, context) => {
      if (notMade.has(token)) return [];
      const { signal } = context;
      const cloud = await open(hints, signal);
      const look = async (): Promise<readonly string[]> => {
        const found = await ways.find(token, cloud, hints).catch((error: unknown): readonly string[] => {
          if (!isNotFound(error)) throw error;
          return [];
        });
        return found.flatMap((id) => (id === undefined ? [] : [id]));
      };
      return lookFor(look, doubtOf(context, MAKING), signal);
    },
    byHand: (id, hints) => `aws --region ${hintText(hints, 'region')} ${ways.byHand(id)}`,
  };
}

function byToken(token: string): { Filters: { Name: string; Values: string[] }[] } {
  return { Filters: [{ Name: `tag:${TOKEN_TAG}`, Values: [token] }] };
}

/** The kinds of things that a builder of this type makes in AWS. */
export function amazonKinds(type: string): AmazonKinds {
  return {
    session: kindOf(`${type}:session`, {
      release: releaseSession,
      find: findSessions,
      byHand: (id) => `ssm terminate-session --session-id ${id}`,
    }),
    keyPair: kindOf(`${type}:key-pair`, {
      release: (KeyPairId, cloud) => cloud.ec2('DeleteKeyPair', { KeyPairId }),
      find: async (token, cloud) =>
        ((await cloud.ec2('DescribeKeyPairs', byToken(token))).KeyPairs ?? []).map(({ KeyPairId }) => KeyPairId),
      byHand: (id) => `ec2 delete-key-pair --key-pair-id ${id}`,
    }),
    securityGroup: kindOf(`${type}:security-group`, {
      release: releaseSecurityGroup,
      find: async (token, cloud) =>
        ((await cloud.ec2('DescribeSecurityGroups', byToken(token))).SecurityGroups ?? []).map(
          ({ GroupId }) => GroupId,
        ),
      byHand: (id) => `ec2 delete-security-group --group-id ${id}`,
    }),
    instance: kindOf(`${type}:instance`, {
      release: releaseInstance,
      // Those of a fleet carry the token of their launch template.
      find: async (token, cloud, hints) =>
        ((await cloud.ec2('DescribeInstances', byToken(hintText(hints, 'mark') || token))).Reservations ?? [])
          .flatMap(({ Instances = [] }) => Instances)
          .map(({ InstanceId }) => InstanceId),
      byHand: (id) => `ec2 terminate-instances --instance-ids ${id}`,
    }),
    launchTemplate: kindOf(`${type}:launch-template`, {
      release: (LaunchTemplateId, cloud) => cloud.ec2('DeleteLaunchTemplate', { LaunchTemplateId }),
      find: async (token, cloud) =>
        ((await cloud.ec2('DescribeLaunchTemplates', byToken(token))).LaunchTemplates ?? []).map(
          ({ LaunchTemplateId }) => LaunchTemplateId,
        ),
      byHand: (id) => `ec2 delete-launch-template --launch-template-id ${id}`,
    }),
    role: kindOf(`${type}:role`, {
      release: releaseRole,
      find: (token) => Promise.resolve([iamName(token)]),
      byHand: (id) => `iam delete-role --role-name ${id}`,
    }),
    profile: kindOf(`${type}:instance-profile`, {
      release: releaseProfile,
      // It is named after its role.
      find: (_token, _cloud, hints) => Promise.resolve([hintText(hints, 'name')]),
      byHand: (id) => `iam delete-instance-profile --instance-profile-name ${id}`,
    }),
    fastLaunch: kindOf(`${type}:fast-launch`, {
      release: releaseFastLaunch,
      find: async (_token, cloud, hints) => [(await describeFastLaunch(hintText(hints, 'image'), cloud))?.ImageId],
      byHand: (id) => `ec2 disable-fast-launch --image-id ${id}`,
    }),
    image: kindOf(`${type}:image`, {
      release: releaseImage,
      find: async (token, cloud) =>
        ((await cloud.ec2('DescribeImages', { Owners: ['self'], ...byToken(token) })).Images ?? []).map(
          ({ ImageId }) => ImageId,
        ),
      byHand: (id) => `ec2 deregister-image --image-id ${id} --delete-associated-snapshots`,
    }),
    snapshot: kindOf(`${type}:snapshot`, {
      release: releaseSnapshot,
      // Its image finds it by the same mark.
      find: (_token, cloud, hints) => snapshotsMarked(listOf(hints, 'snapshots'), cloud),
      byHand: (id) => `ec2 delete-snapshot --snapshot-id ${id}`,
    }),
    instanceVolume: kindOf(`${type}:instance-volume`, {
      release: releaseInstanceVolume,
      // It is known before it is taken over.
      find: (_token, _cloud, hints) => Promise.resolve([hintText(hints, 'volume')]),
      byHand: (id) => `ec2 delete-volume --volume-id ${id}`,
    }),
    volume: kindOf(`${type}:volume`, {
      release: releaseVolume,
      find: async (token, cloud) =>
        ((await cloud.ec2('DescribeVolumes', byToken(token))).Volumes ?? []).map(({ VolumeId }) => VolumeId),
      byHand: (id) => `ec2 delete-volume --volume-id ${id}`,
    }),
    attachment: kindOf(`${type}:attachment`, {
      release: releaseAttachment,
      find: (_token, cloud, hints) => ifAttached(hintText(hints, 'volume'), cloud),
      byHand: (id) => `ec2 detach-volume --volume-id ${id}`,
    }),
  };
}

/** The name of a role or an instance profile. */
export function iamName(token: string): string {
  return `packer-${token}`;
}
