import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, expect, onTestFinished } from 'vitest';
import { openIapTunnel, type IapTunnelOptions } from '../../../../../builders/_googlecompute/iap/tunnel.ts';
import { connectToInstance, type InstanceAccess } from '../../../../../core/cloud/connect.ts';
import type { CommunicatorOptions } from '../../../../../core/communicators/options.gen.ts';
import type { Communicator } from '../../../../../core/contract/communicator.ts';
import { KilnError } from '../../../../../core/errors/errors.ts';
import { componentConfig } from '../../../../support/component-config.ts';
import { startRelayServer, type RelayManners, type RelayServer } from '../../../../support/gce/iap/relay-server.ts';
import { handMadeBuild, type HandMadeBuild } from '../../../../support/kiln/hand-made-build.ts';
import { freePort, type TestSshd } from '../../../../support/ssh/sshd.ts';
import { testWithSshd } from '../../../../support/ssh/test-with-sshd.ts';

const test = testWithSshd();
const { signal } = new AbortController();
const target = { project: 'p', zone: 'z', instance: 'vm', networkInterface: 'nic0', port: 22 };

interface Place {
  readonly server: RelayServer;
  readonly build: HandMadeBuild;
  readonly options: IapTunnelOptions;
  readonly login: { headers: () => Promise<Record<string, string>>; renew: () => boolean };
}

async function place(manners: Partial<RelayManners>, given: Partial<IapTunnelOptions> = {}): Promise<Place> {
  const server = await startRelayServer({
    believes: (token) => token === 'good',
    route: () => ({ port: 1 }),
    ...manners,
  });
  const build = await handMadeBuild();
  onTestFinished(async () => {
    server.close();
    await build.releaseAll();
  });
  return {
    ...{ server, build },
    login: { headers: () => Promise.resolve({ authorization: 'Bearer good' }), renew: () => false },
    options: { target, root: server.root, localPort: 0, limit: 20_000, refusals: 0, ...given },
  };
}

/** Logs in to the server as a builder does. */
async function guestOf({ options, build, login }: Place, sshd: TestSshd): Promise<Communicator> {
  const config: CommunicatorOptions = componentConfig('builders/null', {
    ...{ communicator: 'ssh', ssh_username: 'root', ssh_private_key_file: sshd.privateKeyFile, ssh_timeout: '30s' },
  });
  const access: InstanceAccess = {
    login: {},
    address: () => Promise.resolve(''),
    tunnel: (watched) => openIapTunnel(options, { build: watched, login }),
    gone: () => Promise.resolve(undefined),
    consoleTail: () => Promise.resolve(''),
  };
  return connectToInstance(config, access, build);
}

async function failure(work: Promise<unknown>): Promise<KilnError> {
  const error: unknown = await work.catch((caught: unknown) => caught);
  if (error instanceof KilnError) return error;
  throw new Error('nothing failed', { cause: error });
}

describe('a guest behind IAP', () => {
  test('is logged in to, by the connection that was tried first', async ({ sshd }) => {
    const here = await place({ route: () => ({ port: sshd.port }) });
    const guest = await guestOf(here, sshd);
    expect((await guest.exec('exit 3', { signal })).exitStatus).toBe(3);
    await guest.close();
    expect(here.server.calls).toHaveLength(1);
    expect(here.build.lines.join('\n')).toMatch(/port \d+ of this machine leads to port 22 of the instance by IAP/);
  });

  test('gets files whole while the connection to Google is cut again and again', async ({ sshd }) => {
    const here = await place({ route: () => ({ port: sshd.port }), cutAfter: 700_000 });
    const folder = await mkdtemp(join(tmpdir(), 'kiln-iap-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const bytes = randomBytes(5 * 1024 * 1024);
    await writeFile(join(folder, 'file'), bytes);
    const guest = await guestOf(here, sshd);
    await guest.upload({ path: join(folder, 'file') }, join(folder, 'there'), { signal });
    await guest.close();
    expect((await readFile(join(folder, 'there'))).equals(bytes)).toBe(true);
    expect(here.server.calls.filter((call) => call.includes('reconnect')).length).toBeGreaterThan(3);
  });

  test('is waited for until its port answers, and IAP until it knows the instance', async ({ sshd }) => {
    let asked = 0;
    const answers = [
      { code: 4047, reason: 'failed to lookup instance' },
      { code: 4003, reason: 'failed to connect to backend' },
    ];
    const here = await place({ route: () => answers[asked++] ?? { port: sshd.port } }, { refusals: 10_000 });
    const guest = await guestOf(here, sshd);
    expect((await guest.exec('exit 4', { signal })).exitStatus).toBe(4);
    await guest.close();
    expect(asked).toBe(3);
  });
});

describe('a tunnel that does not open', () => {
  test('says that the account may not, and which role it needs', async () => {
    const { options, build, login } = await place({ route: () => ({ code: 4033, reason: 'not authorized' }) });
    const error = await failure(openIapTunnel(options, { build, login }));
    expect(error).toMatchObject({ code: 'GOOGLE_IAP' });
    expect(error.message).toContain('4033: not authorized');
    expect(error.hint).toContain('roles/iap.tunnelResourceAccessor');
  });

  test('says of a port that never answers which firewall rule it needs', async () => {
    const route = (): { code: number; reason: string } => ({ code: 4003, reason: 'failed to connect to backend' });
    const { options, build, login } = await place({ route }, { limit: 1500 });
    const error = await failure(openIapTunnel(options, { build, login }));
    expect(error).toMatchObject({ code: 'GOOGLE_IAP', pointer: '/use_iap' });
    expect(error.hint).toContain('35.235.240.0/20 in at port 22');
  });

  test('gets another token when this one is not believed any more', async ({ sshd }) => {
    const here = await place({ route: () => ({ port: sshd.port }) });
    let token = 'expired';
    const login = {
      headers: () => Promise.resolve({ authorization: `Bearer ${token}` }),
      renew: () => {
        token = 'good';
        return true;
      },
    };
    const { close } = await openIapTunnel(here.options, { build: here.build, login });
    await close();
    const fixed = { headers: () => Promise.resolve({ authorization: 'Bearer bad' }), renew: () => false };
    const error = await failure(
      openIapTunnel({ ...here.options, refusals: 60_000 }, { build: here.build, login: fixed }),
    );
    expect(error.message).toContain('does not believe the login');
  });

  test('names the option of the port on this machine', async ({ sshd }) => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void taken.close());
    const address = taken.address();
    const localPort = typeof address === 'object' && address !== null ? address.port : 0;
    const { options, build, login } = await place({ route: () => ({ port: sshd.port }) }, { localPort });
    const error = await failure(openIapTunnel(options, { build, login }));
    expect(error).toMatchObject({ code: 'GOOGLE_PORT', pointer: '/iap_localhost_port' });
  });

  test('and one that is closed leaves no connection', async ({ sshd }) => {
    const localPort = await freePort();
    const { options, build, login } = await place({ route: () => ({ port: sshd.port }) }, { localPort });
    const tunnel = await openIapTunnel(options, { build, login });
    const connection = connect(localPort, '127.0.0.1');
    const said = buffer(connection);
    await new Promise((resolve) => connection.once('data', resolve));
    await tunnel.close();
    expect((await said).toString()).toContain('SSH-2.0');
    await expect(buffer(connect(localPort, '127.0.0.1'))).rejects.toThrow('ECONNREFUSED');
  });
});
