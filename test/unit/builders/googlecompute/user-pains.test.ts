import { userInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../core/contract/json.ts';
import { gcePlace, type GcePlace } from '../../../support/gce/gce-place.ts';
import type { Fault, WorldOptions } from '../../../support/gce/index.ts';
import { sshdMissing } from '../../../support/ssh/sshd.ts';

/** What users of Packer's googlecompute suffer from, and what became of it. */

async function failureOf(
  options: JsonObject,
  faults: readonly Fault[],
  world: WorldOptions = {},
): Promise<{ readonly place: GcePlace; readonly failure: unknown } & AsyncDisposable> {
  const place = await gcePlace(world);
  place.gce.plan(...faults);
  const { report } = await place.bake(options);
  return { place, failure: report.failure, [Symbol.asyncDispose]: () => place[Symbol.asyncDispose]() };
}

const containing = (text: string): string => expect.stringContaining(text) as string;

describe('operations that take long', () => {
  it('an instance whose making was given up is found and removed', async () => {
    await using run = await failureOf({ state_timeout: '1s' }, [{ call: 'instances.insert', stuck: true }]);
    expect(run.failure).toMatchObject({
      code: 'GOOGLE_TIMEOUT',
      pointer: '/builders/0/state_timeout',
      message: containing('starting the instance packer-'),
    });
    expect(run.place.left()).toEqual([]);
  });

  it('an image has a time of its own, and goes when it runs out', async () => {
    await using run = await failureOf({ image_creation_timeout: '1s' }, [{ call: 'images.insert', stuck: true }]);
    expect(run.failure).toMatchObject({ code: 'GOOGLE_TIMEOUT', pointer: '/builders/0/image_creation_timeout' });
    expect(run.place.left()).toEqual([]);
  });

  it('an instance that stops by itself is not stopped again', async () => {
    await using place = await gcePlace();
    const { report } = await place.bake();
    expect(report.failure).toBeUndefined();
    // Waits go by Google's own, so that their number does not grow with the time that things take.
    await using slow = await gcePlace({ durations: { image: 100_000, stop: 100_000 } });
    await slow.bake();
    expect(slow.calls()).toHaveLength(place.calls().length);
  });
});

describe('what Google refuses', () => {
  it('a quota is said with its name, its limit and the region, whether the call or its operation says so', async () => {
    await using run = await failureOf({}, [], { quotas: { CPUS: 1 } });
    expect(run.failure).toMatchObject({
      code: 'GOOGLE_QUOTA',
      message: containing("Quota 'CPUS' exceeded.  Limit: 1.0 in region us-central1. (QUOTA_EXCEEDED)"),
      hint: containing('the quota CPUS of the region us-central1'),
    });
    expect(run.place.left()).toEqual([]);
    const message = "Quota 'IMAGES' exceeded.  Limit: 100.0 globally.";
    await using other = await failureOf({}, [
      { call: 'images.insert', error: { status: 403, code: 'quotaExceeded', message } },
    ]);
    expect(other.failure).toMatchObject({ code: 'GOOGLE_QUOTA', message: containing(message) });
    expect(other.place.left()).toEqual([]);
  });

  it('no room in the zone is told from a quota', async () => {
    const fails = {
      code: 'ZONE_RESOURCE_POOL_EXHAUSTED',
      message: "The zone 'us-central1-a' does not have enough resources.",
    };
    await using run = await failureOf({}, [{ call: 'instances.insert', fails }]);
    expect(run.failure).toMatchObject({ code: 'GOOGLE_CAPACITY', pointer: '/builders/0/zone' });
    expect(run.place.left()).toEqual([]);
  });

  it('fewer calls are asked for: the build goes on', async () => {
    await using place = await gcePlace();
    place.gce.plan(
      {
        call: 'images.getFromFamily',
        error: { status: 403, code: 'rateLimitExceeded', message: 'Rate Limit Exceeded' },
      },
      { call: 'instances.insert', error: { status: 503, code: 'backendError', message: 'Backend Error' } },
      { call: 'globalOperations.wait', error: { status: 429, code: 'rateLimitExceeded', message: 'Too many' } },
    );
    const { report } = await place.bake();
    expect(report.failure).toBeUndefined();
    expect(place.gce.unusedFaults()).toEqual([]);
    expect(place.left()).toEqual(['image web']);
  });

  it('an image that somebody else made meanwhile is not taken for ours, nor removed', async () => {
    await using place = await gcePlace({ faults: [{ call: 'images.get', error: { status: 404, code: 'notFound' } }] });
    const path = place.gce.addImage({ name: 'web' });
    const { report } = await place.bake();
    expect(report.failure).toMatchObject({ code: 'GOOGLE_EXISTS', pointer: '/builders/0/image_name' });
    expect(place.gce.world.images.peek(path)).toBeDefined();
    expect(place.left()).toEqual([]);
  });

  it('a machine type that the zone has not is said where it stands', async () => {
    await using run = await failureOf({ machine_type: 'n9-huge' }, []);
    expect(run.failure).toMatchObject({ code: 'GOOGLE_REFUSED', pointer: '/builders/0/machine_type' });
  });
});

describe.skipIf(sshdMissing() !== undefined)('the guest', { timeout: 60_000 }, () => {
  const guest = { guest: { kind: 'sshd' } } as const;

  it('that lets nobody in is shown with the end of its serial port', async () => {
    const options = { communicator: 'ssh', ssh_username: 'nobody-here', ssh_timeout: '3s' };
    await using run = await failureOf(options, [], guest);
    expect(run.failure).toMatchObject({ message: containing("The end of the instance's console:") });
    expect(run.place.left()).toEqual([]);
  });

  // Has hung since the last changes of a session that ended before its cause was found: the first thing to look into.
  it.runIf(process.env['KILN_LONG_TESTS'] !== undefined)(
    'that Google ends while it is provisioned is the reason that is told',
    async () => {
      await using place = await gcePlace(guest);
      const options = { communicator: 'ssh', ssh_username: userInfo().username, preemptible: true };
      const building = place.bake(options, {}, [{ type: 'shell', inline: ['sleep 60'] }]);
      const running = (): boolean =>
        place.gce.world.instances
          .all()
          .some(({ view, guest: up }) => view.status === 'RUNNING' && up?.console().includes('HOST KEY') === true);
      await expect.poll(running, { timeout: 20_000 }).toBe(true);
      const [instance] = place.gce.world.instances.all();
      place.gce.stopInside(instance?.path ?? '', 'Instance was preempted.');
      const { report } = await building;
      expect(report.failure).toMatchObject({
        code: 'GOOGLE_INSTANCE_GONE',
        message: containing('is TERMINATED: Instance was preempted.'),
      });
      expect(place.left()).toEqual([]);
    },
  );
});
