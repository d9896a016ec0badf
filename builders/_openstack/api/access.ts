import { accessMemory, type Access } from '../../../plugins/sdk/cloud.ts';
import type { JsonObject, JsonValue } from '../../../plugins/sdk/index.ts';
import type { AccessOptions } from '../mixins/access.gen.ts';

/** Options of the way into OpenStack by the names that they have in templates; builds whose are equal share a connection. */
export type ConnectionOptions = AccessOptions;

const OPEN = [
  'cloud',
  'identity_endpoint',
  'username',
  'user_id',
  'tenant_id',
  'tenant_name',
  'domain_id',
  'domain_name',
  'application_credential_id',
  'application_credential_name',
  'region',
  'endpoint_type',
  'cacert',
  'cert',
  'key',
] as const;
const SECRET = ['password', 'passcode', 'token', 'application_credential_secret'] as const;

function given(config: AccessOptions, names: readonly (keyof AccessOptions)[]): Partial<AccessOptions> {
  return Object.fromEntries(names.flatMap((name) => (config[name] === undefined ? [] : [[name, config[name]]])));
}

/** What of a configuration says how to get into OpenStack. */
export function connectionOptions(config: AccessOptions): ConnectionOptions {
  return { ...given(config, [...OPEN, ...SECRET]), insecure: config.insecure };
}

function withoutSecrets(options: ConnectionOptions): JsonObject {
  return { ...given(options, OPEN), insecure: options.insecure };
}

const memory = accessMemory(withoutSecrets, ['region']);

/** `options` as things remember them, for this process and without secrets for another. */
export function rememberAccess(options: ConnectionOptions, region: string): Access {
  return memory.remember(options, region === '' ? {} : { region });
}

function rebuilt(said: JsonObject): ConnectionOptions {
  const texts = OPEN.flatMap((name) => (typeof said[name] === 'string' ? [[name, said[name]]] : []));
  return { ...Object.fromEntries(texts), insecure: said['insecure'] === true } as ConnectionOptions;
}

/** What `rememberAccess` was given; without the secrets when that was in another process, and this one has none. */
export function recallAccess(access: JsonValue | undefined): ConnectionOptions {
  return memory.recall(access, rebuilt);
}
