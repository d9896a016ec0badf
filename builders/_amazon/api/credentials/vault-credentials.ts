import { isObject } from '../../../../plugins/sdk/index.ts';
import type { VaultEngine } from './connection-options.ts';
import type { Identity } from './try-sources.ts';

type Reply = Readonly<Record<string, unknown>>;

function text(data: Reply, name: string): string {
  const value = data[name];
  return typeof value === 'string' ? value : '';
}

/** What an answer of Vault's engine for AWS holds. Throws `Error` when there are no credentials in it. */
export function identityOf(reply: Reply, path: string, now: number): Identity {
  const data = isObject(reply['data']) ? reply['data'] : {};
  const [accessKeyId, secretAccessKey] = [text(data, 'access_key'), text(data, 'secret_key')];
  if (accessKeyId === '' || secretAccessKey === '')
    throw new Error(`Vault gives no access_key and secret_key at ${path}`);
  // Newer Vaults call it so, and say null when the keys are those of a user.
  const sessionToken = text(data, 'session_token') || text(data, 'security_token');
  const seconds = reply['lease_duration'];
  return {
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === '' ? {} : { sessionToken }),
    ...(typeof seconds === 'number' && seconds > 0 ? { expiration: new Date(now + seconds * 1000) } : {}),
  };
}

/** Has Vault make credentials. Throws `Error`. */
export async function vaultCredentials(engine: VaultEngine): Promise<Identity> {
  const path = `${engine.engine}/creds/${engine.name}`;
  const { roleArn, ttl } = engine;
  const wanted = {
    ...(roleArn === undefined ? {} : { role_arn: roleArn }),
    ...(ttl === undefined ? {} : { ttl }),
  };
  const body = Object.keys(wanted).length === 0 ? undefined : JSON.stringify(wanted);
  // Many builds may wait for the same credentials; none of them may take them from the others.
  const { askVault } = await import('../../../_vault/ask-vault.ts');
  const reply = await askVault(path, AbortSignal.timeout(60_000), body);
  if (reply === undefined) throw new Error(`Vault has no role ${engine.name} in the engine ${engine.engine}`);
  return identityOf(reply, path, Date.now());
}
