import { constants, createPrivateKey, privateDecrypt } from 'node:crypto';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  CreateKeyPairCommand,
  DescribeInstancesCommand,
  EC2Client,
  GetConsoleOutputCommand,
  GetPasswordDataCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
  waitUntilInstanceRunning,
} from '@aws-sdk/client-ec2';
import { expect, test, vi } from 'vitest';
import { connectSsh } from '../../../../core/communicators/ssh/index.ts';
import { startTestEc2Process } from '../../../support/ec2/process.ts';
import { connectOptions, endpointOf, heardRun } from '../../../support/ssh/ssh-guest.ts';
import { sshdMissing } from '../../../support/ssh/sshd.ts';
import { begin, stockImage } from './begin.ts';

// Servers and processes start slowly on a machine that does much else.
vi.setConfig({ testTimeout: 120_000 });

const COUNT = { MinCount: 1, MaxCount: 1 };
const missing = sshdMissing();
if (missing !== undefined && process.env['CI'] !== undefined) throw new Error(missing);

test.skipIf(missing !== undefined)(
  'an instance lets in its own key pair at its own address, until it ends',
  async () => {
    const { client, ec2, wait } = await begin({ guest: { kind: 'sshd', port: 2022 } });
    const start = async (name: string): Promise<{ id: string; host: string; privateKey: string }> => {
      const { KeyMaterial: privateKey = '' } = await client.send(
        new CreateKeyPairCommand({ KeyName: name, KeyType: 'ed25519' }),
      );
      const run = await client.send(
        new RunInstancesCommand({
          ImageId: stockImage(ec2, 'noble'),
          InstanceType: 't3.micro',
          KeyName: name,
          ...COUNT,
        }),
      );
      const { InstanceId: id = '', PublicIpAddress: host = '' } = run.Instances?.[0] ?? {};
      await waitUntilInstanceRunning(wait, { InstanceIds: [id] });
      return { id, host, privateKey };
    };
    const one = await start('one');
    const two = await start('two');
    await ec2.settled();
    expect(one.host).not.toBe(two.host);
    const logIn = (host: string, privateKey: string): ReturnType<typeof connectSsh> =>
      connectSsh(
        connectOptions({ ...endpointOf(2022, { privateKey }), host }, { attempts: 1, timeout: 20_000 }),
        heardRun(),
      );
    const guest = await logIn(one.host, one.privateKey);
    const said: string[] = [];
    const { signal } = new AbortController();
    await guest.exec('echo here', { signal, onLine: (_, line) => void said.push(line) });
    expect(said).toEqual(['here']);
    await guest.close();
    await expect(logIn(one.host, two.privateKey)).rejects.toThrow();
    const { Output = '' } = await client.send(new GetConsoleOutputCommand({ InstanceId: one.id }));
    expect(Buffer.from(Output, 'base64').toString()).toMatch(/BEGIN SSH HOST KEY KEYS-----\nssh-ed25519 AAAA/);
    await client.send(new TerminateInstancesCommand({ InstanceIds: [one.id] }));
    await ec2.settled();
    await expect(logIn(one.host, one.privateKey)).rejects.toThrow();
  },
);

test('the password of a Windows instance is encrypted for its key pair', async () => {
  const { client, ec2 } = await begin();
  const { KeyMaterial = '' } = await client.send(new CreateKeyPairCommand({ KeyName: 'windows' }));
  const run = await client.send(
    new RunInstancesCommand({
      ImageId: stockImage(ec2, 'Windows'),
      InstanceType: 't3.large',
      KeyName: 'windows',
      ...COUNT,
    }),
  );
  const InstanceId = run.Instances?.[0]?.InstanceId;
  expect((await client.send(new GetPasswordDataCommand({ InstanceId }))).PasswordData).toBe('');
  ec2.advance(180_000);
  const { PasswordData = '' } = await client.send(new GetPasswordDataCommand({ InstanceId }));
  const key = createPrivateKey(KeyMaterial);
  const password = privateDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, Buffer.from(PasswordData, 'base64'));
  expect(password.toString()).toBe(ec2.region('us-east-1').instances.peek(InstanceId ?? '')?.password);
});

test('a process with the environment of the server reaches instances by made-up addresses and nothing else', async () => {
  const { client, ec2 } = await begin({ addresses: 'public' });
  const run = await client.send(
    new RunInstancesCommand({ ImageId: stockImage(ec2, 'noble'), InstanceType: 't3.micro', ...COUNT }),
  );
  const { PublicIpAddress: address = '', PublicDnsName: name = '' } = run.Instances?.[0] ?? {};
  expect(address).toMatch(/^203\.0\.113\./);
  expect(ec2.dialMap()[address]).toMatch(/^127\./);
  const script = `
    const net = require('node:net');
    const served = net.createServer((socket) => socket.end('hello'));
    served.listen(0, '${String(ec2.dialMap()[address])}', async () => {
      const { port } = served.address();
      const dial = (...args) => new Promise((resolve) => {
        const socket = net.connect(...args);
        socket.once('data', (data) => resolve(String(data)));
        socket.once('error', (error) => resolve(error.code));
      });
      const said = [await dial(port, '${address}'), await dial({ port, host: '${name}' }), await dial(22, '198.51.100.99')];
      said.push(await fetch('http://example.com/').then(() => 'reached', (error) => error.cause.code));
      console.log(said.join(' '));
      served.close();
    });`;
  const child = spawn(process.execPath, ['-e', script], { env: { ...process.env, ...ec2.environment } });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (said += data.toString()));
  await once(child, 'close');
  expect(said).toBe('hello hello ECONNREFUSED ECONNREFUSED\n');
  expect(ec2.refusedDials()).toEqual(['198.51.100.99:22', 'example.com:80']);
});

test('a server in a process of its own is steered from outside and ends when it is told', async () => {
  const server = await startTestEc2Process({ timePerCall: 0 });
  const { endpoint, credentials } = server;
  const client = new EC2Client({ endpoint, credentials, region: 'us-east-1', maxAttempts: 1 });
  const image = await server.ask('add-image', { region: 'us-east-1', image: { name: 'mine' } });
  await server.plan({ call: 'RunInstances', error: { code: 'Unsupported', message: 'not here' } });
  const start = (): Promise<{ Instances?: { InstanceId?: string | undefined }[] | undefined }> =>
    client.send(new RunInstancesCommand({ ImageId: String(image), InstanceType: 't3.micro', ...COUNT }));
  await expect(start()).rejects.toMatchObject({ name: 'Unsupported', message: 'not here' });
  const id = (await start()).Instances?.[0]?.InstanceId ?? '';
  const state = async (): Promise<string | undefined> => {
    const { Reservations } = await client.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
    return Reservations?.[0]?.Instances?.[0]?.State?.Name;
  };
  expect(await state()).toBe('pending');
  await server.advance(20_000);
  expect(await state()).toBe('running');
  expect((await server.leftovers()).map((each) => each.kind).sort()).toEqual(['instance', 'volume']);
  expect((await server.calls()).map((each) => each.error)).toEqual(['Unsupported', undefined, undefined, undefined]);
  expect(await server.broken()).toEqual([]);
  await server.stop();
  expect(() => process.kill(server.pid, 0)).toThrow();
});
