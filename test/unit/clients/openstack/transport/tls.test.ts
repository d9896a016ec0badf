import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket, type PeerCertificate } from 'node:tls';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { connect, type CloudSettings, type TlsSettings } from '../../../../../clients/openstack/index.ts';
import { listen } from '../../../../support/cloud/server.ts';

const directory = mkdtempSync(join(tmpdir(), 'kiln-openstack-tls-'));
const [certificate, key] = [join(directory, 'cert.pem'), join(directory, 'key.pem')];
let server: Server;
let here = '';
/** Common names of the certificates that clients showed. */
const shown: string[] = [];

beforeAll(async () => {
  const options = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync('openssl', ['req', '-x509', ...options, '-keyout', key, '-out', certificate, ...subject], {
    stdio: 'pipe',
  });
  const [cert, ownKey] = [readFileSync(certificate), readFileSync(key)];
  server = createServer({ cert, key: ownKey, requestCert: true, rejectUnauthorized: false }, (request, response) => {
    // A client without a certificate has no subject, against Node's types.
    const peer: Partial<PeerCertificate> =
      request.socket instanceof TLSSocket ? request.socket.getPeerCertificate() : {};
    const name = peer.subject?.CN;
    if (typeof name === 'string') shown.push(name);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"flavors":[]}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  here = typeof address === 'object' && address !== null ? `https://127.0.0.1:${address.port}` : '';
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(directory, { recursive: true });
});

async function ask(tls: TlsSettings): Promise<unknown> {
  const settings: CloudSettings = { login: { type: 'endpoint', endpoint: here }, tls, retries: { retries: 0 } };
  const cloud = connect(settings);
  onTestFinished(() => cloud.close());
  return cloud.compute.flavors.list();
}

describe('a certificate', () => {
  test('of an authority that nobody knows is refused, and nothing is asked', async () => {
    await expect(ask({})).rejects.toMatchObject({ reason: 'untrusted', mayHaveHappened: false });
  });

  test('counts by cacert', async () => {
    expect(await ask({ cacert: certificate })).toEqual([]);
  });

  test('is not looked at when insecure', async () => {
    expect(await ask({ insecure: true, cacert: '/nowhere.pem' })).toEqual([]);
  });

  test('of the client is shown, with a key of its own file or of the same', async () => {
    shown.length = 0;
    await ask({ cacert: certificate, cert: certificate, key });
    expect(shown).toEqual(['localhost']);
    await expect(ask({ cacert: certificate, cert: certificate })).rejects.toThrow();
  });

  test('whose file is not there is an error that names it', async () => {
    await expect(ask({ cacert: '/nowhere.pem' })).rejects.toMatchObject({
      ...{ reason: 'settings', message: expect.stringContaining('/nowhere.pem') as string },
    });
  });
});

test('a proxy of the environment is asked instead of the cloud', async () => {
  const asked: string[] = [];
  const proxy = await listen({
    answer: ({ method, url, headers }) => {
      asked.push(`${method} ${url} ${headers['x-auth-token']?.toString() ?? ''}`);
      return Promise.resolve({ status: 200, type: 'application/json', body: '{"flavors":[]}' });
    },
    control: () => ({ status: 404, type: 'text/plain', body: '' }),
    upgrade: (_request, stream) => stream.destroy(),
    report: () => undefined,
  });
  onTestFinished(() => proxy.close());
  vi.stubEnv('HTTP_PROXY', proxy.endpoint);
  vi.stubEnv('NO_PROXY', '');
  vi.stubEnv('no_proxy', '');
  onTestFinished(() => void vi.unstubAllEnvs());
  const cloud = connect({ login: { type: 'endpoint', endpoint: 'http://compute.example.com', token: 't' } });
  expect(await cloud.compute.flavors.list()).toEqual([]);
  expect(asked).toEqual(['GET http://compute.example.com/v2.1/flavors/detail t']);
  cloud.close();
});
