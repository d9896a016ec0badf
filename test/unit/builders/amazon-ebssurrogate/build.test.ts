import { describe, expect, it } from 'vitest';
import { builder } from '../../../../builders/amazon-ebssurrogate/index.ts';
import type { JsonObject } from '../../../../core/contract/json.ts';
import { amazonPlace, type AmazonBake, type AmazonPlace } from '../../../support/ec2/amazon-run.ts';
import { replyLost, throttled, type Fault, type WorldOptions } from '../../../support/ec2/index.ts';

const TYPE = 'amazon-ebssurrogate';
const surrogate = { device_name: '/dev/xvdf', volume_size: 5, volume_type: 'gp3', delete_on_termination: true };
const usual: JsonObject = {
  ami_root_device: { source_device_name: '/dev/xvdf', device_name: '/dev/xvda' },
  launch_block_device_mappings: [surrogate],
};

interface Baked extends AmazonBake, AsyncDisposable {
  readonly place: AmazonPlace;
}

async function bake(options: JsonObject = {}, faults: readonly Fault[] = [], world: WorldOptions = {}): Promise<Baked> {
  const place = await amazonPlace(world, TYPE);
  place.ec2.plan(...faults);
  const baked = await place.bake({ ...usual, ...options });
  return { ...baked, place, [Symbol.asyncDispose]: () => place[Symbol.asyncDispose]() };
}

function kinds(place: AmazonPlace): readonly string[] {
  return place
    .left()
    .map(({ region, kind }) => `${region} ${kind}`)
    .sort();
}

const IMAGE = ['us-east-1 image', 'us-east-1 snapshot'];

function imageNamed(place: AmazonPlace, name = 'web', region = 'us-east-1') {
  return place.ec2
    .region(region)
    .images.all()
    .find(({ view }) => view.Name === name);
}

describe('a build', () => {
  it('registers an AMI of a snapshot of the second volume, with few calls, and leaves nothing else', async () => {
    await using baked = await bake({
      tags: { Base: '{{ .SourceAMI }}' },
      snapshot_tags: { Kind: 'snapshot' },
      ami_description: 'from {{ .SourceAMIName }}',
    });
    const { report, place } = baked;
    expect(report.failure).toBeUndefined();
    const [artifact] = report.artifacts;
    expect(artifact?.builderId).toBe('mitchellh.amazon.ebssurrogate');
    expect(artifact?.id).toMatch(/^us-east-1:ami-[0-9a-f]+$/);
    expect(artifact?.description).toBe(`AMIs were created:\n${artifact?.id.replace(':', ': ') ?? ''}\n`);
    const tags = Object.fromEntries(place.left().map((each) => [each.kind, each.tags]));
    expect(tags).toEqual({
      image: { Base: place.source },
      snapshot: { Base: place.source, Kind: 'snapshot' },
    });
    expect(imageNamed(place)?.view).toMatchObject({
      Description: 'from base',
      Architecture: 'x86_64',
      VirtualizationType: 'hvm',
      RootDeviceName: '/dev/xvda',
      BlockDeviceMappings: [
        { DeviceName: '/dev/xvda', Ebs: { VolumeSize: 5, VolumeType: 'gp3', DeleteOnTermination: true } },
      ],
    });
    expect(place.inputs('CreateSnapshot')).toMatchObject([{ Description: 'web: /dev/xvdf' }]);
    expect(place.calls().filter((call) => !call.startsWith('Describe'))).toEqual([
      'CreateSecurityGroup',
      'RunInstances',
      'StopInstances',
      'CreateSnapshot',
      'RegisterImage',
      'DeleteTags',
      'TerminateInstances',
      'DeleteSecurityGroup',
    ]);
    expect(place.ec2.broken).toEqual([]);
  });

  it('says of the AMI what the template says of it', async () => {
    await using baked = await bake({
      ami_architecture: 'arm64',
      boot_mode: 'uefi',
      uefi_data: Buffer.from('keys of Secure Boot').toString('base64'),
      tpm_support: 'v2.0',
      ena_support: true,
      sriov_support: true,
      snapshot_description: 'made by hand',
      imds_support: 'v2.0',
      ami_root_device: { ...(usual['ami_root_device'] as JsonObject), volume_size: 8, delete_on_termination: false },
    });
    const { report, place } = baked;
    expect(report.failure).toBeUndefined();
    const image = imageNamed(place);
    expect(image?.uefiData).toBe(Buffer.from('keys of Secure Boot').toString('base64'));
    expect(image?.view).toMatchObject({
      Architecture: 'arm64',
      BootMode: 'uefi',
      TpmSupport: 'v2.0',
      ImdsSupport: 'v2.0',
      EnaSupport: true,
      SriovNetSupport: 'simple',
      BlockDeviceMappings: [{ Ebs: { VolumeSize: 8, DeleteOnTermination: false } }],
    });
    expect(place.inputs('CreateSnapshot')).toMatchObject([{ Description: 'made by hand' }]);
    // It is said of the image, not of the instance.
    expect(place.calls()).not.toContain('ModifyInstanceAttribute');
  });

  it('leaves out what is omitted, and keeps volumes that are not to go with the instance', async () => {
    await using baked = await bake({
      launch_block_device_mappings: [
        surrogate,
        { ...surrogate, device_name: '/dev/xvdg', omit_from_artifact: true },
        { ...surrogate, device_name: '/dev/xvdh', delete_on_termination: false },
      ],
      ami_block_device_mappings: [{ device_name: '/dev/xvdi', volume_size: 2 }],
    });
    const { report, place } = baked;
    expect(report.failure).toBeUndefined();
    expect(kinds(place)).toEqual([...IMAGE, 'us-east-1 snapshot', 'us-east-1 volume']);
    expect(
      imageNamed(place)
        ?.view.BlockDeviceMappings.map(({ DeviceName }) => DeviceName)
        .sort(),
    ).toEqual(['/dev/xvda', '/dev/xvdh', '/dev/xvdi']);
  });

  it.each([
    ['fails', { ami_users: ['no account'] }],
    ['has an AMI that is given up', {}],
  ])('leaves alone a snapshot that the template names when it %s', async (_what, more) => {
    await using place = await amazonPlace({}, TYPE);
    const { images, snapshots } = place.ec2.region('us-east-1');
    const own = images.peek(place.source)?.view.BlockDeviceMappings[0]?.Ebs?.SnapshotId ?? '';
    const devices = { ami_block_device_mappings: [{ device_name: '/dev/xvdi', snapshot_id: own }] };
    const { report } = await place.bake({ ...usual, ...devices, ...more });
    for (const artifact of report.artifacts) {
      await builder.discard?.(artifact, { signal: new AbortController().signal, say: () => undefined });
    }
    expect(report.artifacts).toHaveLength('ami_users' in more ? 0 : 1);
    expect(place.left()).toEqual([]);
    expect(place.inputs('DeregisterImage')).toHaveLength(1);
    expect(snapshots.peek(own)).toBeDefined();
  });

  it('copies, encrypts and shares as amazon-ebs does, and removes what was copied from', async () => {
    await using place = await amazonPlace({}, TYPE);
    const home = place.ec2.addKmsKey('us-east-1', 'alias/home');
    const away = place.ec2.addKmsKey('us-west-2', 'alias/away');
    const { report } = await place.bake({
      ...usual,
      ami_regions: ['us-west-2'],
      encrypt_boot: true,
      kms_key_id: home,
      region_kms_key_ids: { 'us-west-2': away },
      snapshot_users: ['210987654321'],
    });
    expect(report.failure).toBeUndefined();
    expect(kinds(place)).toEqual([...IMAGE, 'us-west-2 image', 'us-west-2 snapshot']);
    expect(imageNamed(place)?.view.BlockDeviceMappings[0]?.Ebs?.Encrypted).toBe(true);
    expect(place.inputs('ModifySnapshotAttribute')).toHaveLength(2);
  });

  it('makes no AMI and no snapshot with skip_create_ami', async () => {
    await using baked = await bake({ skip_create_ami: true });
    expect(baked.report.failure).toBeUndefined();
    expect(baked.place.calls()).not.toContain('CreateSnapshot');
    expect(baked.place.left()).toEqual([]);
  });

  it('replaces an older AMI only when the snapshots of the new one are there', async () => {
    await using place = await amazonPlace({}, TYPE);
    await place.bake(usual);
    place.ec2.plan({ call: 'CreateSnapshot', fails: { code: 'x', message: 'the disk broke' } });
    const failed = await place.bake({ ...usual, force_deregister: true });
    expect(failed.report.failure?.message).toContain('the disk broke');
    expect(kinds(place)).toEqual(IMAGE);
    const { report } = await place.bake({ ...usual, force_deregister: true, force_delete_snapshot: true });
    expect(report.failure).toBeUndefined();
    expect(kinds(place)).toEqual(IMAGE);
  });
});

describe('when something goes wrong', () => {
  it.each([
    [replyLost('CreateSnapshot')],
    [replyLost('RegisterImage')],
    [throttled('CreateSnapshot')],
    [throttled('RegisterImage')],
  ])('%j: the AMI is made once', async (fault) => {
    await using baked = await bake({}, [fault]);
    expect(baked.report.failure).toBeUndefined();
    expect(kinds(baked.place)).toEqual(IMAGE);
    expect(baked.place.ec2.unusedFaults()).toEqual([]);
  });

  it('removes the second snapshot that was made because the reply to the first was late', async () => {
    // 20 s pass with each call, so that AWS takes another snapshot of the volume.
    await using baked = await bake({}, [replyLost('CreateSnapshot')], { timePerCall: 20_000 });
    expect(baked.report.failure).toBeUndefined();
    expect(baked.place.calls().filter((call) => call === 'DeleteSnapshot')).toHaveLength(1);
    expect(kinds(baked.place)).toEqual(IMAGE);
  });

  it('waits when AWS takes no more snapshots of the volume for now', async () => {
    const error = { code: 'SnapshotCreationPerVolumeRateExceeded' };
    await using baked = await bake({}, [{ call: 'CreateSnapshot', error }]);
    expect(baked.report.failure).toBeUndefined();
    expect(kinds(baked.place)).toEqual(IMAGE);
  });

  it.each(['CreateSnapshot', 'RegisterImage'])(
    'finds by its tags what %s made when no reply ever comes',
    async (call) => {
      await using baked = await bake({ max_retries: 0 }, [replyLost(call)]);
      expect(baked.report.failure?.code).toBe('AMAZON_UNREACHABLE');
      expect(baked.place.left()).toEqual([]);
    },
  );

  it.each(['RunInstances', 'CreateSnapshot', 'RegisterImage'])(
    'finds what %s made when the reply is lost and AWS refuses the next attempt',
    async (call) => {
      const refused = { call, skip: 1, error: { code: 'UnauthorizedOperation', status: 403 } };
      await using baked = await bake({}, [replyLost(call), refused]);
      expect(baked.report.failure?.code).toBe('AMAZON_REFUSED');
      expect(baked.place.left()).toEqual([]);
      expect(baked.place.ec2.unusedFaults()).toEqual([]);
    },
  );

  it('ends with the reason of AWS when a snapshot fails', async () => {
    const fails = { code: 'x', message: 'Given key ID is not accessible' };
    await using baked = await bake({}, [{ call: 'CreateSnapshot', fails }]);
    expect(baked.report.failure?.code).toBe('AMAZON_FAILED');
    expect(baked.report.failure?.message).toContain('Given key ID is not accessible');
    expect(baked.place.left()).toEqual([]);
  });

  it('gives up a snapshot that is stuck, tells how far it is, and removes it', async () => {
    const polling = { delay_seconds: 1, max_attempts: 1 };
    await using baked = await bake({ aws_polling: polling }, [{ call: 'CreateSnapshot', stuck: true }], {
      durations: { start: 0, stop: 0 },
    });
    expect(baked.report.failure?.code).toBe('AMAZON_TIMEOUT');
    expect(baked.report.failure?.message).toMatch(
      /the snapshot snap-\w+ in us-east-1 to be completed: .*pending \(0%\)/,
    );
    expect(baked.place.left()).toEqual([]);
  });

  it.each(['CreateSnapshot', 'DetachVolume'])(
    'leaves nothing when it is cancelled while it waits for what %s began',
    async (call) => {
      await using place = await amazonPlace({}, TYPE);
      place.ec2.plan({ call, stuck: true });
      const cancel = new AbortController();
      const use_create_image = call === 'DetachVolume';
      const baking = place.bake({ ...usual, use_create_image }, { signal: cancel.signal });
      await expect.poll(() => place.calls(), { timeout: 30_000 }).toContain(call);
      // Real volumes come off some time.
      place.ec2.region('us-east-1').volumes.all().forEach(freeWhenDetaching);
      cancel.abort();
      const { report } = await baking;
      expect(report.outcome).toBe('cancelled');
      expect(place.left()).toEqual([]);
    },
  );
});

describe('with use_create_image', () => {
  const swapping = { ...usual, use_create_image: true };

  it('swaps the volumes and makes the AMI of the instance', async () => {
    await using baked = await bake({
      ...swapping,
      ena_support: true,
      launch_block_device_mappings: [surrogate, { ...surrogate, device_name: '/dev/xvdg', omit_from_artifact: true }],
    });
    const { report, place } = baked;
    expect(report.failure).toBeUndefined();
    const [made] = place.inputs('RunInstances');
    expect(made).toBeDefined();
    expect(imageNamed(place)?.view).toMatchObject({
      EnaSupport: true,
      RootDeviceName: '/dev/xvda',
      BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { VolumeSize: 5, VolumeType: 'gp3' } }],
    });
    expect(imageNamed(place)?.view.BlockDeviceMappings).toHaveLength(1);
    expect(kinds(place)).toEqual(IMAGE);
    expect(place.calls()).not.toContain('RegisterImage');
    expect(place.ec2.broken).toEqual([]);
  });

  it.each(['DetachVolume', 'AttachVolume', 'CreateImage', 'DeleteVolume', 'ModifyInstanceAttribute'])(
    'is done once when the reply to %s is lost',
    async (call) => {
      await using baked = await bake(swapping, [replyLost(call)]);
      expect(baked.report.failure).toBeUndefined();
      expect(kinds(baked.place)).toEqual(IMAGE);
      expect(baked.place.ec2.unusedFaults()).toEqual([]);
    },
  );

  it.each(['DetachVolume', 'AttachVolume', 'ModifyInstanceAttribute', 'CreateImage'])(
    'leaves nothing when AWS refuses %s',
    async (call) => {
      await using baked = await bake(swapping, [{ call, error: { code: 'UnauthorizedOperation', status: 403 } }]);
      expect(baked.report.failure?.code).toBe('AMAZON_REFUSED');
      expect(baked.place.left()).toEqual([]);
    },
  );

  it('is refused before anything is made when the root device is not that of the source', async () => {
    await using baked = await bake({
      ...swapping,
      ami_root_device: { source_device_name: '/dev/xvdf', device_name: '/dev/sda1' },
    });
    expect(baked.report.failure?.code).toBe('AMAZON_ROOT_DEVICE');
    expect(baked.place.calls().every((call) => call.startsWith('Describe'))).toBe(true);
  });
});

function freeWhenDetaching({ view }: { view: { State: string; Attachments: { State?: string | undefined }[] } }): void {
  if (view.Attachments[0]?.State !== 'detaching') return;
  view.State = 'available';
  view.Attachments = [];
}
