import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lacks } from '../../support/kiln/needs.ts';
import { freePort } from '../../support/ssh/sshd.ts';
import { killAndCollect, unanswered } from './kill.ts';
import { root, shop } from './shop.ts';

it('keeps the SDK of AWS out of the bundle that every command loads', () => {
  const files = readdirSync(join(root, 'dist'));
  const [bundle = ''] = files.filter((name) => /^kiln-\w+\.cjs$/.test(name));
  expect(/AWSServiceSpec|EC2Client\b/.test(readFileSync(join(root, 'dist', bundle), 'latin1'))).toBe(false);
  expect(files.some((name) => /^amazon-\w+\.cjs$/.test(name))).toBe(true);
});

describe.skipIf(lacks(['/usr/sbin/sshd'], true))('a build with a guest', { timeout: 90_000 }, () => {
  it('provisions over SSH with a temporary key, and tells provisioners and post-processors of the instance', async () => {
    const port = await freePort();
    await using place = await shop({ guest: { kind: 'sshd', port } });
    const inline = ['echo "source {{ build `SourceAMIName` }} in {{ build `BuildRegion` }} is {{ build `ID` }}"'];
    const template = place.template(
      { ssh_username: 'root', ssh_port: port, ssh_clear_authorized_keys: false },
      { provisioners: [{ type: 'shell', inline }], 'post-processors': [{ type: 'manifest' }] },
    );
    const { code, output } = await place.start('build', template).ended;
    expect(output).toMatch(/source base in us-east-1 is i-[0-9a-f]+/);
    expect(code).toBe(0);
    expect(output).not.toContain('Warning');
    const manifest = JSON.parse(readFileSync(join(place.directory, 'packer-manifest.json'), 'utf8')) as {
      builds: { builder_type: string; artifact_id: string; files: unknown }[];
    };
    const [image] = place.ec2.leftovers().filter(({ kind }) => kind === 'image');
    expect(manifest.builds).toMatchObject([
      { builder_type: 'amazon-ebs', artifact_id: `us-east-1:${image?.id ?? ''}` },
    ]);
    expect(place.kinds()).toEqual(['image', 'snapshot']);
    expect(place.ec2.broken).toEqual([]);
  });
});

const usual: readonly (readonly [string, object])[] = [
  ['CreateKeyPair', { ssh_username: 'root' }],
  ['RunInstances', { communicator: 'none' }],
  ['CreateFleet', { communicator: 'none', spot_price: 'auto' }],
  ['CreateImage', { communicator: 'none' }],
];
/** Tried with KILN_LONG_TESTS=1. */
const more: typeof usual = [
  ['CreateSecurityGroup', { communicator: 'none' }],
  ['CreateLaunchTemplate', { communicator: 'none', spot_price: 'auto' }],
  ['CopyImage', { communicator: 'none', ami_regions: ['us-west-2'] }],
];

describe('kill -9 while a call is under way', { timeout: 120_000 }, () => {
  it.each([...usual, ...(process.env['KILN_LONG_TESTS'] === '1' ? more : [])])(
    '%s: gc finds what it made and leaves nothing',
    async (call, builder) => {
      await using place = await shop({ faults: unanswered(call) });
      await killAndCollect(call, builder, place);
    },
  );
});
