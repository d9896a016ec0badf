import {
  AuthorizeSecurityGroupIngressCommand,
  CreateImageCommand,
  CreateKeyPairCommand,
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  DeleteKeyPairCommand,
  DeleteSecurityGroupCommand,
  DeleteSnapshotCommand,
  DeregisterImageCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  ModifyImageAttributeCommand,
  RunInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
  waitUntilImageAvailable,
  waitUntilInstanceRunning,
  waitUntilInstanceStopped,
  waitUntilInstanceTerminated,
} from '@aws-sdk/client-ec2';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { expect, test } from 'vitest';
import { begin } from './begin.ts';

test('an image is made from an instance and everything can be given back', async () => {
  const { ec2, client, wait } = await begin();
  const { endpoint, credentials } = ec2;
  const identity = await new STSClient({ endpoint, credentials, region: 'us-east-1' }).send(
    new GetCallerIdentityCommand(),
  );
  expect(identity.Account).toBe(ec2.account);

  const found = await client.send(
    new DescribeImagesCommand({ Owners: ['amazon'], Filters: [{ Name: 'name', Values: ['al2023-ami-*-x86_64'] }] }),
  );
  expect(found.Images?.map((image) => image.Architecture)).toEqual(['x86_64', 'x86_64']);
  const source = found.Images?.[1];
  const key = await client.send(new CreateKeyPairCommand({ KeyName: 'temporary', KeyType: 'ed25519' }));
  expect(key.KeyMaterial).toContain('OPENSSH PRIVATE KEY');
  const group = await client.send(
    new CreateSecurityGroupCommand({ GroupName: 'temporary', Description: 'for a build' }),
  );
  await client.send(
    new AuthorizeSecurityGroupIngressCommand({
      GroupId: group.GroupId,
      IpPermissions: [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
    }),
  );
  const run = await client.send(
    new RunInstancesCommand({
      ImageId: source?.ImageId,
      InstanceType: 't3.micro',
      KeyName: 'temporary',
      SecurityGroupIds: [group.GroupId ?? ''],
      MinCount: 1,
      MaxCount: 1,
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'Name', Value: 'build' }] }],
    }),
  );
  const id = run.Instances?.[0]?.InstanceId ?? '';
  expect(run.Instances?.[0]?.State?.Name).toBe('pending');
  await waitUntilInstanceRunning(wait, { InstanceIds: [id] });
  await expect(client.send(new DeleteSecurityGroupCommand({ GroupId: group.GroupId }))).rejects.toMatchObject({
    name: 'DependencyViolation',
  });
  await client.send(new StopInstancesCommand({ InstanceIds: [id] }));
  await waitUntilInstanceStopped(wait, { InstanceIds: [id] });
  const image = await client.send(new CreateImageCommand({ InstanceId: id, Name: 'my image 1' }));
  await waitUntilImageAvailable(wait, { ImageIds: [image.ImageId ?? ''] });
  const made = await client.send(new DescribeImagesCommand({ ImageIds: [image.ImageId ?? ''] }));
  const snapshot = made.Images?.[0]?.BlockDeviceMappings?.[0]?.Ebs?.SnapshotId ?? '';
  expect(snapshot).toMatch(/^snap-/);
  await client.send(
    new CreateTagsCommand({ Resources: [image.ImageId ?? '', snapshot], Tags: [{ Key: 'a', Value: 'b' }] }),
  );
  await client.send(
    new ModifyImageAttributeCommand({
      ImageId: image.ImageId,
      LaunchPermission: { Add: [{ UserId: '111122223333' }] },
    }),
  );
  await client.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
  await waitUntilInstanceTerminated(wait, { InstanceIds: [id] });
  const ended = await client.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
  expect(ended.Reservations?.[0]?.Instances?.[0]?.State?.Name).toBe('terminated');
  await client.send(new DeleteSecurityGroupCommand({ GroupId: group.GroupId }));
  await client.send(new DeleteKeyPairCommand({ KeyName: 'temporary' }));
  expect(
    ec2
      .leftovers()
      .map((each) => each.kind)
      .sort(),
  ).toEqual(['image', 'snapshot']);
  await expect(client.send(new DeleteSnapshotCommand({ SnapshotId: snapshot }))).rejects.toMatchObject({
    name: 'InvalidSnapshot.InUse',
  });
  await client.send(new DeregisterImageCommand({ ImageId: image.ImageId }));
  await client.send(new DeleteSnapshotCommand({ SnapshotId: snapshot }));
  expect(ec2.leftovers()).toEqual([]);
});
