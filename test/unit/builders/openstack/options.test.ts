import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../core/contract/json.ts';
import { containsCidr, parseCidr } from '../../../../builders/openstack/cidr.ts';
import { newOutput } from '../../../../builders/openstack/guest/offer-console.ts';
import { addressOf } from '../../../../builders/openstack/guest/address.ts';
import type { Server } from '../../../../clients/openstack/index.ts';
import { openstackPlace, type OpenstackPlace } from '../../../support/openstack/openstack-place.ts';

/** The server that a build with these options asks for. */
async function asked(place: OpenstackPlace, options: JsonObject): Promise<JsonObject> {
  const { report } = await place.bake(options);
  expect(report.failure).toBeUndefined();
  const [body] = place.inputs('compute.createServer');
  return (body as { readonly server: JsonObject }).server;
}

describe('an option', () => {
  it('of the server is what Nova is asked for', async () => {
    await using place = await openstackPlace();
    const server = await asked(place, {
      instance_name: 'build',
      instance_metadata: { purpose: 'bake', of: '{{ .SourceImageName }}' },
      availability_zone: 'nova',
      config_drive: true,
      user_data: '#!/bin/sh\n',
      force_delete: true,
    });
    expect(server).toMatchObject({
      name: 'build',
      availability_zone: 'nova',
      config_drive: true,
      user_data: Buffer.from('#!/bin/sh\n').toString('base64'),
    });
    expect(server['metadata']).toMatchObject({ purpose: 'bake', of: 'base' });
    expect(place.calls()).toContain('compute.forceDeleteServer');
    expect(place.left()).toEqual(['image']);
  });

  it('network_discovery_cidrs finds the network of a subnet within them', async () => {
    await using place = await openstackPlace();
    const id = place.cloud.addNetwork({ name: 'lab', cidr: '198.51.100.0/25' });
    const server = await asked(place, {
      networks: null,
      network_discovery_cidrs: ['203.0.113.0/24', '198.51.100.0/24'],
    });
    expect(server['networks']).toEqual([{ uuid: id }]);
  });

  it.each([
    [{ networks: null, network_discovery_cidrs: ['203.0.113.0/24'] }, 'OPENSTACK_NETWORK', '/network_discovery_cidrs'],
    [{ networks: ['private', 'none'] }, 'OPENSTACK_NETWORK', '/networks/1'],
    [{ flavor: 'none' }, 'OPENSTACK_REFUSED', '/flavor'],
    [{ source_image_name: 'none' }, 'OPENSTACK_SOURCE_MISSING', '/source_image_name'],
    [{ source_image_name: null, source_image: 'none' }, 'OPENSTACK_REFUSED', '/source_image'],
    [{ floating_ip: '203.0.113.9' }, 'OPENSTACK_FLOATING_IP', '/floating_ip'],
    [{ floating_ip_network: 'private' }, 'OPENSTACK_NETWORK', '/floating_ip_network'],
    [{ reuse_ips: true }, 'OPENSTACK_FLOATING_IP', '/reuse_ips'],
    [{ image_members: ['nobody'], image_auto_accept_members: true }, 'OPENSTACK_REFUSED', '/image_members/0'],
  ] as const)('%j that cannot be is pointed at: %s %s', async (options, code, pointer) => {
    await using place = await openstackPlace();
    const { report } = await place.bake(options);
    expect(report.failure).toMatchObject({ code, pointer: `/builders/0${pointer}` });
    expect(place.left()).toEqual([]);
  });

  it('reuse_ips takes a free floating IP, and floating_ip one by its address; they stay', async () => {
    await using place = await openstackPlace();
    const made = await place.bake({ floating_ip_network: 'public', skip_create_image: true });
    expect(made.report.failure).toBeUndefined();
    expect(place.left()).toEqual([]);
    const reusing = await place.bake({ reuse_ips: true, floating_ip_pool: 'public', skip_create_image: true });
    expect(reusing.report.failure).toBeUndefined();
    expect(place.left()).toEqual([]);
  });

  it('source_image_filter takes the newest image that has the properties', async () => {
    await using place = await openstackPlace();
    const old = { name: 'a', properties: { os_distro: 'arch' }, createdAt: '2025-01-01T00:00:00Z' };
    place.cloud.addImage(old);
    const newest = place.cloud.addImage({ ...old, name: 'b', createdAt: '2025-06-01T00:00:00Z' });
    const filter = { filters: { properties: { os_distro: 'arch' } } };
    const ambiguous = await place.bake({ source_image_name: null, source_image_filter: filter });
    expect(ambiguous.report.failure).toMatchObject({ code: 'OPENSTACK_SOURCE_AMBIGUOUS' });
    const server = await asked(place, {
      source_image_name: null,
      source_image_filter: { ...filter, most_recent: true },
    });
    expect(server['imageRef']).toBe(newest);
  });

  it('of the image is set when it is there', async () => {
    await using place = await openstackPlace();
    const { report } = await place.bake({ image_members: ['p1', 'p2'], image_visibility: 'shared' });
    expect(report.failure).toBeUndefined();
    expect(place.inputs('image.createMember')).toEqual([{ member: 'p1' }, { member: 'p2' }]);
  });

  it('region of two builders of one template makes an image in each', async () => {
    await using place = await openstackPlace({ regions: ['north', 'south'] });
    place.cloud.addImage({ name: 'base' }, 'south');
    const common = { type: 'openstack', source_image_name: 'base', flavor: 'm1.small', communicator: 'none' };
    const { report } = await place.run({
      builders: ['north', 'south'].map((region) => ({ ...common, name: region, region, image_name: region })),
    });
    expect(report.failure).toBeUndefined();
    expect(place.things('image').map(({ region }) => region)).toEqual(['north', 'south']);
    expect(place.left()).toEqual(['image', 'image']);
  });
});

describe('a network', () => {
  it.each([
    ['192.0.2.0/24', '192.0.2.128/25', true],
    ['192.0.2.0/24', '192.0.2.0/24', true],
    ['192.0.2.0/25', '192.0.2.0/24', false],
    ['192.0.2.0/24', '198.51.100.0/25', false],
    ['2001:db8::/32', '2001:db8:1::/64', true],
    ['0.0.0.0/0', '2001:db8::/64', false],
  ])('%s contains %s: %s', (outer, inner, expected) => {
    const [one, other] = [parseCidr(outer), parseCidr(inner)];
    expect(one !== undefined && other !== undefined && containsCidr(one, other)).toBe(expected);
  });

  it.each(['192.0.2.0', '192.0.2.0/33', '192.0.2/24', '2001:db8::/129', 'a/8', '192.0.2.0/24/1'])(
    '%s is none',
    (text) => expect(parseCidr(text)).toBeUndefined(),
  );
});

describe('the address to connect to', () => {
  const addresses: Server['addresses'] = {
    one: [
      { addr: '2001:db8::5', version: 6, 'OS-EXT-IPS:type': 'fixed' },
      { addr: '192.0.2.5', version: 4, 'OS-EXT-IPS:type': 'fixed' },
    ],
    two: [
      { addr: '192.0.2.77', version: 4, 'OS-EXT-IPS:type': 'fixed' },
      { addr: '198.51.100.7', version: 4, 'OS-EXT-IPS:type': 'floating' },
    ],
  };
  const server = { addresses } as unknown as Server;

  it.each([
    [{}, undefined, {}, '192.0.2.5'],
    [{}, '198.51.100.7', {}, '198.51.100.7'],
    [{ ssh_ip_version: '6' }, undefined, {}, '2001:db8::5'],
    [{ ssh_interface: 'two' }, '198.51.100.7', {}, '192.0.2.77'],
    [{ ssh_interface: 'three' }, '198.51.100.7', {}, '198.51.100.7'],
    [{ ssh_interface: 'three' }, undefined, {}, undefined],
    [{}, undefined, { accessIPv4: '203.0.113.1', accessIPv6: '2001:db8::1' }, '203.0.113.1'],
    [{ ssh_ip_version: '6' }, undefined, { accessIPv4: '203.0.113.1', accessIPv6: '2001:db8::1' }, '2001:db8::1'],
  ] as const)('of %j with the floating IP %s and %j is %s', (wanted, floatingIp, more, expected) => {
    expect(addressOf({ ...server, ...more }, floatingIp, wanted)).toBe(expected);
  });
});

describe('what a console has said since the last look', () => {
  it.each([
    ['', 'a\nb\n', 'a\nb\n'],
    ['a\nb\n', 'a\nb\nc\n', 'c\n'],
    ['a\nb\n', 'b\nc\n', 'b\nc\n'],
    ['a\nb\n', 'a\nb\n', ''],
  ])('%j %j: %j', (before, now, expected) => expect(newOutput(before, now)).toBe(expected));
});
