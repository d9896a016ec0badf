import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../core/contract/json.ts';
import { builder } from '../../../../builders/amazon-ebsvolume/index.ts';
import { amazonPlace, type AmazonBake, type AmazonPlace } from '../../../support/ec2/amazon-run.ts';
import { replyLost, throttled, type Fault, type WorldOptions } from '../../../support/ec2/index.ts';

const TYPE = 'amazon-ebsvolume';
const data = { device_name: '/dev/xvdf', volume_size: 5, volume_type: 'gp3' };

interface Baked extends AmazonBake, AsyncDisposable {
  readonly place: AmazonPlace;
}

async function bake(options: JsonObject = {}, faults: readonly Fault[] = [], world: WorldOptions = {}): Promise<Baked> {
  const place = await amazonPlace(world, TYPE);
  place.ec2.plan(...faults);
  const baked = await place.bake({ ami_name: null, ebs_volumes: [data], ...options });
  return { ...baked, place, [Symbol.asyncDispose]: () => place[Symbol.asyncDispose]() };
}

function kinds(place: AmazonPlace): readonly string[] {
  return place
    .left()
    .map(({ kind }) => kind)
    .sort();
}

describe('a build', () => {
  it('leaves the volume with its own tags, and nothing else', async () => {
    await using baked = await bake({
      run_volume_tags: { Team: 'web' },
      ebs_volumes: [
        { ...data, tags: { Base: '{{ .SourceAMI }}' }, tag: [{ key: 'Other', value: '{{ .BuildRegion }}' }] },
      ],
    });
    const { report, place } = baked;
    expect(report.failure).toBeUndefined();
    const [volume, ...others] = place.left();
    expect(others).toEqual([]);
    expect(volume).toMatchObject({ kind: 'volume', region: 'us-east-1' });
    expect(volume?.tags).toEqual({ Base: place.source, Other: 'us-east-1' });
    const [artifact] = report.artifacts;
    expect(artifact?.builderId).toBe('mitchellh.amazon.ebsvolume');
    expect(artifact?.id).toBe(`us-east-1:${volume?.id ?? ''}`);
    expect(artifact?.description).toBe(`EBS Volumes were created:\n\nus-east-1:${volume?.id ?? ''}`);
    expect(place.ec2.region('us-east-1').volumes.peek(volume?.id ?? '')?.view).toMatchObject({
      State: 'available',
      Size: 5,
      VolumeType: 'gp3',
    });
    expect(place.calls().filter((call) => !call.startsWith('Describe'))).toEqual([
      'CreateSecurityGroup',
      'RunInstances',
      'DeleteTags',
      'CreateTags',
      'StopInstances',
      'ModifyInstanceAttribute',
      'DeleteTags',
      'TerminateInstances',
      'DeleteSecurityGroup',
    ]);
    expect(place.ec2.broken).toEqual([]);
  });

  it('makes snapshots with tags, a description and permissions', async () => {
    await using baked = await bake({
      ebs_volumes: [
        data,
        {
          ...data,
          device_name: '/dev/xvdg',
          delete_on_termination: true,
          snapshot_volume: true,
          snapshot_description: 'the data',
          snapshot_tags: { Base: '{{ .SourceAMIName }}' },
          snapshot_tag: [{ key: 'Other', value: 'x' }],
          snapshot_users: ['210987654321'],
          snapshot_groups: ['all'],
        },
      ],
    });
    const { report, place } = baked;
    expect(report.failure).toBeUndefined();
    expect(kinds(place)).toEqual(['snapshot', 'volume']);
    const ids = place.left().map(({ region, id }) => `${region}:${id}`);
    expect(report.artifacts[0]?.id).toBe(ids.toSorted().join(','));
    const snapshot = place.left().find(({ kind }) => kind === 'snapshot');
    expect(snapshot?.tags).toEqual({ Base: 'base', Other: 'x' });
    const entry = place.ec2.region('us-east-1').snapshots.peek(snapshot?.id ?? '');
    expect(entry?.view).toMatchObject({ Description: 'the data', State: 'completed' });
    expect(entry?.permissions).toEqual([{ UserId: '210987654321' }, { Group: 'all' }]);
  });

  it('describes a snapshot by its build and its device when the template does not', async () => {
    await using baked = await bake({ name: 'data', ebs_volumes: [{ ...data, snapshot_volume: true }] });
    expect(baked.place.inputs('CreateSnapshot')).toMatchObject([{ Description: 'data: /dev/xvdf' }]);
  });

  it('encrypts with the key of the template', async () => {
    await using place = await amazonPlace({}, TYPE);
    const key = place.ec2.addKmsKey('us-east-1', 'alias/own');
    const volume = { ...data, encrypted: true, kms_key_id: 'alias/own' };
    const { report } = await place.bake({ ami_name: null, ebs_volumes: [volume] });
    expect(report.failure).toBeUndefined();
    const [left] = place.left();
    expect(place.ec2.region('us-east-1').volumes.peek(left?.id ?? '')?.view.KmsKeyId).toBe(key);
  });

  it('keeps the volumes of a spot instance, which cannot be stopped', async () => {
    await using baked = await bake({ spot_price: 'auto' });
    expect(baked.report.failure).toBeUndefined();
    expect(kinds(baked.place)).toEqual(['volume']);
    expect(baked.place.calls()).not.toContain('StopInstances');
  });

  it('sets the drivers of the instance', async () => {
    await using baked = await bake({ ena_support: true, sriov_support: true });
    expect(baked.report.failure).toBeUndefined();
    expect(baked.place.inputs('ModifyInstanceAttribute')).toMatchObject([
      { SriovNetSupport: { Value: 'simple' } },
      { EnaSupport: { Value: true } },
      { BlockDeviceMappings: [{ DeviceName: '/dev/xvdf' }] },
    ]);
  });

  it('is over without a volume, when it is for what the provisioners do', async () => {
    await using baked = await bake({ ebs_volumes: null });
    expect(baked.report.failure).toBeUndefined();
    expect(baked.report.artifacts[0]).toMatchObject({ id: '', description: 'no volume was kept' });
    expect(baked.place.left()).toEqual([]);
  });

  it('has a result that can be given up', async () => {
    await using baked = await bake({ ebs_volumes: [{ ...data, snapshot_volume: true }] });
    const [artifact] = baked.report.artifacts;
    if (artifact === undefined) throw new Error('no artifact');
    await builder.discard?.(artifact, { signal: new AbortController().signal, say: () => undefined });
    expect(baked.place.left()).toEqual([]);
  });
});

describe('when something goes wrong', () => {
  const snapshotted = { ebs_volumes: [{ ...data, tags: { a: 'b' }, snapshot_volume: true, snapshot_groups: ['all'] }] };

  it.each([
    'RunInstances',
    'CreateTags',
    'CreateSnapshot',
    'ModifySnapshotAttribute',
    'ModifyInstanceAttribute',
    'DeleteTags',
  ])('is done once when the reply to %s is lost', async (call) => {
    await using baked = await bake(snapshotted, [replyLost(call)]);
    expect(baked.report.failure).toBeUndefined();
    expect(kinds(baked.place)).toEqual(['snapshot', 'volume']);
    expect(baked.place.ec2.unusedFaults()).toEqual([]);
  });

  it.each(['CreateTags', 'CreateSnapshot', 'ModifySnapshotAttribute', 'ModifyInstanceAttribute'])(
    'leaves nothing, neither volumes nor snapshots, when AWS refuses %s',
    async (call) => {
      await using baked = await bake(snapshotted, [{ call, error: { code: 'UnauthorizedOperation', status: 403 } }]);
      expect(baked.report.failure?.code).toBe('AMAZON_REFUSED');
      expect(baked.place.left()).toEqual([]);
    },
  );

  it.each(['CreateSnapshot', 'ModifyInstanceAttribute'])(
    'leaves nothing when no reply to %s ever comes',
    async (call) => {
      await using baked = await bake({ ...snapshotted, max_retries: 0 }, [replyLost(call)]);
      expect(baked.report.failure?.code).toBe('AMAZON_UNREACHABLE');
      expect(baked.place.left()).toEqual([]);
    },
  );

  it('copes with calls that are refused for being too many, and with what EC2 does not know yet', async () => {
    await using baked = await bake(snapshotted, [throttled('CreateSnapshot')], {
      hiddenReads: 1,
    });
    expect(baked.report.failure).toBeUndefined();
    expect(kinds(baked.place)).toEqual(['snapshot', 'volume']);
  });

  it('leaves nothing when it is cancelled while it waits for a snapshot', async () => {
    await using place = await amazonPlace({}, TYPE);
    place.ec2.plan({ call: 'CreateSnapshot', stuck: true });
    const cancel = new AbortController();
    const baking = place.bake({ ami_name: null, ...snapshotted }, { signal: cancel.signal });
    await expect.poll(() => place.calls(), { timeout: 30_000 }).toContain('CreateSnapshot');
    cancel.abort();
    const { report } = await baking;
    expect(report.outcome).toBe('cancelled');
    expect(place.left()).toEqual([]);
  });
});
