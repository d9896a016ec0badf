import { retryWhile, sharedConnection, type Access } from '../../../plugins/sdk/cloud.ts';
import { StepError, throwIfCancelled, type JsonValue } from '../../../plugins/sdk/index.ts';
import { recallAccess, rememberAccess } from './credentials/access.ts';
import type { ConnectionOptions } from './credentials/connection-options.ts';
import type { Connection } from './connect.ts';
import type { Ec2Calls, IamCalls, SsmCalls } from './driver.ts';
import type { EbsCalls } from './ebs-direct/driver.ts';
import { s3Of } from './s3/index.ts';
import type { S3Calls } from './s3/driver.ts';
import { callFailure, encodedMessage, sdkError } from './failure.ts';
import { mfaCodes, type Ask } from './credentials/mfa-code.ts';
import { machineRegion } from './machine.ts';
import { vaultCredentials } from './credentials/vault-credentials.ts';

/** One region of AWS. Calls throw `StepError` AMAZON_…, and `CancelledError` when the signal aborts. */
export interface Cloud {
  readonly region: string;
  /** For the locator of what is made here. */
  readonly access: Access;
  ec2<Name extends keyof Ec2Calls>(name: Name, input: Ec2Calls[Name]['input']): Promise<Ec2Calls[Name]['output']>;
  iam<Name extends keyof IamCalls>(name: Name, input: IamCalls[Name]['input']): Promise<IamCalls[Name]['output']>;
  ssm<Name extends keyof SsmCalls>(name: Name, input: SsmCalls[Name]['input']): Promise<SsmCalls[Name]['output']>;
  /** Snapshots, block by block. */
  ebs<Name extends keyof EbsCalls>(name: Name, input: EbsCalls[Name]['input']): Promise<EbsCalls[Name]['output']>;
  /** What Secrets Manager replies about the current version of a secret. */
  secret(name: string): Promise<unknown>;
  s3<Name extends keyof S3Calls>(name: Name, input: S3Calls[Name]['input']): Promise<S3Calls[Name]['output']>;
  /** The address of a GET of a service, signed for a minute. */
  presign(url: URL, service: string): Promise<string>;
  /** The same in another region. */
  in(region: string): Cloud;
  /** The same with another signal. */
  under(signal: AbortSignal): Cloud;
}

/** What AWS says of the keys of a user that Vault made a moment ago. */
const UNKNOWN_YET = /^(AuthFailure|InvalidClientTokenId|InvalidAccessKeyId)$/;
const KNOWN_AFTER = 60_000;
const EXPIRED = /^(ExpiredToken|ExpiredTokenException|RequestExpired)$/;

const openConnection = sharedConnection(
  async ({ options }: { readonly options: ConnectionOptions; readonly variables: unknown }, ask: Ask | undefined) => {
    const { vault } = options;
    const outside = {
      vault: vault === undefined ? undefined : () => vaultCredentials(vault),
      machineRegion,
      mfaCode: mfaCodes(options.mfaCode, ask),
    };
    return (await import('./connect.ts')).connect(options, outside);
  },
);

/** Builds that get into AWS the same way share one connection, and so their credentials and AWS's limits. */
async function connectionFor(options: ConnectionOptions, ask: Ask | undefined): Promise<Connection> {
  // What the options leave open is said by AWS's variables.
  const variables = Object.entries(process.env).filter(([name, value]) => name.startsWith('AWS_') && value !== '');
  const connection = await openConnection({ options, variables: variables.sort() }, ask);
  if (connection !== undefined) return connection;
  throw new StepError('no region of AWS is given', {
    code: 'AMAZON_REGION',
    pointer: '/region',
    hint: 'set the option region, AWS_REGION, or the region of the profile',
  });
}

interface ConnectionState {
  readonly connection: Connection;
  readonly options: ConnectionOptions;
  readonly decode: boolean;
}

async function decodedMessage(
  error: unknown,
  { connection, decode }: ConnectionState,
  signal: AbortSignal,
): Promise<string | undefined> {
  const encoded = decode ? encodedMessage(error) : undefined;
  if (encoded === undefined) return undefined;
  const { region } = connection;
  const input = { EncodedMessage: encoded };
  const reply = await connection.sts('DecodeAuthorizationMessage', input, { region, signal }).catch(() => undefined);
  return reply?.DecodedMessage;
}

function cloudOf(state: ConnectionState, region: string, signal: AbortSignal): Cloud {
  const { connection, options } = state;
  function settled<Output>(call: () => Promise<Output>): Promise<Output> {
    const isUnknownYet = (error: unknown): boolean =>
      options.vault !== undefined && UNKNOWN_YET.test(sdkError(error).name);
    return retryWhile(call, isUnknownYet, { signal, limit: KNOWN_AFTER });
  }
  async function guarded<Output>(operation: string, call: () => Promise<Output>): Promise<Output> {
    throwIfCancelled(signal);
    try {
      return await settled(call).catch((error: unknown) => {
        if (!EXPIRED.test(sdkError(error).name)) throw error;
        connection.renew();
        return call();
      });
    } catch (error) {
      throwIfCancelled(signal);
      throw callFailure(operation, error, await decodedMessage(error, state, signal));
    }
  }
  return {
    region,
    access: rememberAccess(options, region),
    ec2: (name, input) => guarded(name, () => connection.ec2(name, input, { region, signal })),
    iam: (name, input) => guarded(name, () => connection.iam(name, input, { region, signal })),
    ssm: (name, input) => guarded(name, () => connection.ssm(name, input, { region, signal })),
    ebs: (name, input) => guarded(name, () => connection.ebs(name, input, { region, signal })),
    secret: (name) => guarded('GetSecretValue', () => connection.secret(name, { region, signal })),
    s3: (name, input) => guarded(name, async () => (await s3Of(connection))(name, input, { region, signal })),
    presign: (url, service) => guarded('presign', () => connection.presign(url, service, region)),
    in: (other) => cloudOf(state, other, signal),
    under: (other) => cloudOf(state, region, other),
  };
}

/** Throws `StepError` AMAZON_REGION. Asks for no credentials before the first call; `ask` is for the code of an MFA device. */
export async function openCloud(
  options: ConnectionOptions,
  signal: AbortSignal,
  decode: boolean,
  ask?: Ask,
): Promise<Cloud> {
  const connection = await connectionFor(options, ask);
  return cloudOf({ connection, options, decode }, connection.region, signal);
}

/** The way in that `Cloud.access` names, for giving things back. */
export async function reopenCloud(access: JsonValue | undefined, region: string, signal: AbortSignal): Promise<Cloud> {
  return (await openCloud(recallAccess(access), signal, false)).in(region);
}
