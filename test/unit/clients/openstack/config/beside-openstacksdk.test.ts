import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readCloud, type ConfiguredCloud } from '../../../../../clients/openstack/config/read-cloud.ts';
import { authenticate } from '../../../../../clients/openstack/identity/authenticate.ts';
import type { ServiceName } from '../../../../../clients/openstack/settings.ts';
import type { Outgoing } from '../../../../../clients/openstack/transport/transport.ts';
import { pythonEnvironment } from '../../../../support/python/python-environment.ts';
import { configurations, type Configuration } from './configurations.ts';

const SDK = { name: 'openstacksdk', packages: ['openstacksdk==4.22.0'] };
const python = pythonEnvironment(SDK);
const base = mkdtempSync(join(tmpdir(), 'kiln-openstacksdk-'));
afterAll(() => rmSync(base, { recursive: true }));

/** A configuration on the disk. */
interface Placed {
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
}

function place({ files = {}, environment = {} }: Configuration, index: number): Placed {
  const [directory, home] = [join(base, String(index), 'here'), join(base, String(index), 'home')];
  mkdirSync(directory, { recursive: true });
  const resolve = (path: string): string => path.replace(/^~(?=\/)/, home);
  for (const [path, text] of Object.entries(files)) {
    const whole = path.startsWith('~') ? resolve(path) : join(directory, path);
    mkdirSync(dirname(whole), { recursive: true });
    writeFileSync(whole, text);
  }
  const variables: Record<string, string> = { PATH: '/usr/bin:/bin', HOME: home };
  for (const [name, value] of Object.entries(environment)) variables[name] = value.replace(/^\.(?=\/)/, directory);
  return { directory, environment: variables };
}

const placed = configurations.map(place);

function askSdk(programs: string): readonly unknown[] {
  const cases = configurations.map((each, index) => ({ ...each, ...placed[index] }));
  const script = join(import.meta.dirname, 'ask_openstacksdk.py');
  const input = JSON.stringify(cases);
  return JSON.parse(execFileSync(join(programs, 'python3'), [script], { input, encoding: 'utf8' })) as unknown[];
}

/** The request by which a token would be got. */
async function requestOf({ settings }: ConfiguredCloud): Promise<unknown> {
  if (settings.login.type === 'endpoint') return { token: settings.login.token ?? null };
  const sent: Outgoing[] = [];
  const transport = {
    ask: (outgoing: Outgoing) => Promise.reject(new Error(`asked ${sent.push(outgoing)}`)),
    open: () => Promise.reject(new Error('nothing is read')),
    close: () => undefined,
  };
  const asking = { transport, settings, headers: {}, limit: 1000, signal: new AbortController().signal };
  await expect(authenticate(asking)).rejects.toThrow('asked');
  const [{ url, body, headers } = { url: '', body: undefined, headers: {} as Outgoing['headers'] }] = sent;
  const wanted = ['authorization', 'x-auth-token'].filter((name) => name in headers);
  return {
    url: String(url),
    body: typeof body === 'string' ? (JSON.parse(body) as unknown) : null,
    headers: Object.fromEntries(wanted.map((name) => [name, headers[name]])),
  };
}

const NAMES: Readonly<Record<string, ServiceName>> = {
  identity: 'identity',
  compute: 'compute',
  image: 'image',
  network: 'network',
  'block-storage': 'blockStorage',
  'object-store': 'objectStore',
};

function servicesOf({ settings }: ConfiguredCloud): unknown {
  const { login, services = {}, region, interface: face } = settings;
  const everywhere = login.type === 'endpoint' && login.token === undefined ? login.endpoint : undefined;
  return Object.fromEntries(
    Object.entries(NAMES).map(([type, name]) => {
      const own = services[name] ?? {};
      const endpoint = type === 'identity' ? null : (own.endpoint ?? everywhere ?? null);
      const words = { type: own.type ?? null, name: own.name ?? null, microversion: own.microversion ?? null };
      return [type, { ...words, endpoint, region: own.region ?? region ?? '', interface: own.interface ?? face }];
    }),
  );
}

/** What Kiln's client makes of a configuration, in the words of the script. */
async function ours({ cloud, region, options }: Configuration, at: Placed): Promise<unknown> {
  const found = await readCloud({ cloud, region, options, ...at });
  const { tls = {}, timeLimits = {} } = found.settings;
  return {
    name: found.name,
    region: found.settings.region ?? null,
    interface: found.settings.interface,
    verify: tls.insecure === true ? false : (tls.cacert ?? true),
    cert: tls.cert === undefined ? null : tls.key === undefined ? tls.cert : [tls.cert, tls.key],
    timeout: timeLimits.request === undefined ? null : timeLimits.request / 1000,
    request: await requestOf(found),
    services: servicesOf(found),
  };
}

test('there are enough configurations', () => {
  expect(configurations.length).toBeGreaterThanOrEqual(60);
  expect(new Set(configurations.map(({ what }) => what)).size).toBe(configurations.length);
});

describe.skipIf(python === undefined)('clouds.yaml and OS_ variables are read as openstacksdk reads them', () => {
  const theirs = python === undefined ? [] : askSdk(python);

  test.each(configurations.map((each, index) => [each.what, each, index] as const))(
    '%s',
    async (_what, each, index) => {
      const expected = theirs[index] as { readonly error?: string };
      const at = placed[index]!;
      if (expected.error === undefined) expect(await ours(each, at)).toEqual(expected);
      else
        await expect(ours(each, at), expected.error).rejects.toThrow(expect.objectContaining({ reason: 'settings' }));
    },
  );
});
