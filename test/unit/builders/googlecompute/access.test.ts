import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { listenOnLoopback } from '../../../../core/cloud/listener.ts';
import type { JsonObject } from '../../../../core/contract/json.ts';
import { gcePlace, type GcePlace } from '../../../support/gce/gce-place.ts';
import type { WorldOptions } from '../../../support/gce/index.ts';
import { startIdentityServer } from '../../../support/gce/identity/identity-server.ts';
import { keyFile, testAccount } from '../../../support/gce/identity/tokens.ts';
import { startRelayServer, type RelayManners, type RelayServer } from '../../../support/gce/iap/relay-server.ts';
import {
  startOsLogin,
  type OsLoginManners,
  type OsLoginServer,
} from '../../../support/gce/os-login/os-login-server.ts';
import { lacks } from '../../../support/kiln/needs.ts';
import { startWinrmServer } from '../../../support/winrm/server.ts';

const user = userInfo().username;
const EMAIL = 'builder@bakery.iam.gserviceaccount.com';
const ssh: JsonObject = { communicator: 'ssh', ssh_username: user, skip_create_image: true };
const provisioners: JsonObject[] = [{ type: 'shell', inline: ['true'] }];

/** All files below a directory. */
function filesIn(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Options with one more service in the place of Google's. */
function at(place: GcePlace, endpoints: Record<string, string>): JsonObject {
  return { custom_endpoints: { ...place.gce.customEndpoints, ...endpoints } };
}

async function relayOf(place: GcePlace, manners: Partial<RelayManners> = {}): Promise<RelayServer> {
  const server = await startRelayServer({
    believes: (token) => place.gce.world.tokens.has(token),
    route: (query) => {
      const path = `projects/${query.get('project') ?? ''}/zones/${query.get('zone') ?? ''}/instances/${query.get('instance') ?? ''}`;
      const found = place.gce.world.instances.peek(path);
      if (found === undefined) return { code: 4047, reason: 'Failed to lookup instance' };
      return { host: found.address.publicAddress, port: Number(query.get('port')) };
    },
    ...manners,
  });
  onTestFinished(() => server.close());
  return server;
}

async function osLoginOf(place: GcePlace, manners: Partial<OsLoginManners> = {}): Promise<OsLoginServer> {
  const whose = (token: string): string | undefined => (place.gce.world.tokens.has(token) ? EMAIL : undefined);
  const server = await startOsLogin({ whose, ...manners });
  onTestFinished(() => server.close());
  return server;
}

/** Says whom the test's only token belongs to. */
async function userinfo(place: GcePlace): Promise<string> {
  const server = await startIdentityServer();
  (server.tokens as Map<string, string>).set(place.gce.token, EMAIL);
  onTestFinished(() => server.close());
  return server.url;
}

function metadataOf(place: GcePlace): Readonly<Record<string, string>> {
  const [body] = place.inputs('instances.insert') as { metadata: { items: { key: string; value: string }[] } }[];
  return Object.fromEntries((body?.metadata.items ?? []).map(({ key, value }) => [key, value]));
}

describe('credentials', () => {
  it('of a service account let a build in, and a token that has ended is renewed', async () => {
    await using place = await gcePlace();
    const account = testAccount(EMAIL);
    const identity = await startIdentityServer({ account });
    onTestFinished(() => identity.close());
    const { tokens } = place.gce.world;
    // Google forgets the first token after some calls.
    let checks = 0;
    const spy = vi.spyOn(tokens, 'has').mockImplementation((token) => {
      checks += 1;
      return identity.tokens.has(token) && (checks < 5 || !token.endsWith('-1'));
    });
    onTestFinished(() => spy.mockRestore());
    const credentials_json = JSON.stringify(keyFile(account, `${identity.url}/token`));
    const { report } = await place.bake({ access_token: null, credentials_json });
    expect(report.failure).toBeUndefined();
    expect(identity.tokens.size).toBe(2);
    // Neither the report nor what the run wrote down has a key or a token.
    const written = execFileSync('cat', ['--', ...filesIn(join(place.directory, 'state'))]).toString('utf8');
    expect(written).toContain('googlecompute:instance');
    for (const secret of ['PRIVATE KEY', ...identity.tokens.keys()]) {
      expect(`${JSON.stringify(report)}${written}`).not.toContain(secret);
    }
  });

  it('that are refused end the build with what to do', async () => {
    await using place = await gcePlace();
    const account = testAccount(EMAIL);
    const identity = await startIdentityServer({ account: testAccount(EMAIL) });
    onTestFinished(() => identity.close());
    const credentials_json = JSON.stringify(keyFile(account, `${identity.url}/token`));
    const { report } = await place.bake({ access_token: null, credentials_json });
    expect(report.failure).toMatchObject({ code: 'GOOGLE_CREDENTIALS', pointer: '/builders/0/credentials_json' });
    expect(report.failure?.hint).toContain('make a new key');
    expect(place.left()).toEqual([]);
  });
});

describe('a token server that does not answer', () => {
  it('is not waited for when the build is cancelled', async () => {
    await using place = await gcePlace();
    const cancel = new AbortController();
    let began = 0;
    const silent = await listenOnLoopback(0, () => {
      began = performance.now();
      setTimeout(() => cancel.abort(), 100);
      return new Promise(() => undefined);
    });
    onTestFinished(() => silent.close());
    const key = keyFile(testAccount(EMAIL), `http://127.0.0.1:${silent.port}/token`);
    const options = { access_token: null, credentials_json: JSON.stringify(key) };
    const { report } = await place.bake(options, { signal: cancel.signal });
    expect(report.outcome).toBe('cancelled');
    expect(performance.now() - began).toBeLessThan(20_000);
  });
});

describe.skipIf(lacks(['sshd']))('a guest behind IAP', () => {
  const world: WorldOptions = { guest: { kind: 'sshd' } };
  it('is provisioned without an address outside', async () => {
    await using place = await gcePlace(world);
    const relay = await relayOf(place, { cutAfter: 20_000 });
    const { report, said } = await place.bake(
      { ...ssh, use_iap: true, ...at(place, { iap: relay.root }) },
      {},
      provisioners,
    );
    expect(report.failure).toBeUndefined();
    expect(said.join('\n')).toContain('leads to port 22 of the instance by IAP');
    expect(relay.calls[0]).toMatch(/^\/v4\/connect\?project=bakery&zone=us-central1-a&instance=packer-/);
    expect(place.left()).toEqual([]);
  });

  it('that the account may not reach is not waited for, and leaves nothing', async () => {
    await using place = await gcePlace(world);
    const relay = await relayOf(place, { route: () => ({ code: 4033, reason: 'not authorized' }) });
    const options = { ...ssh, use_iap: true, iap_tunnel_launch_wait: 0, ...at(place, { iap: relay.root }) };
    const { report } = await place.bake(options, {}, provisioners);
    expect(report.failure).toMatchObject({ code: 'GOOGLE_IAP' });
    expect(report.failure?.hint).toContain('roles/iap.tunnelResourceAccessor');
    expect(place.left()).toEqual([]);
  });
});

describe.skipIf(lacks(['sshd']))('OS Login', () => {
  /** A place whose guests let in whom the profile of the account has. */
  async function osLoginPlace(
    more: WorldOptions = {},
  ): Promise<{ place: GcePlace; service: OsLoginServer; options: JsonObject }> {
    const services: OsLoginServer[] = [];
    const keys = (): string =>
      [...(services[0]?.profiles.get(EMAIL)?.keys.values() ?? [])].map(({ key }) => `${user}:${key}`).join('\n');
    const place = await gcePlace({ guest: { kind: 'sshd' }, osLoginKeys: keys, ...more });
    const service = await osLoginOf(place);
    services.push(service);
    const endpoints = at(place, { oslogin: service.root, oauth2: await userinfo(place) });
    return { place, service, options: { ...ssh, ssh_username: 'nobody', oslogin_ssh_username: user, ...endpoints } };
  }

  it('lets the build in by its own key, for a while, and gives the key back', async () => {
    const { place, service, options } = await osLoginPlace();
    await using _ = place;
    const more = { use_os_login: true, oslogin_ssh_key_expire_after: '2h' };
    const { report, said } = await place.bake({ ...options, ...more }, {}, provisioners);
    expect(report.failure).toBeUndefined();
    expect(metadataOf(place)).toMatchObject({ 'enable-oslogin': 'TRUE' });
    expect(said.join('\n')).toContain(`OS Login: ${EMAIL} is ${user} on the instance`);
    expect(service.profiles.get(EMAIL)?.keys.size).toBe(0);
    expect(service.calls.map((call) => call.replace(/\w{64}/, 'FINGERPRINT'))).toEqual([
      `POST /v1/users/${encodeURIComponent(EMAIL)}:importSshPublicKey?projectId=bakery`,
      `DELETE /v1/users/${encodeURIComponent(EMAIL)}/sshPublicKeys/FINGERPRINT`,
    ]);
  });

  it('is used when the project says so, and not when nobody does', async () => {
    for (const [projectMetadata, used] of [
      [{ 'enable-oslogin': 'TRUE' }, true],
      [{ 'enable-oslogin': 'FALSE' }, false],
      [{}, false],
    ] as const) {
      const { place, service, options } = await osLoginPlace({ projectMetadata });
      await using _ = place;
      const { report } = await place.bake({ ...options, ssh_username: user }, {}, provisioners);
      expect(report.failure).toBeUndefined();
      expect(service.calls.length > 0).toBe(used);
      expect(metadataOf(place)).not.toHaveProperty('enable-oslogin');
    }
  });

  it('finds the key again whose import had no answer', async () => {
    const { place, service, options } = await osLoginPlace();
    await using _ = place;
    service.manners.losesAnswers = 1;
    const { report } = await place.bake({ ...options, use_os_login: true }, {}, provisioners);
    expect(report.failure).toBeUndefined();
    expect(service.profiles.get(EMAIL)?.keys.size).toBe(0);
  });

  it('gives the key back when the build fails', async () => {
    const { place, service, options } = await osLoginPlace();
    await using _ = place;
    const failing = [{ type: 'shell', inline: ['exit 3'] }];
    const { report } = await place.bake({ ...options, use_os_login: true }, {}, failing);
    expect(report.failure).toBeDefined();
    expect(service.profiles.get(EMAIL)?.keys.size).toBe(0);
    expect(place.left()).toEqual([]);
  });

  it('has its key removed by kiln gc when the build could not', async () => {
    const { place, service, options } = await osLoginPlace();
    await using _ = place;
    const failing = [{ type: 'shell', inline: ['exit 3'] }];
    const { report } = await place.bake({ ...options, use_os_login: true }, { onError: 'abort' }, failing);
    expect(report.failure).toBeDefined();
    expect(service.profiles.get(EMAIL)?.keys.size).toBe(1);
    const { leftBehind } = await place.gc();
    expect(leftBehind).toEqual([]);
    expect(service.profiles.get(EMAIL)?.keys.size).toBe(0);
    expect(place.left()).toEqual([]);
  });

  it('that takes no more keys says which to remove', async () => {
    const { place, service, options } = await osLoginPlace();
    await using _ = place;
    service.manners.full = true;
    const { report } = await place.bake({ ...options, use_os_login: true }, {}, provisioners);
    expect(report.failure).toMatchObject({ code: 'GOOGLE_OS_LOGIN', pointer: '/builders/0/use_os_login' });
    expect(report.failure?.hint).toContain('os-login ssh-keys');
    expect(place.calls()).not.toContain('instances.insert');
  });

  it('of an account without a name on instances says which role it needs', async () => {
    const { place, service, options } = await osLoginPlace();
    await using _ = place;
    service.manners.nameless = true;
    const { report } = await place.bake({ ...options, use_os_login: true }, {}, provisioners);
    expect(report.failure?.hint).toContain('roles/compute.osAdminLogin');
    expect(service.profiles.get(EMAIL)?.keys.size).toBe(0);
  });
});

describe.skipIf(lacks(['sshd']))('keys in the metadata', () => {
  it('come later when the template says so', async () => {
    await using place = await gcePlace({ guest: { kind: 'sshd' } });
    const keys = `somebody:ssh-ed25519 AAAA else`;
    const options = { ...ssh, wait_to_add_ssh_keys: '1s', metadata: { 'ssh-keys': keys, color: 'blue' } };
    const { report } = await place.bake(options, {}, provisioners);
    expect(report.failure).toBeUndefined();
    expect(metadataOf(place)).toEqual({ color: 'blue' });
    const [later] = place.inputs('instances.setMetadata') as { items: { key: string; value: string }[] }[];
    expect(later?.items.find(({ key }) => key === 'ssh-keys')?.value).toMatch(
      new RegExp(`^${user}:ssh-ed25519 .*\n${keys}$`),
    );
    expect(later?.items.find(({ key }) => key === 'color')?.value).toBe('blue');
  });
});

describe('a Windows guest', () => {
  const windows: JsonObject = {
    ...{ communicator: 'winrm', winrm_username: 'packer', winrm_timeout: '20s', skip_create_image: true },
    ...{ source_image_family: 'windows-2022', source_image_project_id: ['windows-cloud'] },
  };

  it('is logged in to with the password that its agent made for the key of the build', async () => {
    await using place = await gcePlace();
    await using server = await startWinrmServer({ username: 'packer', password: 'not yet' });
    const relay = await relayOf(place, {
      route: () => {
        const [instance] = place.gce.world.instances.all();
        server.setPassword(instance?.passwords.get('packer') ?? '');
        return { port: server.port };
      },
    });
    const options = { ...windows, use_iap: true, ...at(place, { iap: relay.root }) };
    const shell = [{ type: 'windows-shell', inline: ['echo hello'] }];
    const { report, said } = await place.bake(options, {}, shell);
    expect(report.failure).toBeUndefined();
    expect(said.join('\n')).toContain('waiting for the password of packer');
    const line = JSON.parse(metadataOf(place)['windows-keys'] ?? '') as Record<string, string>;
    expect(line).toMatchObject({ userName: 'packer', exponent: 'AQAB' });
    expect(Date.parse(line['expireOn'] ?? '')).toBeGreaterThan(Date.now() + 10 * 60_000);
    expect(server.complaints).toEqual([]);
    expect(place.calls()).not.toContain('instances.setMetadata');
  });

  it('whose agent cannot make the user says why', async () => {
    await using place = await gcePlace();
    const { report } = await place.bake({ ...windows, winrm_username: 'a-name-that-is-too-long-for-it' });
    expect(report.failure).toMatchObject({ code: 'GOOGLE_PASSWORD', pointer: '/builders/0/winrm_username' });
    expect(report.failure?.message).toContain('The user name is too long.');
    expect(place.left()).toEqual([]);
  });

  it('without an agent is waited for as long as the template says', async () => {
    await using place = await gcePlace();
    const options = { ...windows, windows_password_timeout: '1s', metadata: { 'disable-account-manager': 'true' } };
    const { report } = await place.bake(options);
    expect(report.failure).toMatchObject({ code: 'GOOGLE_TIMEOUT', pointer: '/builders/0/windows_password_timeout' });
    expect(report.failure?.hint).toContain('agent of Google Compute Engine');
    expect(place.left()).toEqual([]);
  });
});
