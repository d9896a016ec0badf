import {
  CreateFleetCommand,
  CreateLaunchTemplateCommand,
  CreateTagsCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeRegionsCommand,
  EC2Client,
  RunInstancesCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import { replyLost, throttled, withoutCapacity } from '../../../support/ec2/index.ts';
import { begin, stockImage } from './begin.ts';

const COUNT = { MinCount: 1, MaxCount: 1 };

test('a new instance is not found at first, and only then', async () => {
  const { client, ec2 } = await begin({ hiddenReads: 2 });
  const run = await client.send(
    new RunInstancesCommand({ ImageId: stockImage(ec2, 'noble'), InstanceType: 't3.micro', ...COUNT }),
  );
  const InstanceIds = [run.Instances?.[0]?.InstanceId ?? ''];
  const missing = { name: 'InvalidInstanceID.NotFound' };
  await expect(client.send(new DescribeInstancesCommand({ InstanceIds }))).rejects.toMatchObject(missing);
  await expect(
    client.send(new CreateTagsCommand({ Resources: InstanceIds, Tags: [{ Key: 'a', Value: '' }] })),
  ).rejects.toMatchObject(missing);
  const found = await client.send(new DescribeInstancesCommand({ InstanceIds }));
  expect(found.Reservations).toHaveLength(1);
});

test('the same client token gives the same instance, with other parameters an error', async () => {
  const { client, ec2 } = await begin();
  const input = { ImageId: stockImage(ec2, 'noble'), InstanceType: 't3.micro', ClientToken: 'once', ...COUNT } as const;
  const first = await client.send(new RunInstancesCommand(input));
  const second = await client.send(new RunInstancesCommand(input));
  expect(second.Instances?.[0]?.InstanceId).toBe(first.Instances?.[0]?.InstanceId);
  await expect(client.send(new RunInstancesCommand({ ...input, InstanceType: 't3.small' }))).rejects.toMatchObject({
    name: 'IdempotentParameterMismatch',
  });
  expect(ec2.leftovers().filter((each) => each.kind === 'instance')).toHaveLength(1);
});

test('a reply that is lost leaves what the call made, and the SDK asks again with the same token', async () => {
  const { client, ec2 } = await begin({ faults: [replyLost('RunInstances')] });
  await client.send(new RunInstancesCommand({ ImageId: stockImage(ec2, 'noble'), InstanceType: 't3.micro', ...COUNT }));
  expect(ec2.calls.map((each) => each.call)).toEqual(['RunInstances', 'RunInstances']);
  expect(ec2.calls[0]?.error).toBe('ConnectionLost');
  expect(ec2.leftovers().filter((each) => each.kind === 'instance')).toHaveLength(1);
});

test('faults hit as often as planned, after so many calls, and only what they match', async () => {
  const { once, ec2 } = await begin();
  const ask = (...RegionNames: string[]): Promise<unknown> => once.send(new DescribeRegionsCommand({ RegionNames }));
  ec2.plan({ ...throttled('DescribeRegions', 2), skip: 1, match: { RegionNames: ['us-east-1'] } });
  await ask('us-east-1');
  await ask('us-east-2');
  await expect(ask('us-east-1')).rejects.toMatchObject({ name: 'RequestLimitExceeded' });
  expect(ec2.unusedFaults()).toHaveLength(1);
  await expect(ask('us-east-1')).rejects.toMatchObject({ name: 'RequestLimitExceeded' });
  await ask('us-east-1');
  expect(ec2.unusedFaults()).toEqual([]);
});

test('a state can be stuck, and a launch can end badly with a reason', async () => {
  const { client, ec2 } = await begin();
  const run = async (): Promise<string> => {
    const made = await client.send(
      new RunInstancesCommand({ ImageId: stockImage(ec2, 'noble'), InstanceType: 't3.micro', ...COUNT }),
    );
    return made.Instances?.[0]?.InstanceId ?? '';
  };
  ec2.plan({ call: 'RunInstances', stuck: true });
  const stuck = await run();
  ec2.plan({ call: 'RunInstances', fails: { code: 'Server.InternalError', message: 'Internal error on launch' } });
  const failed = await run();
  ec2.advance(600_000);
  const { Reservations } = await client.send(new DescribeInstancesCommand({ InstanceIds: [stuck, failed] }));
  const states = Reservations?.map((each) => [
    each.Instances?.[0]?.State?.Name,
    each.Instances?.[0]?.StateReason?.Code,
  ]);
  expect(states).toEqual([
    ['pending', 'pending'],
    ['terminated', 'Server.InternalError'],
  ]);
  await expect(client.send(new StopInstancesCommand({ InstanceIds: [failed] }))).rejects.toMatchObject({
    name: 'IncorrectInstanceState',
  });
});

test('a fleet goes on to the next type and says why the first was none', async () => {
  const { client, ec2 } = await begin({ faults: [withoutCapacity('RunInstances', 1, { InstanceType: 't3.small' })] });
  const template = await client.send(
    new CreateLaunchTemplateCommand({
      LaunchTemplateName: 'build',
      LaunchTemplateData: { ImageId: stockImage(ec2, 'noble') },
    }),
  );
  const fleet = await client.send(
    new CreateFleetCommand({
      Type: 'instant',
      LaunchTemplateConfigs: [
        {
          LaunchTemplateSpecification: {
            LaunchTemplateId: template.LaunchTemplate?.LaunchTemplateId,
            Version: '$Latest',
          },
          Overrides: [{ InstanceType: 't3.small' }, { InstanceType: 't3.medium' }],
        },
      ],
      TargetCapacitySpecification: { TotalTargetCapacity: 1, DefaultTargetCapacityType: 'spot' },
    }),
  );
  expect(fleet.Errors?.map((each) => each.ErrorCode)).toEqual(['InsufficientInstanceCapacity']);
  expect(fleet.Instances?.map((each) => each.InstanceType)).toEqual(['t3.medium']);
});

test('credentials that are wrong, expired or scoped to no region are refused', async () => {
  const { client, ec2 } = await begin();
  const { endpoint, credentials } = ec2;
  const ask = (other: EC2Client): Promise<unknown> => other.send(new DescribeImagesCommand({ Owners: ['self'] }));
  const wrong = new EC2Client({
    endpoint,
    region: 'us-east-1',
    credentials: { ...credentials, secretAccessKey: 'other' },
  });
  await expect(ask(wrong)).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
  const nobody = new EC2Client({
    endpoint,
    region: 'us-east-1',
    credentials: { ...credentials, accessKeyId: 'AKIANOBODY' },
  });
  await expect(ask(nobody)).rejects.toMatchObject({ name: 'AuthFailure' });
  await expect(ask(new EC2Client({ endpoint, credentials, region: 'mars-1' }))).rejects.toMatchObject({
    name: 'SignatureDoesNotMatch',
  });
  await ask(client);
  ec2.expireCredentials();
  await expect(ask(client)).rejects.toMatchObject({ name: 'RequestExpired' });
});

test('an unknown, missing or mistyped parameter is refused', async () => {
  const { ec2 } = await begin();
  const send = async (body: string): Promise<string> => {
    const { endpoint, credentials } = ec2;
    const client = new EC2Client({ endpoint, credentials, region: 'us-east-1', maxAttempts: 1 });
    // Changes what the SDK has made of a call, just before it is signed.
    client.middlewareStack.add(
      (next) => (args) => {
        const request = args.request as { body: string; headers: Record<string, string> };
        request.body = `Action=RunInstances&Version=2016-11-15&${body}`;
        request.headers['content-length'] = String(request.body.length);
        return next(args);
      },
      { step: 'build', priority: 'low' },
    );
    return client.send(new DescribeRegionsCommand({})).then(
      () => 'accepted',
      (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : ''),
    );
  };
  expect(await send('MaxCount=1')).toBe('MissingParameter: The request must contain the parameter MinCount');
  expect(await send('MaxCount=1&MinCount=one')).toContain('InvalidParameterValue: Value (one) for parameter MinCount');
  expect(await send('MaxCount=1&MinCount=1&Colour=red')).toBe(
    'UnknownParameter: The parameter Colour is not recognized',
  );
  expect(await send('MaxCount=1&MinCount=1&BlockDeviceMapping.1.Ebs.Size=8')).toContain('UnknownParameter');
});
