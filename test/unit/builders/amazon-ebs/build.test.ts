import { describe, expect, it } from 'vitest';
import { amazonPlace } from '../../../support/ec2/amazon-run.ts';
import { replyLost, throttled, withoutCapacity } from '../../../support/ec2/index.ts';

function kinds(left: readonly { readonly region: string; readonly kind: string }[]): readonly string[] {
  return left.map(({ region, kind }) => `${region} ${kind}`).sort();
}

const IMAGE = ['us-east-1 image', 'us-east-1 snapshot'];

describe('a build', () => {
  it('makes a tagged AMI with few calls, and leaves nothing else', async () => {
    await using place = await amazonPlace();
    const { report } = await place.bake({
      ami_description: 'from {{ .SourceAMIName }}',
      tags: { Base: '{{ .SourceAMI }}', '{{ .BuildRegion }}': 'here' },
      tag: [{ key: 'Other', value: '{{ .SourceAMIOwner }}' }],
      snapshot_tags: { Base: 'snapshot' },
      run_tags: { Team: 'web' },
    });
    expect(report.failure).toBeUndefined();
    const [artifact] = report.artifacts;
    expect(artifact?.id).toMatch(/^us-east-1:ami-[0-9a-f]+$/);
    expect(artifact?.builderId).toBe('mitchellh.amazonebs');
    expect(artifact?.description).toBe(`AMIs were created:\n${artifact?.id.replace(':', ': ') ?? ''}\n`);
    const [image, snapshot, ...others] = place.left().toSorted((one, other) => one.kind.localeCompare(other.kind));
    expect(others).toEqual([]);
    const base = { Team: 'web', 'us-east-1': 'here', Other: place.ec2.account };
    expect(image).toMatchObject({ kind: 'image', tags: { ...base, Base: place.source } });
    expect(Object.keys(image?.tags ?? {})).toHaveLength(4);
    expect(snapshot).toMatchObject({ kind: 'snapshot', tags: { ...base, Base: 'snapshot' } });
    expect(place.inputs('CreateImage')).toMatchObject([{ Name: 'web', Description: 'from base' }]);
    expect(place.calls().filter((call) => !call.startsWith('Describe'))).toEqual([
      'CreateSecurityGroup',
      'RunInstances',
      'StopInstances',
      'CreateImage',
      'DeleteTags',
      'TerminateInstances',
      'DeleteSecurityGroup',
    ]);
    expect(place.ec2.broken).toEqual([]);
  });

  it('copes with EC2 not knowing yet what was made, and with calls that are refused for being too many', async () => {
    await using place = await amazonPlace({ hiddenReads: 2 });
    place.ec2.plan(throttled('RunInstances'), throttled('CreateImage'));
    const { report } = await place.bake();
    expect(report.failure).toBeUndefined();
    expect(kinds(place.left())).toEqual(IMAGE);
    expect(place.ec2.unusedFaults()).toEqual([]);
  });

  it.each([
    'CreateSecurityGroup',
    'RunInstances',
    'StopInstances',
    'CreateImage',
    'DeleteTags',
    'TerminateInstances',
    'DeleteSecurityGroup',
  ])('is done once when the reply to %s is lost', async (call) => {
    await using place = await amazonPlace();
    place.ec2.plan(replyLost(call));
    const { report } = await place.bake();
    expect(report.failure).toBeUndefined();
    expect(kinds(place.left())).toEqual(IMAGE);
    expect(place.ec2.unusedFaults()).toEqual([]);
  });

  it.each(['CreateSecurityGroup', 'RunInstances', 'CreateImage', 'CopyImage'])(
    'finds by its token what %s made when no reply ever comes',
    async (call) => {
      await using place = await amazonPlace();
      place.ec2.plan(replyLost(call));
      const { report } = await place.bake({ max_retries: 0, ami_regions: ['us-west-2'] });
      expect(report.failure?.code).toBe('AMAZON_UNREACHABLE');
      expect(kinds(place.left())).toEqual([]);
    },
  );

  it('ends with the reason of AWS when the image fails, and leaves nothing', async () => {
    await using place = await amazonPlace();
    place.ec2.plan({ call: 'CreateImage', fails: { code: 'Client.InternalError', message: 'the disk broke' } });
    const { report } = await place.bake();
    expect(report.failure?.code).toBe('AMAZON_FAILED');
    expect(report.failure?.message).toContain('the disk broke');
    expect(place.left()).toEqual([]);
  });

  it('ends with the reason of AWS when the instance does not come up', async () => {
    await using place = await amazonPlace();
    const message = 'Client.InternalError: Client error on launch';
    place.ec2.plan({ call: 'RunInstances', fails: { code: 'Client.InternalError', message } });
    const { report } = await place.bake();
    expect(report.failure?.message).toContain('Client error on launch');
    expect(report.failure?.hint).toContain('KMS');
    expect(place.left()).toEqual([]);
  });

  it('gives up waiting as aws_polling says, and tells how things stand', async () => {
    await using place = await amazonPlace();
    place.ec2.plan({ call: 'RunInstances', stuck: true });
    const { report } = await place.bake({ aws_polling: { delay_seconds: 1, max_attempts: 1 } });
    expect(report.failure?.code).toBe('AMAZON_TIMEOUT');
    expect(report.failure?.message).toContain('pending');
    expect(place.left()).toEqual([]);
  });

  it('says whose permission is missing, and has STS decode it when asked to', async () => {
    await using place = await amazonPlace();
    const message =
      'You are not authorized to perform this operation. Encoded authorization failure message: abc_DEF-1';
    place.ec2.plan({ call: 'RunInstances', error: { code: 'UnauthorizedOperation', message, status: 403 } });
    const { report } = await place.bake();
    expect(report.failure?.code).toBe('AMAZON_REFUSED');
    expect(report.failure?.message).toMatch(/^RunInstances: You are not authorized.*UnauthorizedOperation/);
    expect(report.failure?.hint).toContain('decode_authorization_messages');
    expect(place.left()).toEqual([]);
  });

  it('is stopped before anything is made when the name is taken, in any region', async () => {
    await using place = await amazonPlace();
    place.ec2.addImage('us-west-2', { name: 'web' });
    const { report } = await place.bake({ ami_regions: ['us-west-2'] });
    expect(report.failure?.code).toBe('AMAZON_NAME_TAKEN');
    expect(place.calls().every((call) => call === 'DescribeImages')).toBe(true);
  });

  it('replaces an older AMI with force_deregister, and its snapshots with force_delete_snapshot', async () => {
    await using place = await amazonPlace();
    await place.bake();
    const [old] = place.left().filter(({ kind }) => kind === 'image');
    const { report } = await place.bake({ force_deregister: true, force_delete_snapshot: true });
    expect(report.failure).toBeUndefined();
    expect(kinds(place.left())).toEqual(IMAGE);
    expect(place.left().map(({ id }) => id)).not.toContain(old?.id);
  });

  it('makes no AMI with skip_create_ami', async () => {
    await using place = await amazonPlace();
    const { report } = await place.bake({ skip_create_ami: true });
    expect(report.failure).toBeUndefined();
    expect(report.artifacts[0]?.id).toBe('');
    expect(place.left()).toEqual([]);
  });

  it('goes to the next subnet when there is no room in the first', async () => {
    await using place = await amazonPlace();
    place.ec2.plan(withoutCapacity('RunInstances', 1));
    const { report, said } = await place.bake({
      subnet_filter: { filters: { 'default-for-az': 'true' }, most_free: true },
    });
    expect(report.failure).toBeUndefined();
    expect(said.join('\n')).toContain('trying the next subnet');
    expect(kinds(place.left())).toEqual(IMAGE);
  });

  it('leaves nothing when it is cancelled while it waits for the image', async () => {
    await using place = await amazonPlace();
    place.ec2.plan({ call: 'CreateImage', stuck: true });
    const cancel = new AbortController();
    const baking = place.bake({ aws_polling: { delay_seconds: 1 } }, { signal: cancel.signal });
    await expect.poll(() => place.calls()).toContain('CreateImage');
    cancel.abort();
    const { report } = await baking;
    expect(report.outcome).toBe('cancelled');
    expect(place.left()).toEqual([]);
  });
});
