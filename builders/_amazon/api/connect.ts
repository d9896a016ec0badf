import { Agent as HttpAgent } from 'node:http';
import { Agent } from 'node:https';
import { SignatureV4 } from '@smithy/signature-v4';
import { perRegion, send, type Calling, type ClientSettings, type Provider, type Silence } from './clients.ts';
import type { ConnectionOptions } from './credentials/connection-options.ts';
import { identityProvider, type Outside } from './credentials/credential-sources.ts';
import {
  commands,
  EC2Client,
  IAMClient,
  SSMClient,
  STSClient,
  type Ec2Calls,
  type IamCalls,
  type SsmCalls,
  type StsCalls,
} from './driver.ts';
import { connectEbs } from './ebs-direct/connect.ts';
import type { EbsCalls } from './ebs-direct/driver.ts';
import { onlyAws, type HttpHandler } from './foreign-reply.ts';
import type { Identity } from './credentials/try-sources.ts';
import { connectSecrets, type ReadSecret } from './secrets-manager/connect.ts';

/** A way into AWS. Calls throw the SDK's own errors. */
export interface Connection {
  /** Where calls go that name no other region. */
  readonly region: string;
  readonly ec2: Calling<Ec2Calls>;
  readonly ebs: Calling<EbsCalls>;
  readonly iam: Calling<IamCalls>;
  readonly secret: ReadSecret;
  readonly ssm: Calling<SsmCalls>;
  readonly sts: Calling<StsCalls>;
  /** The address with a signature in its query, which lets whoever has it in for a minute. */
  presign(url: URL, service: string, region: string): Promise<string>;
  /** For other services, with the same credentials; `maxSockets` calls at once go to a place. */
  settings(maxSockets: number): ClientSettings;
  /** Lets the next call ask for credentials anew, for those that AWS says have expired. */
  renew(): void;
}

/** How long a signed address is good for. Seconds. */
const SIGNED_FOR = 60;

/** Credentials that end within so many milliseconds are not used any more. */
const EARLY = 5 * 60_000;

/** Blocks of a snapshot that are on their way at once; the calls beside them need room too. */
const BLOCK_SOCKETS = 72;
const SECRET_SOCKETS = 4;

const logger: Silence = { trace: silent, debug: silent, info: silent, warn: silent, error: silent };
function silent(): void {
  return undefined;
}

/** One set of credentials for all regions; a code of an MFA device, for one, can be used once only. */
function sharedProvider(make: () => () => Promise<Identity>): Provider & { renew(): void } {
  let provider = make();
  let known: Promise<Identity> | undefined;
  const get = async (): Promise<Identity> => {
    const before = known;
    const identity = before === undefined ? undefined : await before.catch(() => undefined);
    const ends = identity?.expiration?.getTime() ?? Infinity;
    if (identity !== undefined && ends - Date.now() > EARLY) return identity;
    if (known === before) known = provider();
    return known ?? provider();
  };
  const renew = (): void => {
    provider = make();
    known = undefined;
  };
  return Object.assign(get, { memoized: true, renew });
}

async function regionOfProfile(profile: string | undefined): Promise<string | undefined> {
  try {
    return await new EC2Client({ logger, ...(profile === undefined ? {} : { profile }) }).config.region();
  } catch {
    return undefined;
  }
}

async function findRegion(options: ConnectionOptions, outside: Outside): Promise<string | undefined> {
  const { region, profile, metadataService } = options;
  // The SDK takes an empty variable for the name of a region.
  if (process.env['AWS_REGION'] === '') Reflect.deleteProperty(process.env, 'AWS_REGION');
  const given = region ?? process.env['AWS_REGION'] ?? (process.env['AWS_DEFAULT_REGION'] || undefined);
  return given ?? (await regionOfProfile(profile)) ?? (metadataService ? await outside.machineRegion() : undefined);
}

function requestHandler({ insecure }: ConnectionOptions, maxSockets = 50): object {
  const proxied = Object.entries(process.env).some(([name, value]) => /^https_proxy$/i.test(name) && value !== '');
  const agent = {
    keepAlive: true,
    maxSockets,
    ...(insecure ? { rejectUnauthorized: false } : {}),
    ...(proxied ? { proxyEnv: process.env } : {}),
  };
  const requestHandler = {
    httpAgent: new HttpAgent({ keepAlive: true, maxSockets }),
    httpsAgent: new Agent(agent),
    connectionTimeout: 10_000,
    requestTimeout: 120_000,
    throwOnRequestTimeout: true,
    // Many builds at once wait for their turn; that is nothing to print about.
    socketAcquisitionWarningTimeout: 2 ** 31 - 1,
  };
  // The SDK's own handler, as its clients make it of these options.
  const { config } = new STSClient({ requestHandler, logger, region: 'us-east-1' });
  return onlyAws(config.requestHandler as unknown as HttpHandler);
}

async function presigned(url: URL, signer: SignatureV4): Promise<string> {
  const { protocol, hostname, pathname: path, host, searchParams } = url;
  const request = {
    method: 'GET',
    protocol,
    hostname,
    path,
    query: Object.fromEntries(searchParams),
    headers: { host },
  };
  const { query = {} } = await signer.presign(request, { expiresIn: SIGNED_FOR });
  const signed = new URL(url);
  for (const [name, value] of Object.entries(query)) signed.searchParams.set(name, String(value));
  return signed.href;
}

interface Refusal {
  readonly name: string;
  readonly $metadata: { httpStatusCode?: number };
}

function isLackOfRoom(error: unknown): error is Refusal {
  return error instanceof Error && error.name.startsWith('Insufficient') && '$metadata' in error;
}

/** The SDK takes "no capacity in this zone" for a failure of the server and would repeat the call for minutes. */
function withoutPatience(client: EC2Client): EC2Client {
  client.middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        if (isLackOfRoom(error)) error.$metadata.httpStatusCode = 400;
        throw error;
      }
    },
    { step: 'deserialize', priority: 'high', name: 'withoutPatience' },
  );
  return client;
}

/** Undefined when nothing says which region is meant. Asks for no credentials yet. */
export async function connect(options: ConnectionOptions, outside: Outside): Promise<Connection | undefined> {
  const home = await findRegion(options, outside);
  if (home === undefined) return undefined;
  const handler = requestHandler(options);
  const setting = { options, region: home, outside, requestHandler: handler, logger };
  const credentials = sharedProvider(() => identityProvider(setting));
  const shared = { credentials, logger, maxAttempts: options.maxAttempts, requestHandler: handler };
  // One client for all builds of a region: when AWS asks for fewer calls, all of them slow down.
  const adaptive = { ...shared, retryMode: 'adaptive' } as const;
  const endpoint = options.ec2Endpoint === undefined ? {} : { endpoint: options.ec2Endpoint };
  const ec2 = perRegion((region) => withoutPatience(new EC2Client({ ...adaptive, ...endpoint, region })));
  const iam = perRegion((region) => new IAMClient({ ...adaptive, region }));
  const ssm = perRegion((region) => new SSMClient({ ...adaptive, region }));
  const sts = perRegion((region) => new STSClient({ ...shared, region }));
  const settings = (maxSockets: number): ClientSettings => ({
    ...shared,
    requestHandler: requestHandler(options, maxSockets),
  });
  return {
    region: home,
    ec2: (name, input, at) => send(ec2(at.region), commands.ec2[name], input, at),
    ebs: connectEbs(settings(BLOCK_SOCKETS)),
    iam: (name, input, at) => send(iam(at.region), commands.iam[name], input, at),
    secret: connectSecrets(settings(SECRET_SOCKETS)),
    ssm: (name, input, at) => send(ssm(at.region), commands.ssm[name], input, at),
    sts: (name, input, at) => send(sts(at.region), commands.sts[name], input, at),
    presign: (url, service, region) => {
      const { sha256 } = new EC2Client({ ...shared, region }).config;
      return presigned(url, new SignatureV4({ credentials, region, service, sha256 }));
    },
    settings,
    renew: () => credentials.renew(),
  };
}
