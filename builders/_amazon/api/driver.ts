import {
  AttachVolumeCommand,
  AuthorizeSecurityGroupIngressCommand,
  CancelImportTaskCommand,
  CopyImageCommand,
  CreateFleetCommand,
  CreateImageCommand,
  CreateKeyPairCommand,
  CreateLaunchTemplateCommand,
  CreateSecurityGroupCommand,
  CreateSnapshotCommand,
  CreateTagsCommand,
  CreateVolumeCommand,
  DeleteKeyPairCommand,
  DeleteLaunchTemplateCommand,
  DeleteSecurityGroupCommand,
  DeleteSnapshotCommand,
  DeleteTagsCommand,
  DeleteVolumeCommand,
  DeregisterImageCommand,
  DescribeFastLaunchImagesCommand,
  DescribeImagesCommand,
  DescribeImportImageTasksCommand,
  DescribeInstanceConnectEndpointsCommand,
  DescribeInstancesCommand,
  DescribeKeyPairsCommand,
  DescribeLaunchTemplatesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSnapshotsCommand,
  DescribeSubnetsCommand,
  DescribeVolumesCommand,
  DescribeVpcsCommand,
  DetachVolumeCommand,
  DisableFastLaunchCommand,
  EnableFastLaunchCommand,
  EnableImageDeprecationCommand,
  EnableImageDeregistrationProtectionCommand,
  GetConsoleOutputCommand,
  GetPasswordDataCommand,
  ImportImageCommand,
  ModifyImageAttributeCommand,
  ModifyInstanceAttributeCommand,
  ModifySnapshotAttributeCommand,
  RegisterImageCommand,
  RunInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import type * as Ec2 from '@aws-sdk/client-ec2';
import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  DeleteInstanceProfileCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetInstanceProfileCommand,
  PutRolePolicyCommand,
  RemoveRoleFromInstanceProfileCommand,
  IAMClient,
} from '@aws-sdk/client-iam';
import type * as Iam from '@aws-sdk/client-iam';
import {
  DescribeSessionsCommand,
  ResumeSessionCommand,
  StartSessionCommand,
  TerminateSessionCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import type * as Ssm from '@aws-sdk/client-ssm';
import { DecodeAuthorizationMessageCommand, STSClient } from '@aws-sdk/client-sts';
import type * as Sts from '@aws-sdk/client-sts';

/** What an operation takes and gives. */
export interface Call<Input, Output> {
  readonly input: Input;
  readonly output: Output;
}

export interface Ec2Calls {
  readonly AttachVolume: Call<Ec2.AttachVolumeCommandInput, Ec2.AttachVolumeCommandOutput>;
  readonly AuthorizeSecurityGroupIngress: Call<
    Ec2.AuthorizeSecurityGroupIngressCommandInput,
    Ec2.AuthorizeSecurityGroupIngressCommandOutput
  >;
  readonly CancelImportTask: Call<Ec2.CancelImportTaskCommandInput, Ec2.CancelImportTaskCommandOutput>;
  readonly CopyImage: Call<Ec2.CopyImageCommandInput, Ec2.CopyImageCommandOutput>;
  readonly CreateFleet: Call<Ec2.CreateFleetCommandInput, Ec2.CreateFleetCommandOutput>;
  readonly CreateImage: Call<Ec2.CreateImageCommandInput, Ec2.CreateImageCommandOutput>;
  readonly CreateKeyPair: Call<Ec2.CreateKeyPairCommandInput, Ec2.CreateKeyPairCommandOutput>;
  readonly CreateLaunchTemplate: Call<Ec2.CreateLaunchTemplateCommandInput, Ec2.CreateLaunchTemplateCommandOutput>;
  readonly CreateSecurityGroup: Call<Ec2.CreateSecurityGroupCommandInput, Ec2.CreateSecurityGroupCommandOutput>;
  readonly CreateSnapshot: Call<Ec2.CreateSnapshotCommandInput, Ec2.CreateSnapshotCommandOutput>;
  readonly CreateTags: Call<Ec2.CreateTagsCommandInput, Ec2.CreateTagsCommandOutput>;
  readonly CreateVolume: Call<Ec2.CreateVolumeCommandInput, Ec2.CreateVolumeCommandOutput>;
  readonly DeleteKeyPair: Call<Ec2.DeleteKeyPairCommandInput, Ec2.DeleteKeyPairCommandOutput>;
  readonly DeleteLaunchTemplate: Call<Ec2.DeleteLaunchTemplateCommandInput, Ec2.DeleteLaunchTemplateCommandOutput>;
  readonly DeleteSecurityGroup: Call<Ec2.DeleteSecurityGroupCommandInput, Ec2.DeleteSecurityGroupCommandOutput>;
  readonly DeleteSnapshot: Call<Ec2.DeleteSnapshotCommandInput, Ec2.DeleteSnapshotCommandOutput>;
  readonly DeleteTags: Call<Ec2.DeleteTagsCommandInput, Ec2.DeleteTagsCommandOutput>;
  readonly DeleteVolume: Call<Ec2.DeleteVolumeCommandInput, Ec2.DeleteVolumeCommandOutput>;
  readonly DeregisterImage: Call<Ec2.DeregisterImageCommandInput, Ec2.DeregisterImageCommandOutput>;
  readonly DescribeFastLaunchImages: Call<
    Ec2.DescribeFastLaunchImagesCommandInput,
    Ec2.DescribeFastLaunchImagesCommandOutput
  >;
  readonly DescribeImages: Call<Ec2.DescribeImagesCommandInput, Ec2.DescribeImagesCommandOutput>;
  readonly DescribeImportImageTasks: Call<
    Ec2.DescribeImportImageTasksCommandInput,
    Ec2.DescribeImportImageTasksCommandOutput
  >;
  readonly DescribeInstanceConnectEndpoints: Call<
    Ec2.DescribeInstanceConnectEndpointsCommandInput,
    Ec2.DescribeInstanceConnectEndpointsCommandOutput
  >;
  readonly DescribeInstances: Call<Ec2.DescribeInstancesCommandInput, Ec2.DescribeInstancesCommandOutput>;
  readonly DescribeKeyPairs: Call<Ec2.DescribeKeyPairsCommandInput, Ec2.DescribeKeyPairsCommandOutput>;
  readonly DescribeLaunchTemplates: Call<
    Ec2.DescribeLaunchTemplatesCommandInput,
    Ec2.DescribeLaunchTemplatesCommandOutput
  >;
  readonly DescribeSecurityGroups: Call<
    Ec2.DescribeSecurityGroupsCommandInput,
    Ec2.DescribeSecurityGroupsCommandOutput
  >;
  readonly DescribeSnapshots: Call<Ec2.DescribeSnapshotsCommandInput, Ec2.DescribeSnapshotsCommandOutput>;
  readonly DescribeSubnets: Call<Ec2.DescribeSubnetsCommandInput, Ec2.DescribeSubnetsCommandOutput>;
  readonly DescribeVolumes: Call<Ec2.DescribeVolumesCommandInput, Ec2.DescribeVolumesCommandOutput>;
  readonly DescribeVpcs: Call<Ec2.DescribeVpcsCommandInput, Ec2.DescribeVpcsCommandOutput>;
  readonly DetachVolume: Call<Ec2.DetachVolumeCommandInput, Ec2.DetachVolumeCommandOutput>;
  readonly DisableFastLaunch: Call<Ec2.DisableFastLaunchCommandInput, Ec2.DisableFastLaunchCommandOutput>;
  readonly EnableFastLaunch: Call<Ec2.EnableFastLaunchCommandInput, Ec2.EnableFastLaunchCommandOutput>;
  readonly EnableImageDeprecation: Call<
    Ec2.EnableImageDeprecationCommandInput,
    Ec2.EnableImageDeprecationCommandOutput
  >;
  readonly EnableImageDeregistrationProtection: Call<
    Ec2.EnableImageDeregistrationProtectionCommandInput,
    Ec2.EnableImageDeregistrationProtectionCommandOutput
  >;
  readonly GetConsoleOutput: Call<Ec2.GetConsoleOutputCommandInput, Ec2.GetConsoleOutputCommandOutput>;
  readonly GetPasswordData: Call<Ec2.GetPasswordDataCommandInput, Ec2.GetPasswordDataCommandOutput>;
  readonly ImportImage: Call<Ec2.ImportImageCommandInput, Ec2.ImportImageCommandOutput>;
  readonly ModifyImageAttribute: Call<Ec2.ModifyImageAttributeCommandInput, Ec2.ModifyImageAttributeCommandOutput>;
  readonly ModifyInstanceAttribute: Call<
    Ec2.ModifyInstanceAttributeCommandInput,
    Ec2.ModifyInstanceAttributeCommandOutput
  >;
  readonly ModifySnapshotAttribute: Call<
    Ec2.ModifySnapshotAttributeCommandInput,
    Ec2.ModifySnapshotAttributeCommandOutput
  >;
  readonly RegisterImage: Call<Ec2.RegisterImageCommandInput, Ec2.RegisterImageCommandOutput>;
  readonly RunInstances: Call<Ec2.RunInstancesCommandInput, Ec2.RunInstancesCommandOutput>;
  readonly StopInstances: Call<Ec2.StopInstancesCommandInput, Ec2.StopInstancesCommandOutput>;
  readonly TerminateInstances: Call<Ec2.TerminateInstancesCommandInput, Ec2.TerminateInstancesCommandOutput>;
}

export interface IamCalls {
  readonly AddRoleToInstanceProfile: Call<
    Iam.AddRoleToInstanceProfileCommandInput,
    Iam.AddRoleToInstanceProfileCommandOutput
  >;
  readonly CreateInstanceProfile: Call<Iam.CreateInstanceProfileCommandInput, Iam.CreateInstanceProfileCommandOutput>;
  readonly CreateRole: Call<Iam.CreateRoleCommandInput, Iam.CreateRoleCommandOutput>;
  readonly DeleteInstanceProfile: Call<Iam.DeleteInstanceProfileCommandInput, Iam.DeleteInstanceProfileCommandOutput>;
  readonly DeleteRole: Call<Iam.DeleteRoleCommandInput, Iam.DeleteRoleCommandOutput>;
  readonly DeleteRolePolicy: Call<Iam.DeleteRolePolicyCommandInput, Iam.DeleteRolePolicyCommandOutput>;
  readonly GetInstanceProfile: Call<Iam.GetInstanceProfileCommandInput, Iam.GetInstanceProfileCommandOutput>;
  readonly PutRolePolicy: Call<Iam.PutRolePolicyCommandInput, Iam.PutRolePolicyCommandOutput>;
  readonly RemoveRoleFromInstanceProfile: Call<
    Iam.RemoveRoleFromInstanceProfileCommandInput,
    Iam.RemoveRoleFromInstanceProfileCommandOutput
  >;
}

export interface SsmCalls {
  readonly DescribeSessions: Call<Ssm.DescribeSessionsCommandInput, Ssm.DescribeSessionsCommandOutput>;
  readonly ResumeSession: Call<Ssm.ResumeSessionCommandInput, Ssm.ResumeSessionCommandOutput>;
  readonly StartSession: Call<Ssm.StartSessionCommandInput, Ssm.StartSessionCommandOutput>;
  readonly TerminateSession: Call<Ssm.TerminateSessionCommandInput, Ssm.TerminateSessionCommandOutput>;
}

export interface StsCalls {
  readonly DecodeAuthorizationMessage: Call<
    Sts.DecodeAuthorizationMessageCommandInput,
    Sts.DecodeAuthorizationMessageCommandOutput
  >;
}

type Commands<Calls> = { readonly [Name in keyof Calls]: new (input: never) => object };

const ec2Commands: Commands<Ec2Calls> = {
  AttachVolume: AttachVolumeCommand,
  AuthorizeSecurityGroupIngress: AuthorizeSecurityGroupIngressCommand,
  CancelImportTask: CancelImportTaskCommand,
  CopyImage: CopyImageCommand,
  CreateFleet: CreateFleetCommand,
  CreateImage: CreateImageCommand,
  CreateKeyPair: CreateKeyPairCommand,
  CreateLaunchTemplate: CreateLaunchTemplateCommand,
  CreateSecurityGroup: CreateSecurityGroupCommand,
  CreateSnapshot: CreateSnapshotCommand,
  CreateTags: CreateTagsCommand,
  CreateVolume: CreateVolumeCommand,
  DeleteKeyPair: DeleteKeyPairCommand,
  DeleteLaunchTemplate: DeleteLaunchTemplateCommand,
  DeleteSecurityGroup: DeleteSecurityGroupCommand,
  DeleteSnapshot: DeleteSnapshotCommand,
  DeleteTags: DeleteTagsCommand,
  DeleteVolume: DeleteVolumeCommand,
  DeregisterImage: DeregisterImageCommand,
  DescribeFastLaunchImages: DescribeFastLaunchImagesCommand,
  DescribeImages: DescribeImagesCommand,
  DescribeImportImageTasks: DescribeImportImageTasksCommand,
  DescribeInstanceConnectEndpoints: DescribeInstanceConnectEndpointsCommand,
  DescribeInstances: DescribeInstancesCommand,
  DescribeKeyPairs: DescribeKeyPairsCommand,
  DescribeLaunchTemplates: DescribeLaunchTemplatesCommand,
  DescribeSecurityGroups: DescribeSecurityGroupsCommand,
  DescribeSnapshots: DescribeSnapshotsCommand,
  DescribeSubnets: DescribeSubnetsCommand,
  DescribeVolumes: DescribeVolumesCommand,
  DescribeVpcs: DescribeVpcsCommand,
  DetachVolume: DetachVolumeCommand,
  DisableFastLaunch: DisableFastLaunchCommand,
  EnableFastLaunch: EnableFastLaunchCommand,
  EnableImageDeprecation: EnableImageDeprecationCommand,
  EnableImageDeregistrationProtection: EnableImageDeregistrationProtectionCommand,
  GetConsoleOutput: GetConsoleOutputCommand,
  GetPasswordData: GetPasswordDataCommand,
  ImportImage: ImportImageCommand,
  ModifyImageAttribute: ModifyImageAttributeCommand,
  ModifyInstanceAttribute: ModifyInstanceAttributeCommand,
  ModifySnapshotAttribute: ModifySnapshotAttributeCommand,
  RegisterImage: RegisterImageCommand,
  RunInstances: RunInstancesCommand,
  StopInstances: StopInstancesCommand,
  TerminateInstances: TerminateInstancesCommand,
};

const iamCommands: Commands<IamCalls> = {
  AddRoleToInstanceProfile: AddRoleToInstanceProfileCommand,
  CreateInstanceProfile: CreateInstanceProfileCommand,
  CreateRole: CreateRoleCommand,
  DeleteInstanceProfile: DeleteInstanceProfileCommand,
  DeleteRole: DeleteRoleCommand,
  DeleteRolePolicy: DeleteRolePolicyCommand,
  GetInstanceProfile: GetInstanceProfileCommand,
  PutRolePolicy: PutRolePolicyCommand,
  RemoveRoleFromInstanceProfile: RemoveRoleFromInstanceProfileCommand,
};

const ssmCommands: Commands<SsmCalls> = {
  DescribeSessions: DescribeSessionsCommand,
  ResumeSession: ResumeSessionCommand,
  StartSession: StartSessionCommand,
  TerminateSession: TerminateSessionCommand,
};

const stsCommands: Commands<StsCalls> = {
  DecodeAuthorizationMessage: DecodeAuthorizationMessageCommand,
};

/** The operations by their names. */
export const commands: {
  readonly ec2: Commands<Ec2Calls>;
  readonly iam: Commands<IamCalls>;
  readonly ssm: Commands<SsmCalls>;
  readonly sts: Commands<StsCalls>;
} = { ec2: ec2Commands, iam: iamCommands, ssm: ssmCommands, sts: stsCommands };

export { EC2Client, IAMClient, SSMClient, STSClient };
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
