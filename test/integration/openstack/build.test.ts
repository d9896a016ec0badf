import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lacks } from '../../support/kiln/needs.ts';
import { guestShop, shop, type Shop } from './shop.ts';

/** The image that was baked. */
function baked({ cloud }: Shop): ReturnType<ReturnType<Shop['cloud']['region']>['images']['all']>[number] {
  const [image] = cloud
    .region()
    .images.all()
    .filter(({ base }) => base.name === 'web');
  if (image === undefined) throw new Error('no image');
  return image;
}

describe.skipIf(lacks(['/usr/sbin/sshd'], true))('a build with a guest', { timeout: 90_000 }, () => {
  it('provisions over SSH with a temporary key, and tells provisioners and post-processors of the server', async () => {
    await using place = await guestShop();
    const inline = ['echo "source {{ build `SourceImageName` }} in {{ build `BuildRegion` }} is {{ build `ID` }}"'];
    const more = { provisioners: [{ type: 'shell', inline }], 'post-processors': [{ type: 'manifest' }] };
    const template = place.template({ ...place.login, ssh_clear_authorized_keys: false }, more);
    const { code, output } = await place.start('build', template).ended;
    expect(output).toMatch(/source base in RegionOne is [0-9a-f-]{36}/);
    expect(code, output).toBe(0);
    expect(output).not.toContain('Warning');
    const manifest = JSON.parse(readFileSync(join(place.directory, 'packer-manifest.json'), 'utf8')) as object;
    expect(manifest).toMatchObject({ builds: [{ builder_type: 'openstack', artifact_id: baked(place).id }] });
    expect(place.kinds()).toEqual(['image']);
    expect(place.cloud.broken).toEqual([]);
    expect(place.cloud.refusedDials()).toEqual([]);
  });

  it('gets in by a floating IP where the network is behind a router, and gives it back', async () => {
    await using place = await guestShop();
    const inner = place.cloud.addNetwork({ name: 'inner', cidr: '10.9.0.0/24', reach: 'floating' });
    const template = place.template({ ...place.login, networks: [inner], floating_ip_network: 'public' });
    const { code, output } = await place.start('build', template).ended;
    expect(code, output).toBe(0);
    expect(place.calls('network.createFloatingip')).toBe(1);
    expect(place.kinds()).toEqual(['image']);
    expect(place.cloud.refusedDials()).toEqual([]);
  });

  it('uses the floating IP that the template names, and leaves it', async () => {
    await using place = await guestShop();
    const [, external = ''] = place.cloud
      .region()
      .networks.all()
      .map(({ id }) => id);
    const { floatingip } = (await place.askNetwork('POST', 'floatingips', {
      floatingip: { floating_network_id: external },
    })) as { readonly floatingip: { readonly floating_ip_address: string } };
    const template = place.template({ ...place.login, floating_ip: floatingip.floating_ip_address });
    const { code, output } = await place.start('build', template).ended;
    expect(code, output).toBe(0);
    expect(place.kinds()).toEqual(['floatingip', 'image']);
    expect(place.cloud.region().floatingIps.all()).toMatchObject([{ port_id: null }]);
  });

  it('makes the image of a volume that the server runs on, and leaves neither', async () => {
    await using place = await guestShop();
    const volume = { use_blockstorage_volume: true, volume_size: 20, image_disk_format: 'qcow2', metadata: { a: 'b' } };
    const { code, output } = await place.start('build', place.template({ ...place.login, ...volume })).ended;
    expect(code, output).toBe(0);
    expect(place.kinds()).toEqual(['image']);
    expect(baked(place)).toMatchObject({ status: 'active', base: { disk_format: 'qcow2' }, properties: { a: 'b' } });
  });
});

describe('a build without a guest', { timeout: 60_000 }, () => {
  it('gives the image its tags, visibility, members, properties and least disk', async () => {
    await using place = await shop();
    const options = {
      image_tags: ['one', 'two'],
      image_visibility: 'shared',
      image_members: [place.cloud.world.projects[1]?.id],
      image_min_disk: 7,
      metadata: { hw_disk_bus: 'scsi', os_distro: 'debian' },
    };
    const { code, output } = await place.start('build', place.template(options)).ended;
    expect(code, output).toBe(0);
    const { base, tags, properties, members, status } = baked(place);
    expect({ ...base, tags: tags.toSorted(), status }).toMatchObject({
      visibility: 'shared',
      min_disk: 7,
      tags: ['one', 'two'],
      status: 'active',
    });
    expect(properties).toMatchObject({ hw_disk_bus: 'scsi', os_distro: 'debian', image_type: 'image' });
    expect(Object.keys(properties).filter((name) => name.startsWith('kiln'))).toEqual(['kiln-run-id', 'kiln-token']);
    expect(members).toHaveLength(1);
  });

  it('finds its source by a filter, and takes the newest', async () => {
    await using place = await shop();
    const properties = { os_distro: 'debian' };
    place.cloud.addImage({ name: 'old', properties, createdAt: '2020-01-01T00:00:00Z' });
    const wanted = place.cloud.addImage({ name: 'new', properties, createdAt: '2021-01-01T00:00:00Z' });
    place.cloud.addImage({ name: 'other', createdAt: '2022-01-01T00:00:00Z' });
    const filter = { filters: { properties }, most_recent: true };
    const template = place.template({ source_image: undefined, source_image_filter: filter });
    const { code, output } = await place.start('build', template).ended;
    expect(code, output).toBe(0);
    expect(place.inputs('compute.createServer')).toMatchObject([{ server: { imageRef: wanted } }]);
  });

  it('has Glance download an external image, starts from it, and takes it away', async () => {
    await using place = await shop();
    // Any server of this machine that answers with bytes.
    const url = `${place.cloud.endpoint}/_test/calls`;
    const options = { source_image: undefined, external_source_image_url: url };
    place.cloud.plan({ call: 'image.importImage', times: 0 });
    const { code, output } = await place.start('build', place.template(options)).ended;
    expect(code, output).toBe(0);
    expect(place.inputs('image.importImage')).toEqual([{ method: { name: 'web-download', uri: url } }]);
    expect(place.kinds()).toEqual(['image']);
  });

  it('starts the server where and how the template says', async () => {
    await using place = await shop();
    const inner = place.cloud.addNetwork({ name: 'inner', cidr: '10.9.0.0/24' });
    const { code, output } = await place.start(
      'build',
      place.template({
        networks: ['inner'],
        availability_zone: 'nova-2',
        instance_name: 'baking',
        instance_metadata: { a: 'b' },
        config_drive: true,
        user_data: '#!/bin/sh',
      }),
    ).ended;
    expect(code, output).toBe(0);
    expect(place.inputs('compute.createServer')).toMatchObject([
      {
        server: {
          name: 'baking',
          availability_zone: 'nova-2',
          metadata: { a: 'b' },
          networks: [{ uuid: inner }],
          config_drive: true,
          user_data: Buffer.from('#!/bin/sh').toString('base64'),
        },
      },
    ]);
  });

  it('makes no image with skip_create_image', async () => {
    await using place = await shop();
    const { code, output } = await place.start('build', place.template({ skip_create_image: true })).ended;
    expect(code, output).toBe(0);
    expect(place.kinds()).toEqual([]);
  });

  it('bakes in two regions of one cloud from one template', async () => {
    await using place = await shop({ regions: ['RegionOne', 'RegionTwo'] });
    const there = place.cloud.addImage({ name: 'base' }, 'RegionTwo');
    const template = place.template(
      {},
      {
        builders: [
          {
            type: 'openstack',
            name: 'one',
            image_name: 'web',
            flavor: 'm1.small',
            source_image: place.source,
            communicator: 'none',
            region: 'RegionOne',
          },
          {
            type: 'openstack',
            name: 'two',
            image_name: 'web',
            flavor: 'm1.small',
            source_image: there,
            communicator: 'none',
            region: 'RegionTwo',
          },
        ],
      },
    );
    const { code, output } = await place.start('build', template).ended;
    expect(code, output).toBe(0);
    expect(place.cloud.leftovers()).toMatchObject([{ region: 'RegionOne' }, { region: 'RegionTwo' }]);
  });
});
