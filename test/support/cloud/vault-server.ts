import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

/** A Vault with one engine that gives credentials by role. */
export interface VaultServer extends AsyncDisposable {
  /** Variables that lead to it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly asked: readonly { readonly request: string; readonly body: unknown }[];
}

const TOKEN = 'vault-token-1';

/** What the engine gives, by Vault's names. */
export interface Lease {
  readonly lease_id: string;
  readonly renewable: boolean;
  readonly lease_duration: number;
  readonly data: Readonly<Record<string, string | null>>;
}

/**
 * @param engine where the engine is mounted
 * @param lease what a role is given; undefined when there is no such role
 */
export async function startVault(engine: string, lease: (role: string) => Lease | undefined): Promise<VaultServer> {
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
      const start = `/v1/${engine}/creds/`;
      const made = url.startsWith(start) ? lease(url.slice(start.length)) : undefined;
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
