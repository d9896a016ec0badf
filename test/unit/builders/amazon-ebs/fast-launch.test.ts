import { CreateLaunchTemplateCommand, EC2Client } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { checkFastLaunch, fastLaunchIn, type FastLaunchOptions } from '../../../../builders/amazon-ebs/fast-launch.ts';
import { amazonPlace, type AmazonPlace } from '../../../support/ec2/amazon-run.ts';

const [HOME, OTHER] = ['us-east-1', 'us-west-2'];

describe('what is done in a region', () => {
  const none = { template: undefined, maxParallelLaunches: undefined, targetResourceCount: undefined };
  const rows: readonly (readonly [FastLaunchOptions | undefined, string, object | undefined])[] = [
    [undefined, HOME, undefined],
    [{}, HOME, undefined],
    [{ enable_fast_launch: true }, HOME, none],
    [{ enable_fast_launch: true }, OTHER, none],
    [{ enable_fast_launch: false, target_resource_count: 3 }, HOME, undefined],
    [
      { target_resource_count: 3, max_parallel_launches: 7 },
      OTHER,
      { ...none, targetResourceCount: 3, maxParallelLaunches: 7 },
    ],
    [{ template_id: 'lt-1' }, HOME, { ...none, template: { template_id: 'lt-1' } }],
    // Ids are those of one region.
    [{ template_id: 'lt-1' }, OTHER, none],
    [{ template_name: 'win' }, OTHER, { ...none, template: { template_name: 'win' } }],
    [
      { template_id: 'lt-1', region_launch_templates: [{ region: OTHER, template_id: 'lt-2', template_version: 4 }] },
      OTHER,
      { ...none, template: { template_id: 'lt-2', template_version: 4 } },
    ],
    [
      { enable_fast_launch: true, region_launch_templates: [{ region: OTHER, enable_fast_launch: false }] },
      OTHER,
      undefined,
    ],
  ];
  it.each(rows)('%j in %s', (options, region, expected) => {
    expect(fastLaunchIn(region, HOME, options)).toEqual(expected);
  });
});

describe('what does not fit', () => {
  const both = { template_id: 'lt-1', template_name: 'win' };
  const rows: readonly (readonly [FastLaunchOptions, readonly string[]])[] = [
    [{ enable_fast_launch: true, template_id: 'lt-1', template_version: 2 }, []],
    [both, ['/fast_launch/template_id']],
    [{ template_version: 2 }, ['/fast_launch/template_version']],
    [{ region_launch_templates: [{ template_id: 'lt-1' }] }, ['/fast_launch/region_launch_templates/0']],
    [{ region_launch_templates: [{ region: 'eu-west-1' }] }, ['/fast_launch/region_launch_templates/0/region']],
    [{ region_launch_templates: [{ region: HOME }, { region: OTHER }] }, []],
    [
      { region_launch_templates: [{ region: OTHER }, { region: OTHER, ...both }] },
      ['/fast_launch/region_launch_templates/1/region'],
    ],
    [{ region_launch_templates: [{ region: OTHER, ...both }] }, ['/fast_launch/region_launch_templates/0/template_id']],
  ];
  it.each(rows)('%j', (options, pointers) => {
    const found = checkFastLaunch(options, { region: HOME, ami_regions: [OTHER] });
    expect(found.map(({ pointer }) => pointer)).toEqual(pointers);
  });
});

describe('a build with fast launch', () => {
  function windows(place: AmazonPlace): object {
    const images = place.ec2.region(HOME).images.all();
    const image = images.find(({ view }) => view.Platform === 'Windows');
    return { source_ami: image?.view.ImageId ?? '' };
  }

  it('uses a launch template in the version that is its default, where none is named', async () => {
    await using place = await amazonPlace();
    const { endpoint, credentials } = place.ec2;
    const client = new EC2Client({ endpoint, credentials, region: HOME });
    const LaunchTemplateData = { InstanceType: 'm5.large' } as const;
    await client.send(new CreateLaunchTemplateCommand({ LaunchTemplateName: 'win', LaunchTemplateData }));
    const { report } = await place.bake({ ...windows(place), fast_launch: { template_name: 'win' } });
    expect(report.failure).toBeUndefined();
    expect(place.inputs('EnableFastLaunch')).toMatchObject([
      { LaunchTemplate: { LaunchTemplateName: 'win', Version: '1' } },
    ]);
  });

  it('has it enabled in each region before the images are shared', async () => {
    await using place = await amazonPlace();
    const { report } = await place.bake({
      ...windows(place),
      ami_regions: [OTHER],
      ami_users: ['111122223333'],
      fast_launch: { enable_fast_launch: true, max_parallel_launches: 8, target_resource_count: 2 },
    });
    expect(report.failure).toBeUndefined();
    const same = {
      ResourceType: 'snapshot',
      MaxParallelLaunches: 8,
      SnapshotConfiguration: { TargetResourceCount: 2 },
    };
    expect(place.inputs('EnableFastLaunch')).toMatchObject([same, same]);
    for (const region of [HOME, OTHER]) {
      expect([...place.ec2.region(region).fastLaunch.values()].map(({ State }) => State)).toEqual(['enabled']);
    }
    const calls = place.calls();
    expect(calls.indexOf('ModifyImageAttribute')).toBeGreaterThan(calls.lastIndexOf('DescribeFastLaunchImages'));
  });

  it("ends with AWS's reason when it cannot be enabled, and takes everything back", async () => {
    await using place = await amazonPlace();
    place.ec2.plan({
      call: 'EnableFastLaunch',
      fails: { code: 'x', message: 'Client.InstanceLimitExceeded: too many' },
    });
    const { report } = await place.bake({ ...windows(place), fast_launch: { target_resource_count: 2 } });
    expect(report.failure?.message).toContain('too many');
    expect(place.calls()).toContain('DisableFastLaunch');
    expect(place.ec2.region(HOME).fastLaunch.size).toBe(0);
    expect(place.left()).toEqual([]);
  });

  it('is stopped before anything is made when the source is no Windows', async () => {
    await using place = await amazonPlace();
    const { report } = await place.bake({ fast_launch: { enable_fast_launch: true } });
    expect(report.failure?.code).toBe('AMAZON_FAST_LAUNCH');
    expect(place.calls().every((call) => call === 'DescribeImages')).toBe(true);
  });
});
