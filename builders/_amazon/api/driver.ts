import * as Ec2 from '@aws-sdk/client-ec2';
import * as Iam from '@aws-sdk/client-iam';
import * as Ssm from '@aws-sdk/client-ssm';
import * as Sts from '@aws-sdk/client-sts';
import type { CallsOf, CommandsOf } from './commands.ts';

type Ec2Name =
  | 'AttachVolume'
  | 'AuthorizeSecurityGroupIngress'
  | 'CancelImportTask'
  | 'CopyImage'
  | 'CreateFleet'
  | 'CreateImage'
  | 'CreateKeyPair'
  | 'CreateLaunchTemplate'
  | 'CreateSecurityGroup'
  | 'CreateSnapshot'
  | 'CreateTags'
  | 'CreateVolume'
  | 'DeleteKeyPair'
  | 'DeleteLaunchTemplate'
  | 'DeleteSecurityGroup'
  | 'DeleteSnapshot'
  | 'DeleteTags'
  | 'DeleteVolume'
  | 'DeregisterImage'
  | 'DescribeFastLaunchImages'
  | 'DescribeImages'
  | 'DescribeImportImageTasks'
  | 'DescribeInstanceConnectEndpoints'
  | 'DescribeInstances'
  | 'DescribeKeyPairs'
  | 'DescribeLaunchTemplates'
  | 'DescribeSecurityGroups'
  | 'DescribeSnapshots'
  | 'DescribeSubnets'
  | 'DescribeVolumes'
  | 'DescribeVpcs'
  | 'DetachVolume'
  | 'DisableFastLaunch'
  | 'EnableFastLaunch'
  | 'EnableImageDeprecation'
  | 'EnableImageDeregistrationProtection'
  | 'GetConsoleOutput'
  | 'GetPasswordData'
  | 'ImportImage'
  | 'ModifyImageAttribute'
  | 'ModifyInstanceAttribute'
  | 'ModifySnapshotAttribute'
  | 'RegisterImage'
  | 'RunInstances'
  | 'StopInstances'
  | 'TerminateInstances';

type IamName =
  | 'AddRoleToInstanceProfile'
  | 'CreateInstanceProfile'
  | 'CreateRole'
  | 'DeleteInstanceProfile'
  | 'DeleteRole'
  | 'DeleteRolePolicy'
  | 'GetInstanceProfile'
  | 'PutRolePolicy'
  | 'RemoveRoleFromInstanceProfile';

type SsmName = 'DescribeSessions' | 'ResumeSession' | 'StartSession' | 'TerminateSession';

type StsName = 'DecodeAuthorizationMessage';

export type Ec2Calls = CallsOf<typeof Ec2, Ec2Name>;
export type IamCalls = CallsOf<typeof Iam, IamName>;
export type SsmCalls = CallsOf<typeof Ssm, SsmName>;
export type StsCalls = CallsOf<typeof Sts, StsName>;

/** The operations by their names; a bundle has those that are here and no others. */
export const commands: {
  readonly ec2: CommandsOf<typeof Ec2, Ec2Name>;
  readonly iam: CommandsOf<typeof Iam, IamName>;
  readonly ssm: CommandsOf<typeof Ssm, SsmName>;
  readonly sts: CommandsOf<typeof Sts, StsName>;
} = {
  ec2: {
    AttachVolume: Ec2.AttachVolumeCommand,
    AuthorizeSecurityGroupIngress: Ec2.AuthorizeSecurityGroupIngressCommand,
    CancelImportTask: Ec2.CancelImportTaskCommand,
    CopyImage: Ec2.CopyImageCommand,
    CreateFleet: Ec2.CreateFleetCommand,
    CreateImage: Ec2.CreateImageCommand,
    CreateKeyPair: Ec2.CreateKeyPairCommand,
    CreateLaunchTemplate: Ec2.CreateLaunchTemplateCommand,
    CreateSecurityGroup: Ec2.CreateSecurityGroupCommand,
    CreateSnapshot: Ec2.CreateSnapshotCommand,
    CreateTags: Ec2.CreateTagsCommand,
    CreateVolume: Ec2.CreateVolumeCommand,
    DeleteKeyPair: Ec2.DeleteKeyPairCommand,
    DeleteLaunchTemplate: Ec2.DeleteLaunchTemplateCommand,
    DeleteSecurityGroup: Ec2.DeleteSecurityGroupCommand,
    DeleteSnapshot: Ec2.DeleteSnapshotCommand,
    DeleteTags: Ec2.DeleteTagsCommand,
    DeleteVolume: Ec2.DeleteVolumeCommand,
    DeregisterImage: Ec2.DeregisterImageCommand,
    DescribeFastLaunchImages: Ec2.DescribeFastLaunchImagesCommand,
    DescribeImages: Ec2.DescribeImagesCommand,
    DescribeImportImageTasks: Ec2.DescribeImportImageTasksCommand,
    DescribeInstanceConnectEndpoints: Ec2.DescribeInstanceConnectEndpointsCommand,
    DescribeInstances: Ec2.DescribeInstancesCommand,
    DescribeKeyPairs: Ec2.DescribeKeyPairsCommand,
    DescribeLaunchTemplates: Ec2.DescribeLaunchTemplatesCommand,
    DescribeSecurityGroups: Ec2.DescribeSecurityGroupsCommand,
    DescribeSnapshots: Ec2.DescribeSnapshotsCommand,
    DescribeSubnets: Ec2.DescribeSubnetsCommand,
    DescribeVolumes: Ec2.DescribeVolumesCommand,
    DescribeVpcs: Ec2.DescribeVpcsCommand,
    DetachVolume: Ec2.DetachVolumeCommand,
    DisableFastLaunch: Ec2.DisableFastLaunchCommand,
    EnableFastLaunch: Ec2.EnableFastLaunchCommand,
    EnableImageDeprecation: Ec2.EnableImageDeprecationCommand,
    EnableImageDeregistrationProtection: Ec2.EnableImageDeregistrationProtectionCommand,
    GetConsoleOutput: Ec2.GetConsoleOutputCommand,
    GetPasswordData: Ec2.GetPasswordDataCommand,
    ImportImage: Ec2.ImportImageCommand,
    ModifyImageAttribute: Ec2.ModifyImageAttributeCommand,
    ModifyInstanceAttribute: Ec2.ModifyInstanceAttributeCommand,
    ModifySnapshotAttribute: Ec2.ModifySnapshotAttributeCommand,
    RegisterImage: Ec2.RegisterImageCommand,
    RunInstances: Ec2.RunInstancesCommand,
    StopInstances: Ec2.StopInstancesCommand,
    TerminateInstances: Ec2.TerminateInstancesCommand,
  },
  iam: {
    AddRoleToInstanceProfile: Iam.AddRoleToInstanceProfileCommand,
    CreateInstanceProfile: Iam.CreateInstanceProfileCommand,
    CreateRole: Iam.CreateRoleCommand,
    DeleteInstanceProfile: Iam.DeleteInstanceProfileCommand,
    DeleteRole: Iam.DeleteRoleCommand,
    DeleteRolePolicy: Iam.DeleteRolePolicyCommand,
    GetInstanceProfile: Iam.GetInstanceProfileCommand,
    PutRolePolicy: Iam.PutRolePolicyCommand,
    RemoveRoleFromInstanceProfile: Iam.RemoveRoleFromInstanceProfileCommand,
  },
  ssm: {
    DescribeSessions: Ssm.DescribeSessionsCommand,
    ResumeSession: Ssm.ResumeSessionCommand,
    StartSession: Ssm.StartSessionCommand,
    TerminateSession: Ssm.TerminateSessionCommand,
  },
  sts: {
    DecodeAuthorizationMessage: Sts.DecodeAuthorizationMessageCommand,
  },
};

export { EC2Client } from '@aws-sdk/client-ec2';
export { IAMClient } from '@aws-sdk/client-iam';
export { SSMClient } from '@aws-sdk/client-ssm';
export { STSClient } from '@aws-sdk/client-sts';
export {
  fromEnv,
  fromHttp,
  fromIni,
  fromInstanceMetadata,
  fromTemporaryCredentials,
  fromTokenFile,
  fromWebToken,
} from '@aws-sdk/credential-providers';
export type {
  BlockDeviceMapping,
  CreateFleetCommandInput,
  CreateVolumeCommandInput,
  DescribeImagesCommandInput,
  Ec2InstanceConnectEndpoint,
  Image,
  Instance,
  RegisterImageCommandInput,
  RequestLaunchTemplateData,
  ResourceType,
  RunInstancesCommandInput,
  Subnet,
  TagSpecification,
  Volume,
  VolumeAttachment,
} from '@aws-sdk/client-ec2';
