import { readFile } from 'node:fs/promises';
import type { AssumedRole, ConnectionOptions, WebIdentity } from './connection-options.ts';
import {
  fromEnv,
  fromHttp,
  fromIni,
  fromInstanceMetadata,
  fromTemporaryCredentials,
  fromTokenFile,
  fromWebToken,
} from '../driver.ts';
import { firstIdentity, type Identity, type AmazonCredentialSource } from './try-sources.ts';

/** What finds credentials outside AWS and its files. */
export interface Outside {
  /** Has Vault make credentials, when the options name an engine. */
  readonly vault: (() => Promise<Identity>) | undefined;
  /** The region of the machine that this runs on, when it is one of EC2's. */
  readonly machineRegion: () => Promise<string | undefined>;
  /** The code that the MFA device of this serial number shows. */
  readonly mfaCode: (serial: string) => Promise<string>;
}

interface Setting {
  readonly options: ConnectionOptions;
  readonly region: string;
  readonly outside: Outside;
  readonly requestHandler: object;
  readonly logger: object;
}

type Init = NonNullable<Parameters<typeof fromIni>[0]>;

/** The portal of SSO may be in another region than the build: only the region that nothing else names is given. */
function initOf({ options, region, outside, requestHandler, logger }: Setting): Init {
  const { profile, credentialsFile } = options;
  const init: object = {
    ...(profile === undefined ? {} : { profile }),
    ...(credentialsFile === undefined ? {} : { filepath: credentialsFile }),
    mfaCodeProvider: outside.mfaCode,
    clientConfig: { requestHandler, logger },
    parentClientConfig: { region },
    ignoreCache: true,
    logger,
  };
  return init;
}

async function webIdentity(given: WebIdentity, init: Init): Promise<Identity> {
  const { token, tokenFile, ...role } = given;
  const webIdentityToken = token ?? (await readFile(tokenFile ?? '', 'utf8')).trim();
  return fromWebToken({ ...init, ...role, webIdentityToken })();
}

function always(): boolean {
  return true;
}

/** What the SDK says when a profile is not there, or is about other things. */
function isNoProfile(error: unknown): boolean {
  return error instanceof Error && /^Could not resolve credentials using profile/.test(error.message);
}

function machine(init: Init): AmazonCredentialSource {
  const { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: path, AWS_CONTAINER_CREDENTIALS_FULL_URI: address } = process.env;
  if ((path ?? '') !== '' || (address ?? '') !== '')
    return { name: 'the container', get: fromHttp(init), ends: always };
  if (/^(?!false$)./.test(process.env['AWS_EC2_METADATA_DISABLED'] ?? '')) {
    return { name: "the machine's role", get: () => Promise.reject(new Error('the metadata service is turned off')) };
  }
  return { name: "the machine's role", get: fromInstanceMetadata({ ...init, timeout: 2000, maxRetries: 2 }) };
}

/** What AWS's own tools look at, in their order. */
function usualSources(options: ConnectionOptions, init: Init): readonly AmazonCredentialSource[] {
  const profile = options.profile ?? process.env['AWS_PROFILE'] ?? '';
  const files: AmazonCredentialSource = {
    name: `the profile ${profile === '' ? 'default' : profile}`,
    get: fromIni(init),
    // Who names a profile does not want to be somebody else when it is not there.
    ends: (error) => profile !== '' || !isNoProfile(error),
  };
  if (options.profile !== undefined) return [files];
  return [
    { name: 'the environment', get: fromEnv(init) },
    files,
    { name: 'the web identity token', get: fromTokenFile(init) },
    ...(options.metadataService ? [machine(init)] : []),
  ];
}

function sourcesOf(setting: Setting): readonly AmazonCredentialSource[] {
  const { credentials, webIdentity: web } = setting.options;
  if (credentials !== undefined) return [{ name: 'access_key', get: () => Promise.resolve(credentials) }];
  const { vault } = setting.outside;
  if (vault !== undefined) return [{ name: 'vault_aws_engine', get: vault, ends: always }];
  const init = initOf(setting);
  if (web === undefined) return usualSources(setting.options, init);
  return [{ name: 'assume_role_with_web_identity', get: () => webIdentity(web, init), ends: always }];
}

function inRole(params: AssumedRole, before: () => Promise<Identity>, setting: Setting): () => Promise<Identity> {
  const { region, requestHandler, logger } = setting;
  const clientConfig = { region, requestHandler };
  return async () => {
    // First on its own, so that its failure is not taken for one of the role.
    const masterCredentials = await before();
    const get = fromTemporaryCredentials({ params, masterCredentials, clientConfig, logger } as never);
    return firstIdentity([{ name: `the role ${params.RoleArn}`, get, ends: always }]);
  };
}

/** The credentials of the options' first source that has some, and on with them the roles. Throws `NoCredentialsError`. */
export function identityProvider(setting: Setting): () => Promise<Identity> {
  const sources = sourcesOf(setting);
  return setting.options.roles.reduce<() => Promise<Identity>>(
    (before, role) => inRole(role, before, setting),
    () => firstIdentity(sources),
  );
}
