/** What users of other tools suffer from; README.md beside this says which test is about which report. */
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { amazonPlace } from '../../../support/ec2/amazon-run.ts';
import { throttled, withoutCapacity, type Leftover } from '../../../support/ec2/index.ts';

function kinds(left: readonly Leftover[]): readonly string[] {
  return left.map(({ kind }) => kind).sort();
}

const IMAGE = ['image', 'snapshot'];
const refused = { code: 'UnauthorizedOperation', message: 'You are not authorized.', status: 403 };

describe('a wait', () => {
  it('goes on for as long as AWS makes progress, however often it has to look', async () => {
    await using place = await amazonPlace({ durations: { image: 600_000 } });
    const { report } = await place.bake();
    expect(report.failure).toBeUndefined();
    expect(place.calls().filter((call) => call === 'DescribeImages').length).toBeGreaterThan(100);
  });

  it('ends at once when what was there is gone: only after it was made may AWS not know it', async () => {
    await using place = await amazonPlace();
    place.ec2.plan({ call: 'CreateImage', stuck: true });
    const baking = place.bake();
    const looks = (): number => place.calls().slice(place.calls().indexOf('CreateImage')).length;
    await expect.poll(() => place.calls()).toContain('CreateImage');
    await expect.poll(looks).toBeGreaterThan(4);
    const [image] = place.left().filter(({ kind }) => kind === 'image');
    place.ec2.region('us-east-1').images.remove(image?.id ?? '');
    const { report } = await baking;
    expect(report.failure?.message).toContain('InvalidAMIID.NotFound');
    expect(place.left()).toEqual([]);
  });

  it('does not outlive an instance that somebody terminated, and says so', async () => {
    await using place = await amazonPlace();
    place.ec2.plan({ call: 'StopInstances', stuck: true });
    const baking = place.bake();
    await expect.poll(() => place.calls()).toContain('StopInstances');
    const [instance] = place.left().filter(({ kind }) => kind === 'instance');
    place.ec2.interruptSpot('us-east-1', instance?.id ?? '');
    const { report } = await baking;
    expect(report.failure?.message).toContain('Server.SpotInstanceTermination');
    expect(report.failure?.hint).toContain('run the build again');
    expect(place.left()).toEqual([]);
  });
});

describe('a failure', () => {
  it('has the words, the code and the request of AWS in its message', async () => {
    await using place = await amazonPlace();
    const message = 'Volume of size 1GB is smaller than snapshot';
    place.ec2.plan({ call: 'CreateImage', error: { code: 'InvalidBlockDeviceMapping', message } });
    const { report } = await place.bake();
    const words =
      /^CreateImage: Volume of size 1GB is smaller than snapshot \(InvalidBlockDeviceMapping, request \S+\)$/;
    expect(report.failure?.message).toMatch(words);
    expect(place.left()).toEqual([]);
  });

  it('of the instance takes the key pair and the security group with it', async () => {
    await using place = await amazonPlace();
    place.ec2.plan({ call: 'RunInstances', error: refused });
    const { report } = await place.bake({ communicator: 'ssh', ssh_username: 'root' });
    expect(report.failure?.code).toBe('AMAZON_REFUSED');
    expect(place.calls()).toContain('DeleteKeyPair');
    expect(place.left()).toEqual([]);
  });

  it('of a copy that never ends takes back the AMI, the copies and all snapshots', async () => {
    await using place = await amazonPlace({ timePerCall: 120_000 });
    place.ec2.plan({ call: 'CopyImage', region: 'us-west-2', stuck: true });
    const { report } = await place.bake({
      ami_regions: ['us-west-2', 'eu-west-1'],
      aws_polling: { delay_seconds: 1, max_attempts: 1 },
    });
    expect(report.failure?.code).toBe('AMAZON_TIMEOUT');
    expect(report.failure?.message).toContain('us-west-2');
    expect(place.left()).toEqual([]);
  });

  it('of the clean-up is told apart from the build, whose AMI stays', async () => {
    await using place = await amazonPlace();
    place.ec2.plan({ call: 'TerminateInstances', times: 1, error: refused });
    const [group] = place.ec2.region('us-east-1').securityGroups.all();
    const { report } = await place.bake({ security_group_id: group?.view.GroupId ?? '' });
    expect(report.outcome).toBe('succeeded');
    expect(report.artifacts).toHaveLength(1);
    expect(kinds(place.left())).toEqual(['image', 'instance', 'snapshot', 'volume']);
    await place.gc();
    expect(kinds(place.left())).toEqual(IMAGE);
  });
});

describe('credentials that run out and cannot be renewed', () => {
  it('end the build at once with what to do, and gc removes what could not be removed', async () => {
    await using place = await amazonPlace();
    place.ec2.plan({ call: 'CreateImage', stuck: true });
    const baking = place.bake();
    await expect.poll(() => place.calls()).toContain('CreateImage');
    place.ec2.expireCredentials();
    const { report } = await baking;
    expect(report.failure?.hint).toContain('the credentials have expired');
    expect(kinds(place.left())).toContain('instance');
    for (const identity of place.ec2.world.identities.values()) identity.expired = false;
    await place.gc();
    expect(place.left()).toEqual([]);
  });
});

describe('spot instances', () => {
  it('need no tags: AWS takes no empty lists of them', async () => {
    await using place = await amazonPlace();
    const { report } = await place.bake({ spot_price: 'auto', spot_tags: {}, fleet_tags: {}, run_tags: {} });
    expect(report.failure).toBeUndefined();
    const asked = JSON.stringify([place.inputs('CreateLaunchTemplate'), place.inputs('CreateFleet')]);
    expect(asked).not.toContain('"Tags":[]');
    expect(asked).not.toContain('"Key":""');
    expect(kinds(place.left())).toEqual(IMAGE);
  });

  it('wait until AWS knows the launch template', async () => {
    await using place = await amazonPlace({ hiddenReads: 2 });
    const { report } = await place.bake({ spot_price: 'auto' });
    expect(report.failure).toBeUndefined();
    expect(kinds(place.left())).toEqual(IMAGE);
  });

  it('are of another type, or in another zone, when AWS has no room', async () => {
    await using place = await amazonPlace();
    place.ec2.plan(withoutCapacity('RunInstances', 3));
    const { report } = await place.bake({
      instance_type: null,
      spot_price: 'auto',
      spot_instance_types: ['t3.micro', 'm5.large'],
      spot_allocation_strategy: 'price-capacity-optimized',
      subnet_filter: { filters: { 'default-for-az': 'true' }, random: true },
    });
    expect(report.failure).toBeUndefined();
    expect(place.ec2.unusedFaults()).toEqual([]);
    const [{ LaunchTemplateConfigs: [{ Overrides = [] } = {}] = [] } = {}] = place.inputs('CreateFleet') as {
      LaunchTemplateConfigs?: { Overrides?: { InstanceType?: string; SubnetId?: string }[] }[];
    }[];
    const places = Overrides.map(({ InstanceType = '', SubnetId = '' }) => `${InstanceType} ${SubnetId}`);
    expect(new Set(places).size).toBe(6);
  });
});

describe('builds side by side', () => {
  it('all get through when AWS asks for fewer calls', async () => {
    await using place = await amazonPlace();
    place.ec2.plan(throttled('RunInstances', 3), throttled('CreateImage', 2));
    const bakes = Array.from({ length: 8 }, async (_, number) => {
      await turn();
      return place.bake({ ami_name: `web-${number}` });
    });
    const reports = (await Promise.all(bakes)).map(({ report }) => report);
    expect(reports.flatMap(({ failure }) => failure ?? [])).toEqual([]);
    expect(place.ec2.unusedFaults()).toEqual([]);
    expect(kinds(place.left()).filter((kind) => kind === 'image')).toHaveLength(8);
    expect(kinds(place.left())).toHaveLength(16);
  }, 120_000);
});
