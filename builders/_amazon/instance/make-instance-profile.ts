import { ownTags, type Tags } from '../../../plugins/sdk/cloud.ts';
import { locatorOf, type AmazonBuild } from '../amazon-build.ts';
import { amazonCode } from '../api/failure.ts';
import { iamName } from '../kinds/kinds.ts';
import type { ProfileOptions } from '../mixins/profile.gen.ts';
import { tagList } from '../tags.ts';
import { onceKnown } from '../api/wait.ts';

const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});

/** An earlier attempt whose reply was lost has made it. */
function unlessThere(error: unknown): void {
  if (amazonCode(error) !== 'EntityAlreadyExists' && amazonCode(error) !== 'EntityAlreadyExistsException') throw error;
}

/** Name of the instance's profile; undefined when it has none. A temporary one is gone when the build is over. */
export async function makeInstanceProfile(
  config: ProfileOptions,
  tags: Tags,
  amazon: AmazonBuild,
): Promise<string | undefined> {
  const { build, cloud, kinds } = amazon;
  const { iam_instance_profile: given = '', temporary_iam_instance_profile_policy_document: policy } = config;
  if (given !== '') {
    if (!config.skip_profile_validation) await cloud.iam('GetInstanceProfile', { InstanceProfileName: given });
    return given;
  }
  if (policy === undefined) return undefined;
  // The two share a name, by which the release of one finds the other.
  const role = await build.acquire(kinds.role, {
    describe: 'temporary IAM role',
    locator: locatorOf(cloud),
    create: (token) =>
      kinds.role.createUnlessRefused(token, async () => {
        await cloud
          .iam('CreateRole', {
            RoleName: iamName(token),
            Description: 'Temporary role of a build',
            AssumeRolePolicyDocument: TRUST,
            Tags: tagList({ ...tags, ...ownTags(build, token) }),
          })
          .then(() => undefined, unlessThere);
        return { id: iamName(token), handle: token };
      }),
  });
  const name = role.id;
  const PolicyDocument = JSON.stringify(policy);
  await onceKnown(() => cloud.iam('PutRolePolicy', { RoleName: name, PolicyName: name, PolicyDocument }), build.signal);
  await build.acquire(kinds.profile, {
    describe: 'temporary IAM instance profile',
    locator: locatorOf(cloud, { name }),
    create: (token) =>
      kinds.profile.createUnlessRefused(token, async () => {
        const Tags = tagList({ ...tags, ...ownTags(build, token) });
        await cloud
          .iam('CreateInstanceProfile', { InstanceProfileName: name, Tags })
          .then(() => undefined, unlessThere);
        return { id: name, handle: undefined };
      }),
  });
  await onceKnown(
    () => cloud.iam('AddRoleToInstanceProfile', { InstanceProfileName: name, RoleName: name }),
    build.signal,
  ).catch((error: unknown) => {
    if (amazonCode(error) !== 'LimitExceeded' && amazonCode(error) !== 'LimitExceededException') throw error;
  });
  return name;
}
