import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isRecord, parseAnswer, send } from './http-request.ts';
import { LookupFailure, setting, switched, type Environment } from './lookup-failure.ts';

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | undefined;
}

type Profile = Readonly<Record<string, string>>;

const hint =
  'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE to a profile with keys, or run on a machine with a role';

/** Sections of an INI file by name. */
export function parseProfiles(text: string): Readonly<Record<string, Profile>> {
  const profiles: Record<string, Record<string, string>> = {};
  let current: Record<string, string> | undefined;
  for (const line of text.split(/\r?\n/)) {
    const name = /^\s*\[\s*(?:profile\s+)?([^\]]*?)\s*\]/.exec(line)?.[1];
    if (name !== undefined) current = profiles[name] ??= {};
    const [, key, value] = /^([A-Za-z_][^=\s]*)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (current !== undefined && key !== undefined && value !== undefined) current[key] = value;
  }
  return profiles;
}

async function profileOf(path: string, name: string): Promise<Profile> {
  try {
    return parseProfiles(await readFile(path, 'utf8'))[name] ?? {};
  } catch {
    // Both files may be absent: the environment or the machine's role may have all that is needed.
    return {};
  }
}

/** The profile that AWS_PROFILE names, from the shared credentials file and the shared configuration file. */
async function sharedProfile(environment: Environment): Promise<Profile> {
  const name = setting(environment, 'AWS_PROFILE', 'AWS_DEFAULT_PROFILE') ?? 'default';
  const home = join(setting(environment, 'HOME', 'USERPROFILE') ?? '/', '.aws');
  const [config, credentials] = await Promise.all([
    profileOf(setting(environment, 'AWS_CONFIG_FILE') ?? join(home, 'config'), name),
    profileOf(setting(environment, 'AWS_SHARED_CREDENTIALS_FILE') ?? join(home, 'credentials'), name),
  ]);
  return { ...config, ...credentials };
}

/** The region that the environment or the profile names; throws `LookupFailure` without one. */
export async function awsRegion(environment: Environment): Promise<string> {
  const region =
    setting(environment, 'AWS_REGION', 'AWS_DEFAULT_REGION') ?? (await sharedProfile(environment))['region'];
  if (region === undefined || region === '') throw new LookupFailure('no AWS region is set', 'set AWS_REGION');
  return region;
}

function credentialsOf(found: unknown): AwsCredentials | undefined {
  if (!isRecord(found)) return undefined;
  const { AccessKeyId: id, SecretAccessKey: secret, Token: token } = found;
  if (typeof id !== 'string' || typeof secret !== 'string') return undefined;
  return { accessKeyId: id, secretAccessKey: secret, sessionToken: typeof token === 'string' ? token : undefined };
}

async function containerCredentials(
  environment: Environment,
  signal: AbortSignal,
): Promise<AwsCredentials | undefined> {
  const relative = setting(environment, 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI');
  const full = setting(environment, 'AWS_CONTAINER_CREDENTIALS_FULL_URI');
  const address = relative === undefined ? full : `http://169.254.170.2${relative}`;
  const url = address === undefined ? null : URL.parse(address);
  if (url === null) return undefined;
  const file = setting(environment, 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE');
  const token =
    file === undefined ? setting(environment, 'AWS_CONTAINER_AUTHORIZATION_TOKEN') : await readFile(file, 'utf8');
  const headers = token === undefined ? {} : { Authorization: token.trim() };
  return credentialsOf(parseAnswer(await send({ url, headers, milliseconds: 5000, signal }), 'the container’s role'));
}

/** Credentials of the machine's role, by the instance metadata service, version 2. */
async function machineCredentials(environment: Environment, signal: AbortSignal): Promise<AwsCredentials | undefined> {
  if (switched(environment, 'AWS_EC2_METADATA_DISABLED') === true) return undefined;
  const base = setting(environment, 'AWS_EC2_METADATA_SERVICE_ENDPOINT') ?? 'http://169.254.169.254';
  const at = (path: string): URL => new URL(`/latest/${path}`, base);
  const wanted = { 'X-aws-ec2-metadata-token-ttl-seconds': '60' };
  try {
    const token = await send({ url: at('api/token'), method: 'PUT', headers: wanted, milliseconds: 1000, signal });
    const common = { headers: { 'X-aws-ec2-metadata-token': token.body }, milliseconds: 5000, signal };
    const role = await send({ url: at('meta-data/iam/security-credentials/'), ...common });
    if (role.status !== 200) return undefined;
    const path = `meta-data/iam/security-credentials/${role.body.trim()}`;
    return credentialsOf(parseAnswer(await send({ url: at(path), ...common }), 'the machine’s role'));
  } catch (error) {
    if (error instanceof LookupFailure) return undefined;
    throw error;
  }
}

/** Keys from the environment, the shared files, the container's role or the machine's; throws `LookupFailure`. */
export async function awsCredentials(environment: Environment, signal: AbortSignal): Promise<AwsCredentials> {
  const profile = await sharedProfile(environment);
  const fromEnvironment = {
    id: setting(environment, 'AWS_ACCESS_KEY_ID', 'AWS_ACCESS_KEY'),
    secret: setting(environment, 'AWS_SECRET_ACCESS_KEY', 'AWS_SECRET_KEY'),
    token: setting(environment, 'AWS_SESSION_TOKEN'),
  };
  const fromProfile = {
    id: profile['aws_access_key_id'],
    secret: profile['aws_secret_access_key'],
    token: profile['aws_session_token'],
  };
  for (const { id, secret, token } of [fromEnvironment, fromProfile]) {
    if (id !== undefined && secret !== undefined)
      return { accessKeyId: id, secretAccessKey: secret, sessionToken: token };
  }
  const found = (await containerCredentials(environment, signal)) ?? (await machineCredentials(environment, signal));
  if (found === undefined) throw new LookupFailure('there are no AWS credentials', hint);
  return found;
}
