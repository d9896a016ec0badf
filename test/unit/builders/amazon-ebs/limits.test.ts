import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../core/contract/json.ts';
import { amazonPlace } from '../../../support/ec2/amazon-run.ts';
import { planTemplate } from '../../../support/kiln/plan-template.ts';

const MAKES = /^(Create|Run|Copy|Register)/;

describe('a wait that an option of its own limits', () => {
  it('names that option when a Windows gives no password', async () => {
    await using place = await amazonPlace();
    const windows = place.ec2.addImage('us-east-1', { name: 'win', view: { Platform: 'Windows' } });
    const { report } = await place.bake({
      source_ami: windows,
      communicator: 'winrm',
      winrm_username: 'Administrator',
      windows_password_timeout: '1s',
      aws_polling: { delay_seconds: 1, max_attempts: 100 },
    });
    expect(report.failure?.code).toBe('AMAZON_TIMEOUT');
    expect(report.failure?.hint).toContain('windows_password_timeout');
    expect(report.failure?.hint).not.toContain('aws_polling');
    expect(place.left()).toEqual([]);
  });

  it.each([
    ['public_dns', 'DNS host names'],
    ['ipv6', 'IPv6'],
  ])('waits for an address %s as long as ssh_timeout says, and says what it needs', async (way, needs) => {
    await using place = await amazonPlace();
    const vpc = place.ec2.addVpc('us-east-1');
    const subnet = place.ec2.addSubnet('us-east-1', {
      vpc,
      zone: 'us-east-1a',
      publicAddresses: false,
      freeAddresses: 5,
    });
    const { report } = await place.bake({
      communicator: 'ssh',
      ssh_username: 'root',
      ssh_interface: way,
      subnet_id: subnet,
      ssh_timeout: '1s',
    });
    expect(report.failure?.message).toContain('not after 1 s');
    expect(report.failure?.hint).toContain(needs);
    expect(report.failure?.hint).toContain('ssh_timeout');
    expect(place.left()).toEqual([]);
  });
});

describe('a VPC without a subnet', () => {
  it.each(['auto', null])(
    'is refused before anything is made, unless it is the default one (spot_price %s)',
    async (price) => {
      await using place = await amazonPlace();
      const vpc = place.ec2.addVpc('us-east-1');
      place.ec2.addSubnet('us-east-1', { vpc, zone: 'us-east-1a', publicAddresses: false, freeAddresses: 5 });
      const { report } = await place.bake({ vpc_id: vpc, spot_price: price });
      expect(report.failure?.code).toBe('AMAZON_SUBNET');
      expect(report.failure?.hint).toContain('subnet_id');
      expect(place.calls().filter((call) => MAKES.test(call))).toEqual([]);
      const [standard] = place.ec2
        .region('us-east-1')
        .vpcs.all()
        .filter(({ view }) => view.IsDefault);
      const good = await place.bake({ vpc_id: standard?.view.VpcId ?? '', spot_price: price });
      expect(good.report.failure).toBeUndefined();
    },
  );
});

describe('user data', () => {
  const base = {
    type: 'amazon-ebs',
    region: 'us-east-1',
    ami_name: 'web',
    source_ami: 'ami-1',
    instance_type: 't3.micro',
  };

  async function faults(user_data: string): Promise<readonly string[]> {
    const builder: JsonObject = { ...base, ssh_username: 'a', user_data };
    const { diagnostics } = await planTemplate({ builders: [builder] });
    return diagnostics.map(({ code, message }) => `${code} ${message}`);
  }

  it('are counted as they are before base64', async () => {
    expect(await faults('#'.repeat(16_384))).toEqual([]);
    expect(await faults('#'.repeat(16_385))).toEqual([
      'AMAZON_USER_DATA user data have at most 16384 bytes, and these 16385',
    ]);
    expect(await faults('é'.repeat(8193))).toHaveLength(1);
    expect(await faults(Buffer.alloc(16_384, '#').toString('base64'))).toEqual([]);
    expect(await faults(Buffer.alloc(16_386, '#').toString('base64'))).toHaveLength(1);
  });

  it('of a file are counted before anything is made', async () => {
    await using place = await amazonPlace();
    const directory = await mkdtemp(join(tmpdir(), 'kiln-user-data-'));
    const file = join(directory, 'data');
    await writeFile(file, '#'.repeat(16_385));
    const { report } = await place.bake({ user_data_file: file });
    await rm(directory, { recursive: true });
    expect(report.failure?.code).toBe('AMAZON_USER_DATA');
    expect(report.failure?.pointer).toMatch(/\/user_data_file$/);
    expect(place.calls().filter((call) => MAKES.test(call))).toEqual([]);
  });
});

describe('what EC2 does not know yet', () => {
  it.each([1, 3])('is asked for again by every call after it was made (%i times)', async (hiddenReads) => {
    await using place = await amazonPlace({ hiddenReads });
    const { report, warned } = await place.bake({
      ami_regions: ['us-west-2'],
      ami_users: ['210987654321'],
      snapshot_users: ['210987654321'],
      imds_support: 'v2.0',
      deprecate_at: new Date(Date.now() + 1e10).toISOString(),
      tags: { Name: 'web' },
      ena_support: true,
    });
    expect(report.failure).toBeUndefined();
    expect(warned).toEqual([]);
    expect(place.left().every(({ tags }) => JSON.stringify(tags) === '{"Name":"web"}')).toBe(true);
  });
});
