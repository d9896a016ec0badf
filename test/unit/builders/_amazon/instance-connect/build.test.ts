import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignatureV4 } from '@smithy/signature-v4';
import { EC2Client } from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../../core/contract/json.ts';
import { checkTunnel } from '../../../../../builders/_amazon/guest/instance-connect/carry.ts';
import { amazonPlace, type AmazonPlace } from '../../../../support/ec2/amazon-run.ts';
import { addInstanceConnectEndpoint } from '../../../../support/ec2/calls/instance-connect.ts';
import { lacks } from '../../../../support/kiln/needs.ts';
import { freePort } from '../../../../support/ssh/sshd.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kiln-eice-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

interface Place extends AmazonPlace {
  readonly options: JsonObject;
  readonly port: number;
  /** Adds an endpoint; its id. */
  readonly addEndpoint: (view?: Parameters<typeof addInstanceConnectEndpoint>[2]) => string;
}

async function placeWithGuest(): Promise<Place> {
  const port = await freePort();
  const place = await amazonPlace({ guest: { kind: 'sshd', port } });
  const options = {
    communicator: 'ssh',
    ssh_username: 'root',
    ssh_port: port,
    ssh_interface: 'instance_connect_endpoint',
    ssh_clear_authorized_keys: false,
    skip_create_ami: true,
  };
  const addEndpoint: Place['addEndpoint'] = (view) =>
    addInstanceConnectEndpoint(place.ec2.world, place.ec2.region('us-east-1'), view);
  return { ...place, options, port, addEndpoint };
}

/** Asks for a tunnel that is signed as told; whether it opens. */
async function asksFor(
  { ec2 }: AmazonPlace,
  query: Record<string, string>,
  how: { readonly secret?: string; readonly signingDate?: Date; readonly service?: string },
): Promise<string | undefined> {
  const url = new URL('/openTunnel', ec2.endpoint);
  const { accessKeyId, secretAccessKey } = ec2.credentials;
  const signer = new SignatureV4({
    credentials: { accessKeyId, secretAccessKey: how.secret ?? secretAccessKey },
    region: 'us-east-1',
    service: how.service ?? 'ec2-instance-connect',
    sha256: new EC2Client({ region: 'us-east-1' }).config.sha256,
  });
  const { protocol, hostname, pathname: path, host } = url;
  const { signingDate = new Date() } = how;
  const request = { method: 'GET', protocol, hostname, path, query, headers: { host } };
  const signed = await signer.presign(request, { expiresIn: 60, signingDate });
  url.protocol = 'ws:';
  url.search = new URLSearchParams(signed.query as Record<string, string>).toString();
  return checkTunnel(url.href);
}

describe.skipIf(lacks(['/usr/sbin/sshd'], true))(
  'a build over an EC2 Instance Connect endpoint',
  {
    timeout: 120_000,
  },
  () => {
    it('reaches an instance that lets in the endpoint only', async () => {
      await using place = await placeWithGuest();
      const id = place.addEndpoint({ SecurityGroupIds: ['sg-0123456789abcdef0', 'sg-0123456789abcdef1'] });
      const source = join(directory, 'source');
      const bytes = Buffer.from(Array.from({ length: 2_500_000 }, (_, index) => (index * index) % 251));
      writeFileSync(source, bytes);
      const { report, said } = await place.bake(place.options, {}, [
        { type: 'shell', inline: [`echo done > ${directory}/result`] },
        { type: 'file', source, destination: `${directory}/there` },
        { type: 'file', direction: 'download', source: `${directory}/there`, destination: `${directory}/back` },
      ]);
      expect(report.failure).toBeUndefined();
      expect(readFileSync(join(directory, 'result'), 'utf8')).toBe('done\n');
      expect(readFileSync(join(directory, 'there')).equals(bytes)).toBe(true);
      expect(readFileSync(join(directory, 'back')).equals(bytes)).toBe(true);

      const [{ IpPermissions }] = place.inputs('AuthorizeSecurityGroupIngress') as [{ IpPermissions: unknown }];
      const pairs = [{ GroupId: 'sg-0123456789abcdef0' }, { GroupId: 'sg-0123456789abcdef1' }];
      expect(IpPermissions).toEqual([
        { IpProtocol: 'tcp', FromPort: place.port, ToPort: place.port, UserIdGroupPairs: pairs },
      ]);
      expect(place.inputs('AuthorizeSecurityGroupIngress')).toHaveLength(1);
      const { tunnels } = place.ec2.world;
      expect(tunnels.opened[0]).toMatchObject({
        instanceConnectEndpointId: id,
        maxTunnelDuration: '3600',
        remotePort: String(place.port),
        'X-Amz-Expires': '60',
      });
      expect(said.join('\n')).toContain(`by ${id}`);
      await expect.poll(() => tunnels.open.size).toBe(0);
      expect(place.left()).toEqual([]);
      expect(place.ec2.broken).toEqual([]);
    });

    it('goes by the endpoint that the template names, and lets in own addresses where it keeps them', async () => {
      await using place = await placeWithGuest();
      place.addEndpoint();
      const instance_connect_endpoint_id = place.addEndpoint({ PreserveClientIp: true });
      const { report } = await place.bake({
        ...place.options,
        instance_connect_endpoint_id,
        temporary_security_group_source_cidrs: ['192.0.2.0/24'],
      });
      expect(report.failure).toBeUndefined();
      expect(place.ec2.world.tunnels.opened.at(-1)).toMatchObject({
        instanceConnectEndpointId: instance_connect_endpoint_id,
      });
      expect(place.inputs('AuthorizeSecurityGroupIngress')).toMatchObject([
        { IpPermissions: [{ IpRanges: [{ CidrIp: '192.0.2.0/24' }] }] },
      ]);
    });

    it.each([
      ['there is none', () => undefined],
      ['it is not made yet', ({ addEndpoint }: Place) => addEndpoint({ State: 'create-in-progress' })],
      [
        'it is in another VPC',
        ({ addEndpoint, ec2 }: Place) => addEndpoint({ VpcId: ec2.addVpc('us-east-1'), SubnetId: 'subnet-1' }),
      ],
    ])('fails before anything is made when %s', async (_, prepare) => {
      await using place = await placeWithGuest();
      prepare(place);
      const { report } = await place.bake(place.options);
      expect(report.failure).toMatchObject({ code: 'AMAZON_INSTANCE_CONNECT' });
      expect(report.failure?.hint).toContain('create-instance-connect-endpoint');
      expect(place.calls()).not.toContain('CreateKeyPair');
      expect(place.calls()).not.toContain('RunInstances');
    });

    it('looks for the endpoint in the VPC of the subnet, also with a security group of the template', async () => {
      await using place = await placeWithGuest();
      const vpc = place.ec2.addVpc('us-east-1');
      place.addEndpoint();
      const subnet = { vpc, zone: 'us-east-1a', publicAddresses: false, freeAddresses: 10 };
      const subnet_id = place.ec2.addSubnet('us-east-1', subnet);
      const { report } = await place.bake({ ...place.options, subnet_id, security_group_id: 'sg-0123456789abcdef0' });
      expect(report.failure).toMatchObject({ code: 'AMAZON_INSTANCE_CONNECT' });
      expect(report.failure?.message).toContain(vpc);
      expect(place.calls()).not.toContain('RunInstances');
    });

    it('signs with the token of credentials that end, too', async () => {
      await using place = await placeWithGuest();
      place.addEndpoint();
      const { identities } = place.ec2.world;
      const [identity] = identities.values();
      if (identity === undefined) throw new Error('nobody');
      identities.set('ASIATEST', { ...identity, accessKeyId: 'ASIATEST', sessionToken: 'to+ken/with=signs' });
      Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'ASIATEST', AWS_SESSION_TOKEN: 'to+ken/with=signs' });
      const { report } = await place.bake(place.options);
      expect(report.failure).toBeUndefined();
      expect(place.ec2.world.tunnels.opened[0]).toMatchObject({ 'X-Amz-Security-Token': 'to+ken/with=signs' });
    });

    it('says what is needed when AWS opens no tunnel', async () => {
      await using place = await placeWithGuest();
      place.addEndpoint();
      const groups = place.ec2.region('us-east-1').securityGroups.all();
      const security_group_id = groups[0]?.view.GroupId ?? '';
      const { report } = await place.bake({ ...place.options, security_group_id, ssh_timeout: '1s' });
      expect(report.failure).toMatchObject({ code: 'AMAZON_TIMEOUT' });
      expect(report.failure?.hint).toContain('ec2-instance-connect:OpenTunnel');
      expect(place.calls()).not.toContain('AuthorizeSecurityGroupIngress');
      expect(new Set(place.ec2.world.tunnels.refused)).toEqual(new Set([`no way in to port ${place.port}`]));
      expect(place.left()).toEqual([]);
    });

    it('fails as over any connection that breaks, and leaves nothing', async () => {
      await using place = await placeWithGuest();
      place.addEndpoint();
      const there = join(directory, 'there');
      const baking = place.bake(place.options, {}, [{ type: 'shell', inline: [`touch ${there}; sleep 20`] }]);
      await expect.poll(() => existsSync(there), { timeout: 60_000, interval: 20 }).toBe(true);
      place.ec2.world.tunnels.cut();
      const { report } = await baking;
      expect(report.failure?.code).toBe('SCRIPT_DISCONNECTED');
      await expect.poll(() => place.ec2.world.tunnels.open.size).toBe(0);
      expect(place.left()).toEqual([]);
    });
  },
);

describe('the test server', () => {
  it.each([
    ['a wrong key', { secret: 'other' }, /signature/],
    ['a signature of two minutes ago', { signingDate: new Date(Date.now() - 120_000) }, /expired/],
    ['a signature for another service', { service: 'ec2' }, /another service/],
  ])('opens no tunnel for %s', async (_, how, reason) => {
    await using place = await amazonPlace();
    expect(await asksFor(place, { remotePort: '22' }, how)).toBe('the tunnel cannot be reached');
    expect(place.ec2.world.tunnels.refused.join()).toMatch(reason);
  });
});
