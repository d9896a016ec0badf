import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { startTestEc2 } from '../../support/ec2/index.ts';
import { lacks } from '../../support/kiln/needs.ts';
import { freePort } from '../../support/ssh/sshd.ts';
import { describeCrashes, everywhere, MOMENTS } from '../run/crash-matrix.ts';
import { logIn, note, numbersFrom, PROVISIONERS, type CrashSubject, type CrashWorld } from '../run/crash-subjects.ts';

const HOME = 'us-east-1';

interface Variant {
  readonly name: string;
  readonly options: { readonly ami_regions?: readonly string[] } & Readonly<Record<string, unknown>>;
  /** How many boundaries without KILN_LONG_TESTS. */
  readonly sampled: number;
}

async function amazonWorld({ options }: Variant): Promise<CrashWorld> {
  const port = await freePort();
  const ec2 = await startTestEc2({ guest: { kind: 'sshd', port } });
  const source = ec2.addImage(HOME, { name: 'base' });
  const regions = [HOME, ...(options.ami_regions ?? [])];
  const whole = [...regions.map(() => 'image'), ...regions.map(() => 'snapshot')];
  const left = (): readonly string[] =>
    ec2
      .leftovers()
      .map(({ kind }) => kind)
      .sort();
  const hasOutput = (): boolean => left().includes('image');
  return {
    template: (home) => ({
      builders: [
        {
          type: 'amazon-ebs',
          ami_name: 'web',
          source_ami: source,
          instance_type: 't3.micro',
          ssh_username: 'root',
          ssh_port: port,
          force_delete_snapshot: true,
          ...options,
        },
      ],
      provisioners: numbersFrom(0, PROVISIONERS).map(note('shell', join(home, 'log'), 0.02)),
    }),
    environment: { ...ec2.environment, AWS_POLL_DELAY_SECONDS: '0' },
    hasOutput,
    checkOutput: () => {
      expect(ec2.broken).toEqual([]);
      expect(left()).toEqual(whole);
      for (const region of regions) {
        const [image] = ec2
          .region(region)
          .images.all()
          .filter(({ view }) => view.Name === 'web');
        expect(image?.view.State).toBe('available');
      }
    },
    expectNothingLeft: () => {
      expect(ec2.refusedDials()).toEqual([]);
      expect(left()).toEqual(hasOutput() ? whole : []);
    },
    [Symbol.asyncDispose]: async () => {
      await ec2.settled();
      await ec2.stop();
    },
  };
}

const variants: readonly Variant[] = [
  { name: 'amazon-ebs', options: {}, sampled: 3 },
  {
    name: 'amazon-ebs (a spot instance, copies)',
    options: { spot_price: 'auto', ami_regions: ['eu-west-1'] },
    sampled: 0,
  },
];

describe.skipIf(lacks(['/usr/sbin/sshd'], true))('on a test EC2', () => {
  for (const variant of variants) {
    const { name, sampled } = variant;
    const subject: CrashSubject = {
      name,
      writers: { provisioners: PROVISIONERS, postProcessors: 0 },
      log: logIn,
      world: () => amazonWorld(variant),
    };
    describeCrashes({ name, subject: () => Promise.resolve(subject), faults: everywhere, sampled, moments: MOMENTS });
  }
});
