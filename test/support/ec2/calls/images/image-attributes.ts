import type {
  DescribeImageAttributeRequest,
  ImageAttribute,
  LaunchPermission,
  ModifyImageAttributeRequest,
  ResetImageAttributeRequest,
} from '@aws-sdk/client-ec2';
import { handle, refuseDryRun, type Call, type Handlers } from '../../call.ts';
import { isDefaultKey } from '../../other-services/kms.ts';
import { AwsProblem } from '../../problem.ts';
import type { ImageEntry } from '../../region.ts';
import { ownImage } from './images.ts';
import { checkAccounts } from '../snapshots.ts';

function permissionsOf(input: ModifyImageAttributeRequest, kind: 'add' | 'remove'): readonly LaunchPermission[] {
  const structured = kind === 'add' ? input.LaunchPermission?.Add : input.LaunchPermission?.Remove;
  if (input.OperationType !== kind) return structured ?? [];
  return [
    ...(structured ?? []),
    ...(input.UserIds ?? []).map((UserId) => ({ UserId })),
    ...(input.UserGroups ?? []).map((Group) => ({ Group: Group as 'all' })),
    ...(input.OrganizationArns ?? []).map((OrganizationArn) => ({ OrganizationArn })),
    ...(input.OrganizationalUnitArns ?? []).map((OrganizationalUnitArn) => ({ OrganizationalUnitArn })),
  ];
}

/** The only group there is. */
const GROUPS: readonly string[] = ['all'];

function checkPermission(each: LaunchPermission): void {
  const { OrganizationArn: organization, OrganizationalUnitArn: unit, Group: group, UserId: user } = each;
  if ([organization, unit, group, user].filter((value) => value !== undefined).length !== 1) {
    throw new AwsProblem(
      'InvalidParameterCombination',
      'A launch permission names one user, group, organization or unit.',
    );
  }
  if (user !== undefined) checkAccounts([user]);
  if (group !== undefined && !GROUPS.includes(group))
    throw new AwsProblem(
      'InvalidAMIAttributeItemValue',
      `Invalid attribute item value "${group}" for userGroup item type.`,
    );
  if (
    organization !== undefined &&
    !/^arn:aws[\w-]*:organizations::\d{12}:organization\/o-[a-z0-9]{10,32}$/.test(organization)
  ) {
    throw new AwsProblem('InvalidParameterValue', `Invalid organization ARN '${organization}'`);
  }
  if (
    unit !== undefined &&
    !/^arn:aws[\w-]*:organizations::\d{12}:ou\/o-[a-z0-9]{10,32}\/ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}$/.test(unit)
  ) {
    throw new AwsProblem('InvalidParameterValue', `Invalid organizational unit ARN '${unit}'`);
  }
}

function checkShareable(call: Call, entry: ImageEntry, adding: readonly LaunchPermission[]): void {
  for (const device of entry.view.BlockDeviceMappings) {
    const snapshot = call.region.snapshots.peek(device.Ebs?.SnapshotId ?? '');
    if (snapshot?.view.Encrypted !== true) continue;
    if (isDefaultKey(call.region, snapshot.view.KmsKeyId)) {
      throw new AwsProblem(
        'InvalidParameter',
        'Snapshots encrypted with the AWS Managed CMK can’t be shared. Specify another snapshot.',
      );
    }
    if (adding.some((each) => each.Group === 'all')) {
      throw new AwsProblem('InvalidParameter', 'Images with encrypted snapshots cannot be made public.');
    }
  }
}

function same(a: LaunchPermission, b: LaunchPermission): boolean {
  return (
    a.UserId === b.UserId &&
    a.Group === b.Group &&
    a.OrganizationArn === b.OrganizationArn &&
    a.OrganizationalUnitArn === b.OrganizationalUnitArn
  );
}

function changePermissions(
  entry: ImageEntry,
  adding: readonly LaunchPermission[],
  removing: readonly LaunchPermission[],
): void {
  const changed = [...adding, ...removing];
  entry.launchPermissions = entry.launchPermissions.filter((each) => !changed.some((other) => same(each, other)));
  entry.launchPermissions.push(...adding);
  entry.view.Public = entry.launchPermissions.some((each) => each.Group === 'all');
}

export const imageAttributeCalls: Handlers = {
  ModifyImageAttribute: handle<ModifyImageAttributeRequest, object>((input, call) => {
    const entry = ownImage(call, input.ImageId);
    const adding = permissionsOf(input, 'add');
    const removing = permissionsOf(input, 'remove');
    const imds = input.ImdsSupport?.Value ?? (input.Attribute === 'imdsSupport' ? input.Value : undefined);
    const description = input.Description?.Value ?? (input.Attribute === 'description' ? input.Value : undefined);
    const given = [adding.length + removing.length > 0, imds !== undefined, description !== undefined].filter(Boolean);
    if (given.length === 0) throw new AwsProblem('InvalidParameterCombination', 'No attributes specified.');
    if (given.length > 1)
      throw new AwsProblem('InvalidParameterCombination', 'Fields for multiple attribute types specified.');
    if (entry.view.State !== 'available')
      throw new AwsProblem('InvalidAMIID.Unavailable', `The image ID '${input.ImageId}' is not available`);
    [...adding, ...removing].forEach(checkPermission);
    if (imds !== undefined && imds !== 'v2.0')
      throw new AwsProblem('InvalidParameterValue', `Invalid value '${imds}' for imdsSupport`);
    if (adding.length > 0) checkShareable(call, entry, adding);
    refuseDryRun(input);
    changePermissions(entry, adding, removing);
    if (imds !== undefined) entry.view.ImdsSupport = 'v2.0';
    if (description !== undefined) entry.view.Description = description;
    return {};
  }),

  DescribeImageAttribute: handle<DescribeImageAttributeRequest, ImageAttribute>((input, call) => {
    const entry = ownImage(call, input.ImageId);
    refuseDryRun(input);
    const { ImageId, Description, SriovNetSupport, BootMode, TpmSupport, ImdsSupport } = entry.view;
    const value = (text: string | undefined): { Value?: string } => (text === undefined ? {} : { Value: text });
    const values: Readonly<Record<string, ImageAttribute>> = {
      description: { Description: value(Description) },
      launchPermission: { LaunchPermissions: entry.launchPermissions },
      blockDeviceMapping: { BlockDeviceMappings: entry.view.BlockDeviceMappings },
      sriovNetSupport: { SriovNetSupport: value(SriovNetSupport) },
      bootMode: { BootMode: value(BootMode) },
      tpmSupport: { TpmSupport: value(TpmSupport) },
      uefiData: { UefiData: value(entry.uefiData) },
      imdsSupport: { ImdsSupport: value(ImdsSupport) },
      deregistrationProtection: { DeregistrationProtection: value(entry.deregistrationProtection) },
      productCodes: { ProductCodes: [] },
    };
    const found = values[input.Attribute];
    if (found === undefined) throw new AwsProblem('InvalidParameterValue', `Invalid attribute '${input.Attribute}'`);
    return { ImageId, ...found };
  }),

  ResetImageAttribute: handle<ResetImageAttributeRequest, object>((input, call) => {
    const entry = ownImage(call, input.ImageId);
    refuseDryRun(input);
    changePermissions(entry, [], [...entry.launchPermissions]);
    return {};
  }),
};
