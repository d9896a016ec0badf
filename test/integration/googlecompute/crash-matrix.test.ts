import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { startTestGce, type WorldOptions } from '../../support/gce/index.ts';
import { lacks } from '../../support/kiln/needs.ts';
import { freePort } from '../../support/ssh/sshd.ts';
import { describeCrashes, everywhere, MOMENTS } from '../run/crash-matrix.ts';
import { logIn, note, numbersFrom, PROVISIONERS, type CrashSubject, type CrashWorld } from '../run/crash-subjects.ts';
import { QUICK, usualBuilder } from './shop.ts';

interface Variant {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly cloud: WorldOptions;
  /** What is left of a build that has come to its end. */
  readonly output: readonly string[];
  /** How many boundaries without KILN_LONG_TESTS. */
  readonly sampled: number;
}

async function googleWorld({ options, cloud, output }: Variant): Promise<CrashWorld> {
  const port = await freePort();
  const gce = await startTestGce({ guest: { kind: 'sshd', port }, durations: QUICK, ...cloud });
  const left = (): readonly string[] =>
    gce
      .leftovers()
      .map(({ kind, id }) => `${kind} ${id.split('/').at(-1) ?? ''}`)
      .sort();
  const hasOutput = (): boolean => left().includes('image web');
  return {
    template: (home) => ({
      builders: [{ ...usualBuilder(gce), ssh_username: 'root', ssh_port: port, ...options }],
      provisioners: numbersFrom(0, PROVISIONERS).map(note('shell', join(home, 'log'), 0.02)),
    }),
    environment: { ...gce.environment, KILN_GOOGLE_POLL_SECONDS: '0' },
    hasOutput,
    checkOutput: () => {
      expect(gce.broken).toEqual([]);
      expect(gce.world.images.peek('projects/bakery/global/images/web')?.view.status).toBe('READY');
    },
    expectNothingLeft: () => {
      expect(gce.refusedDials()).toEqual([]);
      expect(left()).toEqual(hasOutput() ? output : []);
    },
    [Symbol.asyncDispose]: async () => {
      await gce.settled();
      await gce.stop();
    },
  };
}

const variants: readonly Variant[] = [
  { name: 'googlecompute', options: { image_family: 'web' }, cloud: {}, output: ['image web'], sampled: 3 },
  {
    name: 'googlecompute (further disks, new things that are not found at first)',
    options: {
      disk_attachment: [{ volume_type: 'pd-ssd', volume_size: 10, disk_name: 'data' }],
      deprecate_at: '2030-01-01T00:00:00Z',
    },
    cloud: { hiddenReads: 2 },
    output: ['image web'],
    sampled: 0,
  },
];

describe.skipIf(lacks(['/usr/sbin/sshd'], true))('on a test Compute Engine', () => {
  for (const variant of variants) {
    const { name, sampled } = variant;
    const subject = (): Promise<CrashSubject> =>
      Promise.resolve({
        name,
        writers: { provisioners: PROVISIONERS, postProcessors: 0 },
        log: logIn,
        world: () => googleWorld(variant),
      });
    describeCrashes({ name, subject, faults: everywhere, sampled, moments: MOMENTS });
  }
});
