import type { InstanceProfile, Role } from '@aws-sdk/client-iam';
import type { IamInstanceProfileSpecification } from '@aws-sdk/client-ec2';
import type { Call } from '../call.ts';
import { AwsProblem } from '../problem.ts';

export interface RoleEntry {
  readonly role: Role & { readonly RoleName: string; readonly Arn: string };
  /** Documents by policy name. */
  readonly policies: Map<string, string>;
  readonly attached: Set<string>;
}

export interface ProfileEntry {
  readonly profile: InstanceProfile & {
    readonly InstanceProfileName: string;
    readonly Arn: string;
    readonly InstanceProfileId: string;
  };
  readonly roles: Set<string>;
  /** Launches that do not know it yet: IAM is slow to tell EC2. */
  unseen: number;
}

export interface IamState {
  readonly roles: Map<string, RoleEntry>;
  readonly profiles: Map<string, ProfileEntry>;
}

/**
 * The profile a launch names.
 * @throws AwsProblem when there is none, or EC2 has not heard of it yet
 */
export function findProfile(call: Call, named: IamInstanceProfileSpecification): ProfileEntry['profile'] {
  const { profiles } = call.world.iam;
  const found = [...profiles.values()].find(
    ({ profile }) => profile.InstanceProfileName === named.Name || profile.Arn === named.Arn,
  );
  const which = named.Name === undefined ? 'iamInstanceProfile.arn' : 'iamInstanceProfile.name';
  const value = named.Name ?? named.Arn ?? '';
  if (found === undefined || found.unseen > 0) {
    if (found !== undefined) found.unseen -= 1;
    throw new AwsProblem(
      'InvalidParameterValue',
      `Value (${value}) for parameter ${which} is invalid. Invalid IAM Instance Profile name`,
    );
  }
  return found.profile;
}
