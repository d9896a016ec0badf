import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../core/contract/json.ts';
import { openstackPlace } from '../../../support/openstack/openstack-place.ts';

interface Row {
  readonly what: string;
  readonly call: string;
  readonly code: string;
  readonly reason: string;
  readonly options?: JsonObject;
  readonly says: RegExp;
}

const volume = { use_blockstorage_volume: true };

const failures: readonly Row[] = [
  {
    what: 'a server that Nova cannot start',
    call: 'compute.createServer',
    code: 'x',
    reason: 'No valid host was found. There are not enough hosts available.',
    says: /the server is ERROR: No valid host was found/,
  },
  {
    what: 'an image that is killed',
    call: 'compute.createImage',
    code: 'killed',
    reason: 'the store is full',
    says: /the image is killed/,
  },
  {
    what: 'an image that is deactivated',
    call: 'compute.createImage',
    code: 'deactivated',
    reason: 'a scan found something',
    says: /the image is deactivated/,
  },
  {
    what: 'an image that Nova takes away',
    call: 'compute.createImage',
    code: 'removed',
    reason: 'the snapshot failed',
    says: /Nova has given it up and removed it/,
  },
  {
    what: 'a volume that Cinder cannot make',
    call: 'volume.createVolume',
    code: 'x',
    reason: 'no room',
    options: volume,
    says: /Cinder says error/,
  },
];

describe('a wait', () => {
  it.each(failures)('ends at once for $what, and nothing stays', async ({ call, code, reason, options, says }) => {
    await using place = await openstackPlace();
    place.cloud.plan({ call, fails: { code, message: reason } });
    const { report } = await place.bake(options);
    expect(report.failure).toMatchObject({ code: 'OPENSTACK_FAILED' });
    expect(report.failure?.message).toMatch(says);
    expect(place.left()).toEqual([]);
    expect(place.cloud.broken).toEqual([]);
  });

  it.each([
    ['compute.createServer', { instance_timeout: '1s' }, '/instance_timeout', 'BUILD'],
    ['compute.createImage', { image_creation_timeout: '1s' }, '/image_creation_timeout', 'image_'],
  ])('for what %s never finishes ends when its option says so', async (call, options, pointer, state) => {
    await using place = await openstackPlace();
    place.cloud.plan({ call, stuck: true });
    const { report } = await place.bake(options);
    expect(report.failure).toMatchObject({ code: 'OPENSTACK_TIMEOUT', pointer: `/builders/0${pointer}` });
    expect(report.failure?.message).toContain(state);
    expect(place.left()).toEqual([]);
  });

  it('goes on when the token ends in the middle of a build', async () => {
    await using place = await openstackPlace({ durations: { token: 60_000 } });
    const { report } = await place.bake();
    expect(report.failure).toBeUndefined();
    expect(place.calls().filter((call) => call === 'identity.createToken').length).toBeGreaterThan(1);
    expect(place.left()).toEqual(['image']);
  });

  it('is not in the way of a cancel', async () => {
    await using place = await openstackPlace();
    place.cloud.plan({ call: 'compute.createServer', stuck: true });
    const cancel = new AbortController();
    setTimeout(() => cancel.abort(), 700);
    const { report } = await place.bake({}, { signal: cancel.signal });
    expect(report.outcome).toBe('cancelled');
    expect(place.left()).toEqual([]);
  });
});
