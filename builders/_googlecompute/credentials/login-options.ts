import { accessMemory, type Access } from '../../../plugins/sdk/cloud.ts';
import type { JsonObject, JsonValue } from '../../../plugins/sdk/index.ts';
import type { AccessOptions } from '../mixins/access.gen.ts';

/** Options of the way into Google by the names that they have in templates; builds whose are equal share a login. */
export type LoginOptions = AccessOptions;

const OPEN = [
  'credentials_file',
  'impersonate_service_account',
  'impersonate_service_account_delegates',
  'vault_gcp_oauth_engine',
  'universe_domain',
  'custom_endpoints',
] as const;
const SECRET = ['credentials_json', 'account_file', 'access_token'] as const;

function given(config: Partial<AccessOptions>, names: readonly (keyof AccessOptions)[]): Partial<AccessOptions> {
  return Object.fromEntries(names.flatMap((name) => (config[name] === undefined ? [] : [[name, config[name]]])));
}

/** What of a configuration says how to get into Google. */
export function loginOptions(config: AccessOptions): LoginOptions {
  return { universe_domain: config.universe_domain, ...given(config, [...OPEN, ...SECRET]) };
}

/** Whether `account_file` holds the credentials themselves; Packer tells it in the same way. */
export function isJson(text: string): boolean {
  return text.trimStart().startsWith('{');
}

function withoutSecrets(options: LoginOptions): JsonObject {
  const { account_file: file } = options;
  const path = file === undefined || isJson(file) ? {} : { account_file: file };
  return JSON.parse(JSON.stringify({ ...given(options, OPEN), ...path })) as JsonObject;
}

const memory = accessMemory(withoutSecrets, []);

/** `options` as things remember them, for this process and without secrets for another. */
export function rememberLogin(options: LoginOptions): Access {
  return memory.remember(options, {});
}

function rebuilt(said: JsonObject): LoginOptions {
  const { universe_domain: universe } = said;
  const known = Object.fromEntries(Object.entries(said).filter(([name]) => [...OPEN, 'account_file'].includes(name)));
  return { ...known, universe_domain: typeof universe === 'string' ? universe : 'googleapis.com' };
}

/** What `rememberLogin` was given; without the secrets when that was in another process, and this one has none. */
export function recallLogin(access: JsonValue | undefined): LoginOptions {
  return memory.recall(access, rebuilt);
}
