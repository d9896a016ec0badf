import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../core/contract/json.ts';
import { amazonPlace, type AmazonPlace } from '../../../support/ec2/amazon-run.ts';
import { codes, planTemplate } from '../../../support/kiln/plan-template.ts';

const MAKES = /^(Create|Run|Copy|Register)/;

function made(place: AmazonPlace): readonly string[] {
  return place.calls().filter((call) => MAKES.test(call));
}

/** A name that may never be asked for, which only the running build can know. */
const LATE = '{{ if .SourceAMI }}{{ .SourceAMINmae }}{{ end }}';

const wrong: readonly (readonly [string, JsonObject, string])[] = [
  ['tags', { tags: { Base: LATE } }, '/tags/Base'],
  ['a key', { tags: { [`a/${LATE}`]: 'x' } }, `/tags/a~1${LATE}`],
  [
    'a block',
    {
      snapshot_tag: [
        { key: 'a', value: 'b' },
        { key: 'c', value: LATE },
      ],
    },
    '/snapshot_tag/1',
  ],
  ['run_volume_tags', { run_volume_tags: { Base: LATE } }, '/run_volume_tags/Base'],
  ['spot_tags', { spot_price: 'auto', spot_tags: { Base: LATE } }, '/spot_tags/Base'],
  ['the description', { ami_description: `of ${LATE}` }, '/ami_description'],
  ['a value that comes out too long', { tags: { a: '{{ printf "%0300d" 1 }}' } }, '/tags/a'],
];

describe('a text about the source', () => {
  it.each(wrong)(
    'that cannot be filled in, %s, fails at its own place before anything is made',
    async (_, options, at) => {
      await using place = await amazonPlace();
      const { report } = await place.bake(options);
      expect(report.failure?.pointer).toMatch(new RegExp(`${at.replaceAll(/[{}.~]/g, '\\$&')}$`));
      expect(made(place)).toEqual([]);
    },
  );

  it('of a volume that is built fails before the instance is launched', async () => {
    await using place = await amazonPlace({}, 'amazon-ebsvolume');
    const volume = { device_name: '/dev/sdf', volume_size: 1, snapshot_volume: true };
    const { report } = await place.bake({
      ami_name: null,
      ebs_volumes: [volume, { ...volume, device_name: '/dev/sdg', snapshot_tags: { Base: LATE } }],
    });
    expect(report.failure?.pointer).toMatch(/\/ebs_volumes\/1\/snapshot_tags\/Base$/);
    expect(made(place)).toEqual([]);
  });

  it('says <no value> for a tag that the source lacks, with a warning, as Packer', async () => {
    await using place = await amazonPlace();
    const { report, warned } = await place.bake({
      tags: { Base: 'v{{ .SourceAMITags.Release }}', More: '{{ $of := .SourceAMITags }}{{ $of.Release }}' },
    });
    expect(report.failure).toBeUndefined();
    const [image] = place.left().filter(({ kind }) => kind === 'image');
    expect(image?.tags).toMatchObject({ Base: 'v<no value>', More: '<no value>' });
    expect(warned.filter((text) => text.includes('.SourceAMITags.Release'))).toHaveLength(1);
    expect(warned.filter((text) => text.includes('$of.Release'))).toHaveLength(1);
  });

  it('is warned of once, although several things get it', async () => {
    await using place = await amazonPlace();
    const { warned } = await place.bake({ run_tags: { Base: '{{ .SourceAMITags.Release }}' } });
    expect(warned.filter((text) => text.includes('<no value>'))).toHaveLength(1);
  });
});

function tags(count: number, prefix = 'k'): JsonObject {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}${index}`, 'v']));
}

const usual: JsonObject = {
  type: 'amazon-ebs',
  region: 'us-east-1',
  ami_name: 'web',
  source_ami: 'ami-1',
  instance_type: 't3.micro',
  ssh_username: 'admin',
};

const checked: readonly (readonly [string, JsonObject, number])[] = [
  ['48 tags', { tags: tags(48) }, 0],
  ['49 tags', { tags: tags(49) }, 1],
  ['run_tags that the AMI gets too', { run_tags: tags(30, 'r'), tags: tags(19) }, 1],
  ['run_tags that it does not get', { skip_ami_run_tags: true, run_tags: tags(30, 'r'), tags: tags(19) }, 0],
  ['the same tags twice', { run_tags: tags(30), tags: tags(30) }, 0],
  ['the Name that the instance gets', { run_tags: tags(48) }, 1],
  [
    'snapshot_tags beside tags',
    { tags: tags(40), snapshot_tag: [{ key: 'a', value: 'b' }], snapshot_tags: tags(9, 's') },
    1,
  ],
  ['run_volume_tags', { run_volume_tags: tags(49) }, 1],
  ['a name of AWS', { tags: { 'aws:x': 'y' } }, 1],
  ['a long name', { run_tags: { ['n'.repeat(129)]: 'y' } }, 1],
  ['a long value', { tag: { key: 'n', value: 'v'.repeat(257) } }, 1],
];

describe('the number and the form of tags', () => {
  it.each(checked)('%s', async (_, options, faults) => {
    const { diagnostics } = await planTemplate({ builders: [{ ...usual, ...options }] });
    expect(codes(diagnostics)).toEqual(Array.from({ length: faults }, () => 'AMAZON_TAGS'));
  });

  it('is what AWS takes', async () => {
    await using place = await amazonPlace();
    const { report } = await place.bake({ tags: tags(48), run_volume_tags: tags(48), ami_regions: ['us-west-2'] });
    expect(report.failure).toBeUndefined();
  });
});
