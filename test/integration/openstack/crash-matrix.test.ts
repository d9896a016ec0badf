import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { startTestOpenStack, type WorldOptions } from '../../support/openstack/index.ts';
import { lacks } from '../../support/kiln/needs.ts';
import { freePort } from '../../support/ssh/sshd.ts';
import { describeCrashes, everywhere, MOMENTS } from '../run/crash-matrix.ts';
import { logIn, note, numbersFrom, PROVISIONERS, type CrashSubject, type CrashWorld } from '../run/crash-subjects.ts';
import { QUICK } from './shop.ts';

interface Variant {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly cloud: WorldOptions;
  /** How many boundaries without KILN_LONG_TESTS. */
  readonly sampled: number;
}

async function openstackWorld({ options, cloud: given }: Variant): Promise<CrashWorld> {
  const port = await freePort();
  const cloud = await startTestOpenStack({ guest: { kind: 'sshd', port }, durations: QUICK, ...given });
  const source = cloud.addImage({ name: 'base' });
  const left = (): readonly string[] =>
    cloud
      .leftovers()
      .map(({ kind }) => kind)
      .sort();
  const hasOutput = (): boolean => left().includes('image');
  return {
    template: (home) => ({
      builders: [
        {
          type: 'openstack',
          image_name: 'web',
          source_image: source,
          flavor: 'm1.small',
          ssh_username: 'root',
          ssh_port: port,
          ...options,
        },
      ],
      provisioners: numbersFrom(0, PROVISIONERS).map(note('shell', join(home, 'log'), 0.02)),
    }),
    environment: { ...cloud.environment, KILN_OPENSTACK_POLL_SECONDS: '0' },
    hasOutput,
    checkOutput: () => {
      expect(cloud.broken).toEqual([]);
      const images = cloud.region().images.all();
      const made = images.filter(({ base }) => base.name === 'web');
      expect(made.length).toBeGreaterThan(0);
      expect(made.map(({ status }) => status)).toEqual(made.map(() => 'active'));
    },
    expectNothingLeft: () => {
      expect(cloud.refusedDials()).toEqual([]);
      // Images of one name may stand side by side: a build that follows one which was killed late makes a second one.
      expect([...new Set(left())]).toEqual(hasOutput() ? ['image'] : []);
    },
    [Symbol.asyncDispose]: async () => {
      await cloud.settled();
      await cloud.stop();
    },
  };
}

const variants: readonly Variant[] = [
  { name: 'openstack', options: { image_tags: ['web'] }, cloud: {}, sampled: 3 },
  {
    name: 'openstack (a floating IP, new things that are not found at first)',
    options: { floating_ip_network: 'public' },
    cloud: { hiddenReads: 2 },
    sampled: 0,
  },
  {
    name: 'openstack (a volume)',
    options: { use_blockstorage_volume: true, volume_size: 20 },
    cloud: {},
    sampled: 0,
  },
];

describe.skipIf(lacks(['/usr/sbin/sshd'], true))('on a test OpenStack', () => {
  for (const variant of variants) {
    const { name, sampled } = variant;
    const subject = (): Promise<CrashSubject> =>
      Promise.resolve({
        name,
        writers: { provisioners: PROVISIONERS, postProcessors: 0 },
        log: logIn,
        world: () => openstackWorld(variant),
      });
    describeCrashes({ name, subject, faults: everywhere, sampled, moments: MOMENTS });
  }
});
