/** What users of Packer's plugin have suffered from; the numbers are of its issues and of Packer's own (P). */
import { describe, expect, it, vi } from 'vitest';
import { replyLost } from '../../../support/openstack/index.ts';
import { openstackPlace, type OpenstackBake, type OpenstackPlace } from '../../../support/openstack/openstack-place.ts';

// Some wait for seconds until they believe that a thing is not there.
vi.setConfig({ testTimeout: 60_000 });

function expectBaked(place: OpenstackPlace, { report }: OpenstackBake): void {
  expect(report.failure).toBeUndefined();
  expect(place.left()).toEqual(['image']);
  expect(place.cloud.broken).toEqual([]);
}

function count(place: OpenstackPlace, call: string): number {
  return place.calls().filter((each) => each === call).length;
}

function wait(status: number, seconds: string): { code: string; status: number; message: string; headers: object } {
  return { code: 'x', status, message: 'not now', headers: { 'Retry-After': seconds } };
}

describe('37, P7312, P11136: the image is deleted right after it was made', () => {
  it('is not, as the server is deleted only when Nova has done with the image', async () => {
    await using place = await openstackPlace({ durations: { settle: 300_000 } });
    expectBaked(place, await place.bake());
    const [image] = place.things('image');
    expect(place.cloud.region().images.peek(image?.id ?? '')?.status).toBe('active');
  });
});

describe('P10906: a volume that several servers may attach needs a microversion', () => {
  it('is attached with it', async () => {
    await using place = await openstackPlace();
    const options = { use_blockstorage_volume: true, volume_type: 'multiattach', image_disk_format: 'raw' };
    expectBaked(place, await place.bake(options));
    const [launch] = place.cloud.calls.filter(({ call }) => call === 'compute.createServer');
    expect(launch?.microversion).toBe('2.60');
  });
});

describe('P6372: floating IPs went through a part of Nova that is gone', () => {
  it.each(['', '2.1', '2.35', '2.93'])(
    'they are asked of Neutron, with a Nova of version "%s"',
    async (computeVersion) => {
      await using place = await openstackPlace({ computeVersion });
      expectBaked(place, await place.bake({ floating_ip_network: 'public' }));
      expect(count(place, 'network.createFloatingip')).toBe(1);
    },
  );
});

describe('P8178, P3555, !127: building on a volume', () => {
  it('gives the image its metadata although Cinder takes none while it uploads, and deletes the server once', async () => {
    await using place = await openstackPlace({ durations: { upload: 300_000, volume: 60_000 } });
    const bake = await place.bake({ use_blockstorage_volume: true, metadata: { own: 'x' }, image_tags: ['t'] });
    expectBaked(place, bake);
    expect(place.things('image')).toMatchObject([{ tags: { own: 'x', t: '' } }]);
    expect(count(place, 'compute.deleteServer')).toBe(1);
  });

  it('P8630: takes a source that is named by its name, too', async () => {
    await using place = await openstackPlace();
    expectBaked(place, await place.bake({ use_blockstorage_volume: true, source_image_name: 'base' }));
  });
});

describe('P3907: Glance says 404 of an image that is being saved', () => {
  it('is looked at again', async () => {
    await using place = await openstackPlace();
    const error = { code: 'x', status: 404, message: 'No image found' };
    // The source is found by its name.
    place.cloud.plan({ call: 'image.showImage', times: 2, error });
    expectBaked(place, await place.bake());
    expect(place.cloud.unusedFaults()).toEqual([]);
  });

  it('and so is anything else that is not found at first', async () => {
    await using place = await openstackPlace({ hiddenReads: 2 });
    expectBaked(place, await place.bake({ floating_ip_network: 'public' }));
  });
});

describe('P4306: the visibility cannot be set', () => {
  it('fails the build with the reason, and takes the image away', async () => {
    await using place = await openstackPlace();
    const { report } = await place.bake({ image_visibility: 'public' });
    expect(report.failure?.message).toContain('publicize_image');
    expect(report.failure?.pointer).toContain('image_visibility');
    expect(place.left()).toEqual([]);
  });
});

describe('P1534: a floating IP is left', () => {
  it('is not, when it may not lead to the server', async () => {
    await using place = await openstackPlace();
    place.cloud.addNetwork({ name: 'island', cidr: '10.7.0.0/24', reach: 'none' });
    const { report } = await place.bake({ networks: ['island'], floating_ip_network: 'public' });
    expect(report.failure?.message).toContain('is not reachable from subnet');
    expect(place.left()).toEqual([]);
  });

  it('is not, when the reply that tells of it is lost', async () => {
    await using place = await openstackPlace();
    place.cloud.plan(replyLost('network.createFloatingip'));
    expectBaked(place, await place.bake({ floating_ip_network: 'public' }));
  });
});

describe('P9977: a server goes to ERROR, and nobody says why', () => {
  it("Nova's fault is the reason that is told", async () => {
    await using place = await openstackPlace();
    const message = 'No valid host was found. There are not enough hosts available.';
    place.cloud.plan({ call: 'compute.createServer', fails: { code: 'x', message } });
    const { report } = await place.bake();
    expect(report.failure?.message).toContain(message);
    expect(place.left()).toEqual([]);
  });
});

describe('P2102, 105: what is to be deleted is not there any more', () => {
  it.each([
    ['compute.deleteServer', {}],
    ['compute.deleteKeypair', { ssh_username: 'root', communicator: 'ssh', ssh_timeout: '1ms' }],
    ['network.deleteFloatingip', { floating_ip_network: 'public' }],
    ['volume.deleteVolume', { use_blockstorage_volume: true }],
  ])('%s that finds nothing is well', async (call, options) => {
    await using place = await openstackPlace();
    place.cloud.plan({ call, after: 'error', error: { code: 'x', status: 404, message: 'it could not be found' } });
    const { warned } = await place.bake(options);
    expect(warned.filter((text) => text.includes('left behind'))).toEqual([]);
    expect(place.left().filter((kind) => kind !== 'image')).toEqual([]);
    expect(place.cloud.unusedFaults()).toEqual([]);
  });
});

describe('P5046: the token ends in the middle of a build', () => {
  it.each(['compute.showServer', 'compute.createImage', 'image.updateImage', 'compute.deleteServer'])(
    '%s goes on with a new one',
    async (call) => {
      await using place = await openstackPlace();
      place.cloud.plan({ call, error: { code: 'x', status: 401, message: 'no' } });
      expectBaked(place, await place.bake({ image_tags: ['t'] }));
      expect(count(place, 'identity.createToken')).toBe(2);
    },
  );
});

describe('a service that is busy', () => {
  it.each([
    ['compute.createServer', 429],
    ['compute.createServer', 503],
    ['compute.createImage', 429],
    ['image.updateImage', 503],
    ['network.createFloatingip', 503],
    ['identity.createToken', 503],
  ])('%s says %d and when to come again', async (call, status) => {
    await using place = await openstackPlace();
    place.cloud.plan({ call, times: 2, error: wait(status, '0') as never });
    expectBaked(place, await place.bake({ floating_ip_network: 'public', image_tags: ['t'] }));
    expect(place.cloud.unusedFaults()).toEqual([]);
  });
});

describe('a reply that is lost', () => {
  it.each([
    ['compute.createServer', {}],
    ['compute.createImage', {}],
    ['compute.createKeypair', { communicator: 'ssh', ssh_username: 'root', ssh_timeout: '1ms' }],
    ['compute.stopServer', {}],
    ['compute.deleteServer', {}],
    ['image.updateImage', { image_tags: ['t'] }],
    ['image.createMember', { image_visibility: 'shared', image_members: ['0123456789abcdef0123456789abcdef'] }],
    ['volume.createVolume', { use_blockstorage_volume: true }],
    ['volume.uploadImage', { use_blockstorage_volume: true }],
    ['volume.deleteVolume', { use_blockstorage_volume: true }],
  ])('of %s makes nothing twice and leaves nothing', async (call, options) => {
    await using place = await openstackPlace();
    place.cloud.plan(replyLost(call));
    await place.bake(options);
    const made = place.left();
    expect(made.filter((kind) => kind !== 'image')).toEqual([]);
    expect(made.length).toBeLessThanOrEqual(1);
    expect(place.cloud.unusedFaults()).toEqual([]);
    expect(place.cloud.broken).toEqual([]);
  });

  it.each(['compute.createServer', 'compute.createImage', 'image.updateImage'])(
    'or a connection that is cut before %s, does not fail the build',
    async (call) => {
      await using place = await openstackPlace();
      place.cloud.plan({ call, dropped: true });
      expectBaked(place, await place.bake({ image_tags: ['t'] }));
    },
  );
});

describe('a cloud without', () => {
  it('Cinder bakes on the disk of the server', async () => {
    await using place = await openstackPlace({ without: ['volume'] });
    expectBaked(place, await place.bake());
  });

  it('Cinder says so when a volume is asked for', async () => {
    await using place = await openstackPlace({ without: ['volume'] });
    const { report } = await place.bake({ use_blockstorage_volume: true });
    expect(report.failure?.message).toMatch(/catalogue|volume|block/i);
    expect(place.left()).toEqual([]);
  });

  it('Neutron in its catalogue bakes where no network is named', async () => {
    await using place = await openstackPlace({ without: ['network'] });
    expectBaked(place, await place.bake({ networks: null }));
  });

  it('other interfaces than the internal one bakes with endpoint_type', async () => {
    await using place = await openstackPlace({ interfaces: ['internal'] });
    expectBaked(place, await place.bake({ endpoint_type: 'internal' }));
  });

  it('microversions bakes', async () => {
    await using place = await openstackPlace({ computeVersion: '' });
    expectBaked(place, await place.bake());
  });
});

describe('a quota that is used up', () => {
  it('is what the error says', async () => {
    await using place = await openstackPlace({ quota: 0 });
    const { report } = await place.bake();
    expect(report.failure).toMatchObject({ code: 'OPENSTACK_QUOTA' });
    expect(report.failure?.message).toContain('Quota exceeded for instances');
    expect(place.left()).toEqual([]);
  });
});

describe('a deletion that takes long', () => {
  it('is waited for', async () => {
    await using place = await openstackPlace({ durations: { delete: 300_000 } });
    expectBaked(place, await place.bake());
  });
});
