/** What others say of a build: moto, which is another one's EC2, and the AWS CLI, which is another client. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DescribeInstancesCommand, DescribeKeyPairsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { beforeAll, describe, expect, it } from 'vitest';
import { gateBefore } from '../../support/ec2/witnesses/moto-gate.ts';
import { startMoto } from '../../support/ec2/witnesses/moto.ts';
import { lacks } from '../../support/kiln/needs.ts';
import { startSshd } from '../../support/ssh/sshd.ts';
import { pythonWithAws } from '../../support/ec2/witnesses/python.ts';
import { askAws, awsAt, CREDENTIALS, LIMIT, MOTO_IMAGE, type Environment } from './others-aws.ts';
import { kilnIn, root, shop } from './shop.ts';

const run = promisify(execFile);

let python: string | undefined;
// The first time it may have to be installed.
beforeAll(() => {
  python = pythonWithAws();
}, 300_000);

interface Tagged {
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
}
interface Described {
  readonly Images: readonly (Tagged & { readonly ImageId: string; readonly Name: string; readonly State: string })[];
  readonly SecurityGroups: readonly { readonly GroupName: string }[];
  readonly Reservations: readonly { readonly Instances: readonly { readonly State: { readonly Name: string } }[] }[];
  readonly Snapshots: readonly (Tagged & { readonly State: string; readonly OwnerId: string })[];
  readonly Instances: readonly { readonly ImageId: string }[];
}

describe.skipIf(lacks(['/usr/sbin/sshd'], true))('a build with a guest', { timeout: LIMIT }, () => {
  it('gets on with moto, and leaves an image there and nothing else', async (context) => {
    if (python === undefined) return context.skip();
    await using moto = await startMoto(python);
    await using gate = await gateBefore(moto);
    const directory = mkdtempSync(join(tmpdir(), 'kiln-moto-'));
    // It stands for the instances of one moto, and ends with it.
    const sshd = await startSshd([]);
    const [map, refused] = [join(directory, 'map.json'), join(directory, 'refused')];
    writeFileSync(map, '{}');
    writeFileSync(refused, '');
    const environment: Environment = {
      ...awsAt(gate.endpoint),
      NODE_OPTIONS: `--import=${join(root, 'test/support/cloud/dial-guard.ts')}`,
      KILN_TEST_DIAL_MAP: map,
      KILN_TEST_DIAL_LOG: refused,
    };
    const log = join(directory, 'log');
    const template = {
      builders: [
        {
          type: 'amazon-ebs',
          ami_name: 'web',
          ami_description: 'from {{ .SourceAMI }}',
          source_ami: MOTO_IMAGE,
          instance_type: 't3.micro',
          ssh_username: 'root',
          ssh_port: sshd.port,
          tags: { Team: 'web' },
        },
      ],
      provisioners: [{ type: 'shell', inline: [`echo baked >${log}`] }],
    };
    writeFileSync(join(directory, 't.json'), JSON.stringify(template));
    const said = run(process.execPath, [join(root, 'dist/cli.cjs'), 'build', 't.json'], {
      cwd: directory,
      timeout: LIMIT,
      env: { ...kilnIn(directory), ...environment },
    }).then(
      ({ stdout }) => stdout,
      (error: unknown) => `${String(error)}\n${(error as { readonly stdout?: string }).stdout ?? ''}`,
    );
    try {
      const client = new EC2Client({ endpoint: moto.endpoint, credentials: CREDENTIALS, region: 'us-east-1' });
      // moto's instances have made-up addresses and no machine: a server of this machine answers for it, with its key.
      await expect
        .poll(
          async () => {
            const { Reservations = [] } = await client.send(new DescribeInstancesCommand({}));
            const instance = Reservations[0]?.Instances?.[0];
            const keys = await client.send(new DescribeKeyPairsCommand({ IncludePublicKey: true }));
            const key = keys.KeyPairs?.[0]?.PublicKey;
            const address = instance?.PublicIpAddress;
            if (address === undefined || key === undefined) return false;
            writeFileSync(join(sshd.directory, 'authorized_keys'), `${key.trim()}\n`);
            writeFileSync(map, JSON.stringify({ [address]: '127.0.0.1' }));
            return true;
          },
          { timeout: 60_000 },
        )
        .toBe(true);
      const output = await said;
      expect(output).toContain('Builds finished');
      expect(readFileSync(log, 'utf8')).toBe('baked\n');
      // Until the guard knows that address it refuses it too.
      const elsewhere = readFileSync(refused, 'utf8')
        .split('\n')
        .filter((line) => line !== '' && !line.endsWith(`:${sshd.port}`));
      expect(elsewhere).toEqual([]);
      const ask = (...words: readonly string[]): Promise<Described> =>
        askAws(python ?? '', environment, 'ec2', ...words);
      const { Images } = await ask('describe-images', '--owners', 'self');
      expect(Images).toMatchObject([
        { Name: 'web', State: 'available', Description: `from ${MOTO_IMAGE}`, Tags: [{ Key: 'Team', Value: 'web' }] },
      ]);
      expect(output).toContain(`us-east-1: ${Images[0]?.ImageId ?? ''}`);
      // Not the key pairs: moto deletes them by their name only, and Kiln by their id.
      const { SecurityGroups } = await ask('describe-security-groups');
      expect(SecurityGroups.filter(({ GroupName }) => GroupName !== 'default')).toEqual([]);
      const { Reservations } = await ask('describe-instances');
      const states = Reservations.flatMap(({ Instances }) => Instances.map(({ State }) => State.Name));
      expect(states).toEqual(['terminated']);
    } finally {
      await sshd.stop();
      rmSync(directory, { recursive: true, force: true });
    }
  });
});

describe('an AMI that Kiln made on the test EC2', { timeout: LIMIT }, () => {
  it('is one to the AWS CLI too, which starts an instance of it', async (context) => {
    if (python === undefined) return context.skip();
    await using place = await shop();
    const options = { communicator: 'none', tags: { Team: 'web' }, snapshot_tags: { Disk: 'root' } };
    const { code, output } = await place.start('build', place.template(options)).ended;
    expect(code, output).toBe(0);
    const { environment } = place.ec2;
    const ask = (...words: readonly string[]): Promise<Described> => askAws(python ?? '', environment, 'ec2', ...words);
    const { Images } = await ask('describe-images', '--owners', 'self', '--filters', 'Name=tag:Team,Values=web');
    expect(Images).toMatchObject([{ Name: 'web', State: 'available', Tags: [{ Key: 'Team', Value: 'web' }] }]);
    const { Snapshots } = await ask(
      'describe-snapshots',
      '--owner-ids',
      'self',
      '--filters',
      'Name=tag-key,Values=Disk',
    );
    expect(Snapshots).toMatchObject([{ State: 'completed', OwnerId: place.ec2.account }]);
    const id = Images[0]?.ImageId ?? '';
    const launched = await ask('run-instances', '--image-id', id, '--instance-type', 't3.micro');
    expect(launched.Instances).toMatchObject([{ ImageId: id }]);
  });
});
