import { cloudKind, OWN_TAGS, type CloudKind, type CloudKindOptions } from '../../../plugins/sdk/cloud.ts';
import { amazonCode, isNotFound, isRefusal, wasRepeated } from '../api/failure.ts';
import { AMAZON_CODES, pollingFrom, UNKNOWN_STATE } from '../api/wait.ts';
import { reopenCloud, type Cloud } from '../api/cloud.ts';
import { describeFastLaunch, releaseFastLaunch } from './release-fast-launch.ts';
import {
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

export interface AmazonKinds {
  readonly keyPair: CloudKind;
  readonly securityGroup: CloudKind;
  readonly instance: CloudKind;
  readonly launchTemplate: CloudKind;
  readonly role: CloudKind;
  readonly profile: CloudKind;
  readonly image: CloudKind;
  /** By the id of its image. */
  readonly fastLaunch: CloudKind;
  readonly snapshot: CloudKind;
  /** A volume that came with an instance. */
  readonly instanceVolume: CloudKind;
  readonly volume: CloudKind;
  /** Id: that of the volume. */
  readonly attachment: CloudKind;
  /** Of Session Manager, with an instance. */
  readonly session: CloudKind;
}

/** What the things of AWS have in common, as journal kinds. */
type KindOperations = Pick<CloudKindOptions<Cloud>, 'find' | 'release'> & {
  /** The arguments of AWS's command line. */
  readonly manualCommand: (id: string) => string;
};

/** A kind of things in a region of AWS; the members `access` and `region` of its locators say how it is reached. */
export function kindOf(kind: string, { manualCommand, ...operations }: KindOperations): CloudKind {
  return cloudKind<Cloud>({
    ...operations,
    kind,
    open: (locator, signal) => reopenCloud(locator.value('access'), locator.text('region'), signal),
    patiently: (cloud, retry) => ({
      ...cloud,
      ec2: (name, input) => retry(() => cloud.ec2(name, input)),
      iam: (name, input) => retry(() => cloud.iam(name, input)),
    }),
    manualCommand: (id, locator) => `aws --region ${locator.text('region')} ${manualCommand(id)}`,
    isNotFound,
    wasRepeated,
    isRefusal,
    isInUse: (error) => /DependencyViolation|InUse|DeleteConflict/.test(amazonCode(error) ?? ''),
    waits: () => ({
      codes: AMAZON_CODES,
      unknownState: UNKNOWN_STATE,
      longestPause: pollingFrom(undefined, process.env).longestPause,
      hint: 'AWS may only be slow: "kiln gc" looks again, and removes what is left',
    }),
  });
}

function byToken(token: string): { Filters: { Name: string; Values: string[] }[] } {
  return { Filters: [{ Name: `tag:${OWN_TAGS.token}`, Values: [token] }] };
}

/** The kinds of things that a builder of this type makes in AWS. */
export function amazonKinds(type: string): AmazonKinds {
  return {
    session: kindOf(`${type}:session`, {
      release: releaseSession,
      find: findSessions,
      manualCommand: (id) => `ssm terminate-session --session-id ${id}`,
    }),
    keyPair: kindOf(`${type}:key-pair`, {
      release: (KeyPairId, cloud) => cloud.ec2('DeleteKeyPair', { KeyPairId }),
      find: async (token, cloud) =>
        ((await cloud.ec2('DescribeKeyPairs', byToken(token))).KeyPairs ?? []).map(({ KeyPairId }) => KeyPairId),
      manualCommand: (id) => `ec2 delete-key-pair --key-pair-id ${id}`,
    }),
    securityGroup: kindOf(`${type}:security-group`, {
      release: releaseSecurityGroup,
      find: async (token, cloud) =>
        ((await cloud.ec2('DescribeSecurityGroups', byToken(token))).SecurityGroups ?? []).map(
          ({ GroupId }) => GroupId,
        ),
      manualCommand: (id) => `ec2 delete-security-group --group-id ${id}`,
    }),
    instance: kindOf(`${type}:instance`, {
      release: releaseInstance,
      // Those of a fleet carry the token of their launch template.
      find: async (token, cloud, locator) =>
        ((await cloud.ec2('DescribeInstances', byToken(locator.text('mark') || token))).Reservations ?? [])
          .flatMap(({ Instances = [] }) => Instances)
          .map(({ InstanceId }) => InstanceId),
      manualCommand: (id) => `ec2 terminate-instances --instance-ids ${id}`,
    }),
    launchTemplate: kindOf(`${type}:launch-template`, {
      release: (LaunchTemplateId, cloud) => cloud.ec2('DeleteLaunchTemplate', { LaunchTemplateId }),
      find: async (token, cloud) =>
        ((await cloud.ec2('DescribeLaunchTemplates', byToken(token))).LaunchTemplates ?? []).map(
          ({ LaunchTemplateId }) => LaunchTemplateId,
        ),
      manualCommand: (id) => `ec2 delete-launch-template --launch-template-id ${id}`,
    }),
    role: kindOf(`${type}:role`, {
      release: releaseRole,
      find: (token) => Promise.resolve([iamName(token)]),
      manualCommand: (id) => `iam delete-role --role-name ${id}`,
    }),
    profile: kindOf(`${type}:instance-profile`, {
      release: releaseProfile,
      // It is named after its role.
      find: (_token, _cloud, locator) => Promise.resolve([locator.text('name')]),
      manualCommand: (id) => `iam delete-instance-profile --instance-profile-name ${id}`,
    }),
    fastLaunch: kindOf(`${type}:fast-launch`, {
      release: releaseFastLaunch,
      find: async (_token, cloud, locator) => [(await describeFastLaunch(locator.text('image'), cloud))?.ImageId],
      manualCommand: (id) => `ec2 disable-fast-launch --image-id ${id}`,
    }),
    image: kindOf(`${type}:image`, {
      release: releaseImage,
      find: async (token, cloud) =>
        ((await cloud.ec2('DescribeImages', { Owners: ['self'], ...byToken(token) })).Images ?? []).map(
          ({ ImageId }) => ImageId,
        ),
      manualCommand: (id) => `ec2 deregister-image --image-id ${id} --delete-associated-snapshots`,
    }),
    snapshot: kindOf(`${type}:snapshot`, {
      release: releaseSnapshot,
      // Its image finds it by the same mark.
      find: (_token, cloud, locator) => snapshotsMarked(locator.list('snapshots'), cloud),
      manualCommand: (id) => `ec2 delete-snapshot --snapshot-id ${id}`,
    }),
    instanceVolume: kindOf(`${type}:instance-volume`, {
      release: releaseInstanceVolume,
      // The volume's id is known before the volume is taken over.
      find: (_token, _cloud, locator) => Promise.resolve([locator.text('volume')]),
      manualCommand: (id) => `ec2 delete-volume --volume-id ${id}`,
    }),
    volume: kindOf(`${type}:volume`, {
      release: releaseVolume,
      find: async (token, cloud) =>
        ((await cloud.ec2('DescribeVolumes', byToken(token))).Volumes ?? []).map(({ VolumeId }) => VolumeId),
      manualCommand: (id) => `ec2 delete-volume --volume-id ${id}`,
    }),
    attachment: kindOf(`${type}:attachment`, {
      release: releaseAttachment,
      find: (_token, cloud, locator) => ifAttached(locator.text('volume'), cloud),
      manualCommand: (id) => `ec2 detach-volume --volume-id ${id}`,
    }),
  };
}

/** The name of a role or an instance profile. */
export function iamName(token: string): string {
  return `packer-${token}`;
}
