import { accessMemory, type Access } from '../../../../plugins/sdk/cloud.ts';
import { type JsonObject, type JsonValue } from '../../../../plugins/sdk/index.ts';
import type { AccessOptions } from '../../mixins/access.gen.ts';
import type { AssumedRole, ConnectionOptions, VaultEngine, WebIdentity } from './connection-options.ts';

function rolesOf({ assume_role: role }: AccessOptions): readonly AssumedRole[] {
  if (role?.role_arn === undefined) return [];
  return [
    {
      RoleArn: role.role_arn,
      RoleSessionName: role.session_name ?? 'kiln',
      ...(role.duration_seconds === undefined ? {} : { DurationSeconds: role.duration_seconds }),
      ...(role.external_id === undefined ? {} : { ExternalId: role.external_id }),
      ...(role.policy === undefined ? {} : { Policy: role.policy }),
      ...(role.policy_arns === undefined ? {} : { PolicyArns: role.policy_arns.map((arn) => ({ arn })) }),
      ...(role.tags === undefined ? {} : { Tags: Object.entries(role.tags).map(([Key, Value]) => ({ Key, Value })) }),
      ...(role.transitive_tag_keys === undefined ? {} : { TransitiveTagKeys: [...role.transitive_tag_keys] }),
    },
  ];
}

function present(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}

function webIdentityOf({ assume_role_with_web_identity: given }: AccessOptions): { webIdentity?: WebIdentity } {
  if (given === undefined) return {};
  const { web_identity_token: token, web_identity_token_file: tokenFile } = given;
  return {
    webIdentity: {
      roleArn: given.role_arn ?? '',
      roleSessionName: present(given.session_name) ? given.session_name : 'kiln',
      ...(given.duration_seconds === undefined ? {} : { durationSeconds: given.duration_seconds }),
      ...(present(given.policy) ? { policy: given.policy } : {}),
      ...(given.policy_arns === undefined ? {} : { policyArns: given.policy_arns.map((arn) => ({ arn })) }),
      ...(present(token) ? { token } : {}),
      ...(present(tokenFile) ? { tokenFile } : {}),
    },
  };
}

function vaultOf({ vault_aws_engine: given }: AccessOptions): { vault?: VaultEngine } {
  if (given === undefined) return {};
  return {
    vault: {
      name: given.name ?? '',
      engine: given.engine_name,
      ...(present(given.role_arn) ? { roleArn: given.role_arn } : {}),
      ...(present(given.ttl) ? { ttl: given.ttl } : {}),
    },
  };
}

export function connectionOptions(config: AccessOptions): ConnectionOptions {
  const { access_key: accessKeyId, secret_key: secretAccessKey, token } = config;
  return {
    ...(present(config.region) ? { region: config.region } : {}),
    ...(present(config.profile) ? { profile: config.profile } : {}),
    ...(present(accessKeyId) && present(secretAccessKey)
      ? { credentials: { accessKeyId, secretAccessKey, ...(present(token) ? { sessionToken: token } : {}) } }
      : {}),
    ...(present(config.shared_credentials_file) ? { credentialsFile: config.shared_credentials_file } : {}),
    ...webIdentityOf(config),
    ...vaultOf(config),
    roles: rolesOf(config),
    ...(present(config.mfa_code) ? { mfaCode: config.mfa_code } : {}),
    ...(present(config.custom_endpoint_ec2) ? { ec2Endpoint: config.custom_endpoint_ec2 } : {}),
    insecure: config.insecure_skip_tls_verify,
    maxAttempts: config.max_retries + 1,
    metadataService: !config.skip_metadata_api_check,
  };
}

function withoutSecrets(options: ConnectionOptions): JsonObject {
  const { credentials: _credentials, mfaCode: _code, webIdentity, ...open } = options;
  const { token, ...identity } = webIdentity ?? {};
  const kept = { ...open, ...(webIdentity === undefined || token !== undefined ? {} : { webIdentity: identity }) };
  return JSON.parse(JSON.stringify(kept)) as JsonObject;
}

const memory = accessMemory(withoutSecrets, ['region']);

/** `options` as things remember them, for this process and without secrets for another. */
export function rememberAccess(options: ConnectionOptions, region: string): Access {
  return memory.remember(options, { region });
}

function textsIn<Name extends string>(options: JsonObject, names: readonly Name[]): { [Each in Name]?: string } {
  const found = names.flatMap((name) => (typeof options[name] === 'string' ? [[name, options[name]]] : []));
  return Object.fromEntries(found) as { [Each in Name]?: string };
}

function isWebIdentity(value: unknown): value is WebIdentity {
  return typeof value === 'object' && value !== null && 'roleArn' in value && 'tokenFile' in value;
}

function isVault(value: unknown): value is VaultEngine {
  return typeof value === 'object' && value !== null && 'engine' in value;
}

function isRole(value: unknown): value is AssumedRole {
  return typeof value === 'object' && value !== null && 'RoleArn' in value;
}

function withoutCredentials(options: JsonObject): ConnectionOptions {
  const { roles, maxAttempts, webIdentity, vault } = options;
  return {
    ...textsIn(options, ['region', 'profile', 'credentialsFile', 'ec2Endpoint']),
    ...(isWebIdentity(webIdentity) ? { webIdentity } : {}),
    ...(isVault(vault) ? { vault } : {}),
    roles: Array.isArray(roles) ? roles.filter(isRole) : [],
    insecure: options['insecure'] === true,
    maxAttempts: typeof maxAttempts === 'number' ? maxAttempts : 11,
    metadataService: options['metadataService'] !== false,
  };
}

/** What `rememberAccess` was given; without the secrets when that was in another process, and this one has none. */
export function recallAccess(access: JsonValue | undefined): ConnectionOptions {
  return memory.recall(access, withoutCredentials);
}
