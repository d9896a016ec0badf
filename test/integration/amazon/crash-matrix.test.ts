import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { startTestEc2 } from '../../support/ec2/index.ts';
import { lacks } from '../../support/needs.ts';
import { freePort } from '../../support/sshd.ts';
import { describeCrashes, everywhere, MOMENTS } from '../run/crash-matrix.ts';
import { logIn, note, numbersFrom, PROVISIONERS, type CrashSubject, type CrashWorld } from '../run/crash-subjects.ts';

async function amazonWorld(): Promise<CrashWorld> {
  const port = await freePort();
  const ec2 = await startTestEc2({ guest: { kind: 'sshd', port } });
  const source = ec2.addImage('us-east-1', { name: 'base' });
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
        },
      ],
      provisioners: numbersFrom(0, PROVISIONERS).map(note('shell', join(home, 'log'), 0.02)),
    }),
    environment: { ...ec2.environment, AWS_POLL_DELAY_SECONDS: '0' },
    hasOutput,
    checkOutput: () => {
      expect(ec2.broken).toEqual([]);
      expect(left()).toEqual(['image', 'snapshot']);
      const [image] = ec2
        .region('us-east-1')
        .images.all()
        .filter(({ view }) => view.Name === 'web');
      expect(image?.view.State).toBe('available');
    },
    expectNothingLeft: () => {
      expect(ec2.refusedDials()).toEqual([]);
      expect(left()).toEqual(hasOutput() ? ['image', 'snapshot'] : []);
    },
    [Symbol.asyncDispose]: async () => {
      await ec2.settled();
      await ec2.stop();
    },
  };
}

const subject: CrashSubject = {
  name: 'amazon-ebs',
  writers: { provisioners: PROVISIONERS, postProcessors: 0 },
  log: logIn,
  world: amazonWorld,
};

describe.skipIf(lacks(['/usr/sbin/sshd'], true))('on a test EC2', () => {
  describeCrashes({
    name: 'amazon-ebs',
    subject: () => Promise.resolve(subject),
    faults: everywhere,
    sampled: 3,
    moments: MOMENTS,
  });
});
