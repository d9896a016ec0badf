import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { replyLost } from '../../../support/openstack/index.ts';
import { openstackPlace } from '../../../support/openstack/openstack-place.ts';

const VOLUME = { use_blockstorage_volume: true };
const FLOATING = { floating_ip_network: 'public' };

describe('a build', () => {
  it('makes an image with few calls, and leaves nothing else', async () => {
    await using place = await openstackPlace({ timePerCall: 60_000 });
    const { report } = await place.bake({
      metadata: { hw_disk_bus: 'virtio', base: '{{ .SourceImageName }} of {{ .SourceImageProperties.os_distro }}' },
      image_tags: ['web', 'from-{{ .SourceImageName }}'],
      image_visibility: 'private',
      image_min_disk: 5,
    });
    expect(report.failure).toBeUndefined();
    const [artifact] = report.artifacts;
    expect(artifact).toMatchObject({
      builderId: 'mitchellh.openstack',
      description: `An image was created: ${artifact?.id ?? ''}`,
    });
    expect(place.left()).toEqual(['image']);
    const [image] = place.things('image');
    expect(image?.id).toBe(artifact?.id);
    expect(image?.tags).toMatchObject({ hw_disk_bus: 'virtio', base: 'base of debian', image_type: 'image' });
    expect(image?.tags).toHaveProperty('kiln-run-id');
    expect(image?.tags).toMatchObject({ web: '', 'from-base': '' });
    expect(place.calls()).toEqual([
      'identity.createToken',
      'image.listImages',
      'compute.listFlavorsDetail',
      'network.listNetworks',
      'compute.createServer',
      'compute.showServer',
      'compute.stopServer',
      'compute.showServer',
      'compute.createImage',
      'compute.showServer',
      'image.showImage',
      'image.updateImage',
      'compute.deleteServer',
      'compute.showServer',
    ]);
    expect(place.cloud.broken).toEqual([]);
  });

  it('waits for the image and for the server, which would take the image with it', async () => {
    await using place = await openstackPlace();
    const { report } = await place.bake();
    expect(report.failure).toBeUndefined();
    expect(place.left()).toEqual(['image']);
  });

  it('runs on a volume, and makes the image of it when the server is gone', async () => {
    await using place = await openstackPlace();
    const { report } = await place.bake({
      ...VOLUME,
      volume_name: 'work',
      image_disk_format: 'qcow2',
      image_tags: ['a'],
    });
    expect(report.failure).toBeUndefined();
    expect(place.left()).toEqual(['image']);
    expect(place.inputs('volume.createVolume')).toMatchObject([{ volume: { name: 'work', size: 1 } }]);
    const [image] = place.things('image');
    expect(image?.tags).toMatchObject({ image_type: 'image', a: '' });
  });

  it('has Glance download its source, which goes with the build', async () => {
    await using place = await openstackPlace();
    const server = createServer((_request, response) => response.end('a disk')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { report } = await place.bake({
      source_image_name: null,
      external_source_image_url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/debian.qcow2`,
      external_source_image_properties: { os_distro: 'debian' },
    });
    server.close();
    expect(report.failure).toBeUndefined();
    expect(place.left()).toEqual(['image']);
    expect(place.things('image')[0]?.id).toBe(report.artifacts[0]?.id);
  });

  it('takes a floating IP and gives it back', async () => {
    await using place = await openstackPlace();
    const { report, said } = await place.bake(FLOATING);
    expect(report.failure).toBeUndefined();
    expect(said.join('\n')).toMatch(/the floating IP [\d.]+ leads to the server/);
    expect(place.left()).toEqual(['image']);
  });

  it('makes no image when the template says so', async () => {
    await using place = await openstackPlace();
    const { report } = await place.bake({ skip_create_image: true });
    expect(report.failure).toBeUndefined();
    expect(report.artifacts).toMatchObject([{ id: '', description: 'no image was made (skip_create_image)' }]);
    expect(place.left()).toEqual([]);
  });

  it.each([
    ['compute.createServer', {}],
    ['compute.createImage', {}],
    ['volume.createVolume', VOLUME],
    ['volume.uploadImage', VOLUME],
    ['network.createFloatingip', FLOATING],
    ['image.updateImage', { image_tags: ['a'] }],
    ['compute.stopServer', {}],
    ['compute.deleteServer', {}],
  ])('is done once when the reply to %s is lost', async (call, options) => {
    await using place = await openstackPlace();
    place.cloud.plan(replyLost(call));
    const { report } = await place.bake(options);
    expect(report.failure).toBeUndefined();
    expect(place.left()).toEqual(['image']);
    expect(place.cloud.unusedFaults()).toEqual([]);
  });

  it.each(['compute.createServer', 'compute.createImage'])('leaves nothing when %s is refused', async (call) => {
    await using place = await openstackPlace();
    place.cloud.plan({ call, error: { status: 403, code: 'forbidden', message: 'Quota exceeded for instances' } });
    const { report } = await place.bake();
    expect(report.failure).toMatchObject({ code: 'OPENSTACK_QUOTA' });
    expect(place.left()).toEqual([]);
  });
});
