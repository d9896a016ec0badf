import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { openSession } from './sessions.ts';
import type { World } from './world.ts';

/** A Vault whose engine for AWS is mounted at `aws`: its role "builder" gives a role's session, "user" a user's keys. */
export interface VaultServer extends AsyncDisposable {
  /** Variables that lead to it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly asked: readonly { readonly request: string; readonly body: unknown }[];
}

const TOKEN = 'vault-token-1';

interface Lease {
  readonly lease_id: string;
  readonly renewable: boolean;
  readonly lease_duration: number;
  readonly data: Readonly<Record<string, string | null>>;
}

function lease(world: World, role: string, seconds: number): Lease | undefined {
  const about = { lease_id: `aws/creds/${role}/${world.identities.size}`, renewable: role === 'user' };
  if (role === 'builder') {
    const session = openSession(world, world.account, 'vault', 'vault', seconds);
    const { accessKeyId, secretAccessKey, sessionToken } = session;
    const data = { access_key: accessKeyId, secret_key: secretAccessKey, security_token: sessionToken };
    return { ...about, lease_duration: seconds, data: { ...data, session_token: sessionToken } };
  }
  if (role !== 'user') return undefined;
  const [accessKeyId, secretAccessKey] = [
    `AKIAVAULT${String(world.identities.size).padStart(11, '0')}`,
    'vault-secret',
  ];
  const arn = `arn:aws:iam::${world.account}:user/vault`;
  const user = { accessKeyId, secretAccessKey, account: world.account, arn, userId: 'AIDAVAULT', expired: false };
  world.identities.set(accessKeyId, user);
  const data = { access_key: accessKeyId, secret_key: secretAccessKey, security_token: null };
  return { ...about, lease_duration: 2_764_800, data };
}

/** @param seconds how long a session is valid */
export async function startVaultServer(world: World, seconds = 3600): Promise<VaultServer> {
  const asked: { request: string; body: unknown }[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { method = '', url = '' } = request;
      asked.push({ request: `${method} ${url}`, body: body === '' ? undefined : JSON.parse(body) });
      const answer = (status: number, content: object): void =>
        void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content));
      if (request.headers['x-vault-token'] !== TOKEN) {
        answer(403, { errors: ['permission denied'] });
        return;
      }
      const role = /^\/v1\/aws\/creds\/([\w-]+)$/.exec(url)?.[1] ?? '';
      const made = lease(world, role, seconds);
      answer(made === undefined ? 404 : 200, made ?? { errors: [] });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    environment: { VAULT_ADDR: `http://127.0.0.1:${address.port}`, VAULT_TOKEN: TOKEN },
    asked,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
