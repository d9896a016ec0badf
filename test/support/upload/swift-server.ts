import { execFileSync, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../ssh/sshd.ts';
import { startHttpServer, type Started } from './started.ts';

export interface SwiftServer extends Started {
  readonly port: number;
  /** Address of the account. */
  readonly account: string;
  /** Lets in. */
  readonly token: string;
}

const SERVERS = ['account', 'container', 'object'] as const;

/** A Swift of one device, with all its daemons; a token of its own test login lets in. */
export async function startSwift(): Promise<SwiftServer> {
  const home = await mkdtemp(join(tmpdir(), 'kiln-swift-'));
  // Python of the system, whatever else is called so.
  const environment = { ...process.env, PATH: '/usr/bin:/bin' };
  const port = await freePort();
  await mkdir(join(home, 'srv/d1'), { recursive: true });
  await writeFile(
    join(home, 'swift.conf'),
    '[swift-hash]\nswift_hash_path_suffix = kiln\nswift_hash_path_prefix = tests\n',
  );
  const children: { stop(): Promise<void> }[] = [];
  const run = (program: string, args: readonly string[]): void => {
    const child = spawn(program, args, { env: environment, stdio: 'ignore' });
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
    children.push({
      stop: async () => {
        child.kill('SIGKILL');
        await ended;
      },
    });
  };
  // It keeps the tokens of the test login.
  const memory = await freePort();
  run('/usr/bin/memcached', ['-l', '127.0.0.1', '-p', String(memory), '-U', '0', '-u', 'root']);
  for (const server of SERVERS) {
    const own = await freePort();
    const builder = join(home, `${server}.builder`);
    const ring = (...args: readonly string[]): void =>
      void execFileSync('/usr/bin/swift-ring-builder', [builder, ...args], { env: environment, stdio: 'pipe' });
    ring('create', '6', '1', '0');
    ring('add', `r1z1-127.0.0.1:${own}/d1`, '1');
    ring('rebalance');
    const configuration = join(home, `${server}-server.conf`);
    await writeFile(
      configuration,
      `[DEFAULT]
bind_ip = 127.0.0.1
bind_port = ${own}
workers = 0
user = root
swift_dir = ${home}
devices = ${join(home, 'srv')}
mount_check = false
log_level = WARNING
log_address = ${join(home, 'no-log')}
[pipeline:main]
pipeline = ${server}-server
[app:${server}-server]
use = egg:swift#${server}
`,
    );
    run(`/usr/bin/swift-${server}-server`, [configuration]);
  }
  const configuration = join(home, 'proxy-server.conf');
  await writeFile(
    configuration,
    `[DEFAULT]
bind_ip = 127.0.0.1
bind_port = ${port}
workers = 0
user = root
swift_dir = ${home}
log_level = WARNING
log_address = ${join(home, 'no-log')}
[pipeline:main]
pipeline = catch_errors cache tempauth slo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:${memory}
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin http://127.0.0.1:${port}/v1/AUTH_test
[filter:slo]
use = egg:swift#slo
`,
  );
  const proxy = await startHttpServer('/usr/bin/swift-proxy-server', [configuration], port, { PATH: '/usr/bin:/bin' });
  const stop = async (): Promise<void> => {
    await proxy.stop();
    for (const child of children) await child.stop();
    await rm(home, { recursive: true, force: true });
  };
  const answer = await fetch(`http://127.0.0.1:${port}/auth/v1.0`, {
    headers: { 'x-auth-user': 'test:tester', 'x-auth-key': 'testing' },
  });
  const token = answer.headers.get('x-auth-token');
  if (token === null) {
    await stop();
    throw new Error(`no token of Swift: ${answer.status} ${await answer.text()} ${proxy.log()}`);
  }
  return { ...proxy, port, token, account: `http://127.0.0.1:${port}/v1/AUTH_test`, stop };
}
