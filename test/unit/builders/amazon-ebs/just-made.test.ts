import { describe, expect, it } from 'vitest';
import { doubtOf } from '../../../../core/cloud/consistency.ts';
import type { KilnEvent } from '../../../../core/events/event.ts';
import type { JsonObject } from '../../../../core/contract/json.ts';
import { amazonPlace, type AmazonPlace } from '../../../support/ec2/amazon-run.ts';

/** Reads of a new thing, by id or in a list, that miss it. */
const HIDDEN = 3;

/** Bakes, and cancels as soon as AWS has carried out this call. */
async function cancelAfter(place: AmazonPlace, call: string, options: JsonObject = {}): Promise<void> {
  const cancel = new AbortController();
  const baking = place.bake(options, { signal: cancel.signal });
  await expect.poll(() => place.calls(), { interval: 1, timeout: 20_000 }).toContain(call);
  cancel.abort();
  const { report } = await baking;
  expect(report.outcome).toBe('cancelled');
}

describe('what EC2 does not know yet is given back nevertheless', () => {
  it.each([
    ['RunInstances', 'instance', {}],
    ['CreateFleet', 'instance', { spot_price: 'auto' }],
    ['CreateLaunchTemplate', 'launch-template', { spot_price: 'auto' }],
    ['CreateSecurityGroup', 'security-group', { communicator: 'ssh', ssh_username: 'admin' }],
    ['CreateKeyPair', 'key-pair', { communicator: 'ssh', ssh_username: 'admin' }],
    ['CreateImage', 'image', {}],
    ['CopyImage', 'image', { ami_regions: ['us-west-2'] }],
  ])('when it is cancelled after %s, whose %s it is', async (call, made, options) => {
    await using place = await amazonPlace({ hiddenReads: HIDDEN });
    await cancelAfter(place, call, options);
    expect(place.left().map(({ kind }) => kind)).not.toContain(made);
  });

  it('when the reply is lost for good', async () => {
    await using place = await amazonPlace({ hiddenReads: HIDDEN });
    place.ec2.plan({ call: 'RunInstances', times: 99, after: 'reply-lost' });
    const { report } = await place.bake({ max_retries: 1 });
    expect(report.failure?.code).toBe('AMAZON_UNREACHABLE');
    expect(place.left().map(({ kind }) => kind)).not.toContain('instance');
  });
});

describe('kiln gc gives back what EC2 does not know yet of a run that ended a moment ago', () => {
  const refused = { code: 'UnauthorizedOperation', status: 403 };

  it.each([
    ['by its id', { call: 'TerminateInstances', error: refused }, undefined],
    [
      'by its token',
      { call: 'DescribeInstances', error: refused },
      { call: 'RunInstances', times: 99, after: 'reply-lost' },
    ],
  ] as const)('%s', async (_way, cleanUp, launch) => {
    await using place = await amazonPlace({ hiddenReads: HIDDEN });
    const cancel = new AbortController();
    place.ec2.plan(cleanUp);
    if (launch !== undefined) place.ec2.plan(launch);
    const emit = (event: KilnEvent): void => {
      if (event.type === 'message' && event.text.startsWith('the instance is')) cancel.abort();
    };
    // One that is there: ours would wait for the instance to go.
    const [group] = place.ec2.region('us-east-1').securityGroups.all();
    const options = { max_retries: 1, security_group_id: group?.view.GroupId ?? '' };
    await place.bake(options, { signal: cancel.signal, emit });
    expect(place.left().map(({ kind }) => kind)).toContain('instance');
    const { leftBehind } = await place.gc();
    expect(leftBehind).toEqual([]);
    expect(place.left()).toEqual([]);
  });
});

describe('that a thing is not there', () => {
  const minutesAgo = (minutes: number): number => Date.now() - minutes * 60_000;

  it('is believed some time after it was made, or when nobody knows how old it is', () => {
    expect(doubtOf({ madeAt: minutesAgo(0) })).toBeGreaterThan(10_000);
    expect(doubtOf({ madeAt: minutesAgo(1) })).toBe(0);
    expect(doubtOf({ madeAt: minutesAgo(10_000) })).toBe(0);
    expect(doubtOf({})).toBe(0);
  });

  it('is doubted for some seconds at most, whatever the clock says', () => {
    expect(doubtOf({ madeAt: minutesAgo(-60) })).toBe(15_000);
  });

  it('is doubted for longer when only the beginning of its making is known', () => {
    expect(doubtOf({ madeAt: minutesAgo(2) }, 3 * 60_000)).toBe(15_000);
    expect(doubtOf({ madeAt: minutesAgo(5) }, 3 * 60_000)).toBe(0);
  });
});
