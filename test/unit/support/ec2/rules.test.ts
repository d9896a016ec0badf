import {
  CopyImageCommand,
  CreateImageCommand,
  CreateVolumeCommand,
  DescribeImagesCommand,
  DescribeSnapshotsCommand,
  DescribeInstanceTypesCommand,
  DescribeVolumesCommand,
  EnableEbsEncryptionByDefaultCommand,
  GetEbsDefaultKmsKeyIdCommand,
  ModifyImageAttributeCommand,
  ModifySnapshotAttributeCommand,
  RegisterImageCommand,
  RunInstancesCommand,
  waitUntilImageAvailable,
  waitUntilInstanceRunning,
} from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import { begin, stockImage, type Begun } from './begin.ts';

const COUNT = { MinCount: 1, MaxCount: 1 };

async function running(
  begun: Begun,
  image: string,
  more: Partial<ConstructorParameters<typeof RunInstancesCommand>[0]> = {},
): Promise<string> {
  const run = await begun.client.send(
    new RunInstancesCommand({ ImageId: image, InstanceType: 't3.micro', ...COUNT, ...more }),
  );
  const id = run.Instances?.[0]?.InstanceId ?? '';
  await waitUntilInstanceRunning(begun.wait, { InstanceIds: [id] });
  return id;
}

async function available(begun: Begun, id: string, client = begun.client): Promise<void> {
  await waitUntilImageAvailable({ ...begun.wait, client }, { ImageIds: [id] });
}

test('the name of an image keeps to the rules and is taken once', async () => {
  const begun = await begin();
  const id = await running(begun, stockImage(begun.ec2, 'noble'));
  const make = (Name: string): Promise<unknown> => begun.client.send(new CreateImageCommand({ InstanceId: id, Name }));
  await expect(make('a:b:c')).rejects.toMatchObject({ name: 'InvalidAMIName.Malformed' });
  await expect(make('ab')).rejects.toMatchObject({ name: 'InvalidAMIName.Malformed' });
  await make('good name');
  await expect(make('good name')).rejects.toMatchObject({ name: 'InvalidAMIName.Duplicate' });
});

test('an image has every volume of its instance, and an instance those of its image', async () => {
  const begun = await begin();
  const disks = [
    { device: '/dev/sda1', size: 8 },
    { device: '/dev/sdb', size: 20, deleteOnTermination: false },
  ];
  const source = begun.ec2.addImage('us-east-1', { name: 'two disks', disks });
  const id = await running(begun, source, {
    BlockDeviceMappings: [
      { DeviceName: '/dev/sda1', Ebs: { VolumeSize: 12 } },
      { DeviceName: '/dev/sdc', Ebs: { VolumeSize: 5, VolumeType: 'gp3', Throughput: 250 } },
    ],
  });
  const volumes = await begun.client.send(
    new DescribeVolumesCommand({ Filters: [{ Name: 'attachment.instance-id', Values: [id] }] }),
  );
  expect(volumes.Volumes?.map((volume) => volume.Size)).toEqual([12, 20, 5]);
  const made = await begun.client.send(new CreateImageCommand({ InstanceId: id, Name: 'three disks' }));
  const early = await begun.client.send(new DescribeImagesCommand({ ImageIds: [made.ImageId ?? ''] }));
  expect(early.Images?.[0]?.State).toBe('pending');
  expect(early.Images?.[0]?.BlockDeviceMappings?.[0]?.Ebs?.SnapshotId).toBeUndefined();
  await available(begun, made.ImageId ?? '');
  const late = await begun.client.send(new DescribeImagesCommand({ ImageIds: [made.ImageId ?? ''] }));
  const ebs = late.Images?.[0]?.BlockDeviceMappings?.map((device) => device.Ebs);
  expect(ebs?.map((each) => [each?.VolumeSize, each?.DeleteOnTermination, each?.Throughput])).toEqual([
    [12, true, 125],
    [20, false, 125],
    [5, true, 250],
  ]);
  expect(new Set(ebs?.map((each) => each?.SnapshotId)).size).toBe(3);
});

test('a disk that cannot be is refused', async () => {
  const { client, ec2 } = await begin();
  const image = stockImage(ec2, 'noble');
  const run = (Ebs: object): Promise<unknown> =>
    client.send(
      new RunInstancesCommand({
        ImageId: image,
        InstanceType: 't3.micro',
        ...COUNT,
        BlockDeviceMappings: [{ DeviceName: '/dev/sda1', Ebs }],
      }),
    );
  await expect(run({ VolumeSize: 4 })).rejects.toMatchObject({ name: 'InvalidBlockDeviceMapping' });
  await expect(run({ VolumeType: 'gp9' })).rejects.toMatchObject({ name: 'UnknownVolumeType' });
  await expect(run({ VolumeType: 'gp2', Iops: 4000 })).rejects.toMatchObject({ name: 'InvalidParameterCombination' });
  await expect(run({ VolumeType: 'io1' })).rejects.toMatchObject({ name: 'MissingParameter' });
  await expect(run({ KmsKeyId: 'alias/mine' })).rejects.toMatchObject({ name: 'InvalidParameterDependency' });
  expect(ec2.leftovers()).toEqual([]);
});

test('a copy is its own image in its own region, encrypted with a key of that region', async () => {
  const begun = await begin();
  const frankfurt = begun.inRegion('eu-central-1');
  const key = begun.ec2.addKmsKey('eu-central-1', 'alias/mine');
  const SourceImageId = begun.ec2.addImage('us-east-1', { name: 'source', view: { Tags: [{ Key: 'a', Value: 'b' }] } });
  const copy = (Name: string, more: object): Promise<{ ImageId?: string | undefined }> =>
    frankfurt.send(new CopyImageCommand({ SourceRegion: 'us-east-1', SourceImageId, Name, ...more }));
  await expect(copy('no key', { KmsKeyId: key })).rejects.toMatchObject({ name: 'InvalidParameterDependency' });
  const { ImageId = '' } = await copy('copied', { Encrypted: true, KmsKeyId: 'alias/mine', CopyImageTags: true });
  await expect(begun.client.send(new DescribeImagesCommand({ ImageIds: [ImageId] }))).rejects.toMatchObject({
    name: 'InvalidAMIID.NotFound',
  });
  await available(begun, ImageId, frankfurt);
  const { Images } = await frankfurt.send(new DescribeImagesCommand({ ImageIds: [ImageId] }));
  expect(Images?.[0]).toMatchObject({
    SourceImageId,
    SourceImageRegion: 'us-east-1',
    Tags: [{ Key: 'a', Value: 'b' }],
  });
  const SnapshotIds = [Images?.[0]?.BlockDeviceMappings?.[0]?.Ebs?.SnapshotId ?? ''];
  const { Snapshots } = await frankfurt.send(new DescribeSnapshotsCommand({ SnapshotIds }));
  expect(Snapshots?.[0]).toMatchObject({ Encrypted: true, KmsKeyId: key, State: 'completed' });

  const broken = await copy('bad key', { Encrypted: true, KmsKeyId: 'alias/nobody' });
  begun.ec2.advance(300_000);
  const ended = await frankfurt.send(new DescribeImagesCommand({ ImageIds: [broken.ImageId ?? ''] }));
  expect(ended.Images?.[0]).toMatchObject({
    State: 'failed',
    StateReason: { Message: 'Given key ID is not accessible' },
  });
});

test('what is encrypted with the default key cannot be shared, with an own key it can, but not with all', async () => {
  const { client, ec2 } = await begin();
  const own = ec2.addKmsKey('us-east-1');
  const image = (name: string, encrypted: boolean | string): string =>
    ec2.addImage('us-east-1', { name, disks: [{ device: '/dev/xvda', size: 8, encrypted }] });
  const share = (ImageId: string, permission: object): Promise<unknown> =>
    client.send(new ModifyImageAttributeCommand({ ImageId, LaunchPermission: { Add: [permission] } }));
  const byDefault = image('default key', true);
  const byOwn = image('own key', own);
  const user = { UserId: '111122223333' };
  await expect(share(byDefault, user)).rejects.toMatchObject({ name: 'InvalidParameter' });
  await share(byOwn, user);
  await expect(share(byOwn, { Group: 'all' })).rejects.toMatchObject({ name: 'InvalidParameter' });
  await share(image('plain', false), { Group: 'all' });
  await expect(share(byOwn, { UserId: '12' })).rejects.toMatchObject({ name: 'InvalidUserID.Malformed' });
  await expect(share(byOwn, { Group: 'some' })).rejects.toMatchObject({ name: 'InvalidAMIAttributeItemValue' });
  const SnapshotId = ec2.region('us-east-1').images.peek(byDefault)?.view.BlockDeviceMappings[0]?.Ebs?.SnapshotId;
  await expect(
    client.send(new ModifySnapshotAttributeCommand({ SnapshotId, CreateVolumePermission: { Add: [user] } })),
  ).rejects.toMatchObject({
    name: 'OperationNotPermitted',
    message: 'Encrypted snapshots with EBS default key cannot be shared',
  });
});

test('an image is registered of a completed snapshot only', async () => {
  const { client, ec2 } = await begin();
  const volume = await client.send(new CreateVolumeCommand({ AvailabilityZone: 'us-east-1a', Size: 2 }));
  expect(volume.State).toBe('creating');
  const register = (Ebs: object): Promise<unknown> =>
    client.send(
      new RegisterImageCommand({
        Name: 'registered',
        Architecture: 'arm64',
        BootMode: 'uefi',
        VirtualizationType: 'hvm',
        RootDeviceName: '/dev/xvda',
        BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs }],
      }),
    );
  await expect(register({ VolumeSize: 8 })).rejects.toMatchObject({ name: 'InvalidBlockDeviceMapping' });
  const [disk] = ec2.region('us-east-1').images.all()[0]?.view.BlockDeviceMappings ?? [];
  await expect(register({ SnapshotId: disk?.Ebs?.SnapshotId })).rejects.toMatchObject({ name: 'AuthFailure' });
});

test('a type of another architecture, or without the network card it needs, does not start the image', async () => {
  const { client, ec2 } = await begin();
  const run = (ImageId: string, InstanceType: string): Promise<unknown> =>
    client.send(new RunInstancesCommand({ ImageId, InstanceType: InstanceType as 't3.micro', ...COUNT }));
  const image = stockImage(ec2, 'noble');
  await expect(run(image, 't4g.micro')).rejects.toThrow('architecture');
  await expect(run(image, 't9.giant')).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  const old = ec2.addImage('us-east-1', { name: 'old', view: { EnaSupport: false } });
  await expect(run(old, 't3.micro')).rejects.toThrow('ENA');
  await run(old, 't2.micro');
});

test('where a region encrypts by default, every volume has its key', async () => {
  const begun = await begin();
  await begun.client.send(new EnableEbsEncryptionByDefaultCommand({}));
  const { KmsKeyId } = await begun.client.send(new GetEbsDefaultKmsKeyIdCommand({}));
  await running(begun, stockImage(begun.ec2, 'noble'));
  const { Volumes } = await begun.client.send(new DescribeVolumesCommand({}));
  expect(Volumes?.map((volume) => [volume.Encrypted, volume.KmsKeyId])).toEqual([[true, KmsKeyId]]);
});

test('a type says which architectures it has', async () => {
  const { client } = await begin();
  const { InstanceTypes } = await client.send(
    new DescribeInstanceTypesCommand({ InstanceTypes: ['t4g.micro', 'm4.large'] }),
  );
  expect(InstanceTypes?.map((type) => type.ProcessorInfo?.SupportedArchitectures?.[0])).toEqual(['arm64', 'x86_64']);
});
