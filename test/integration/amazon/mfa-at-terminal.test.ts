import { truncateSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { directory, file, path } from '../../cli/run-kiln.ts';
import { atTerminal } from '../../support/kiln/at-terminal.ts';
import { startTestEc2 } from '../../support/ec2/index.ts';
import { guardedEnvironment, MFA_SERIAL } from '../../support/ec2/places/mfa-profile.ts';
import { lacks } from '../../support/kiln/needs.ts';

describe.skipIf(lacks(['python3']))('the code of an MFA device', () => {
  test('is asked for at the terminal by a post-processor', async () => {
    const ec2 = await startTestEc2();
    file('disk.raw', 'boot');
    truncateSync(path('disk.raw'), 1_048_576);
    file('import.json', {
      builders: [{ type: 'file', source: path('disk.raw'), target: path('out/disk.raw') }],
      'post-processors': [{ type: 'amazon-import', ami_name: 'imported', profile: 'guarded' }],
    });
    const { code, stdout } = await atTerminal(
      ['build', 'import.json'],
      [[`Code of the MFA device ${MFA_SERIAL}: `, '123456']],
      { ...ec2.environment, ...guardedEnvironment(ec2, directory), AWS_POLL_DELAY_SECONDS: '0' },
    );
    expect(stdout).toContain('us-east-1: ami-');
    expect(code).toBe(0);
    expect(ec2.calls.filter(({ call }) => call === 'AssumeRole').map(({ input }) => input)).toMatchObject([
      { SerialNumber: MFA_SERIAL, TokenCode: '123456' },
    ]);
    expect(ec2.broken).toEqual([]);
    await ec2.stop();
  });
});
