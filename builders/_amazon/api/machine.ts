import { ask, reasonOf } from '../../../plugins/sdk/http.ts';
import { StepError, throwIfCancelled } from '../../../plugins/sdk/index.ts';

/** The EC2 instance that Kiln runs on. */
export interface Machine {
  readonly instanceId: string;
  readonly region: string;
  readonly zone: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const PATIENCE_MILLISECONDS = 2000;
const REGION_MILLISECONDS = 1500;
const TRIES = 3;

/** Where the instance metadata service is, by the variables that AWS's SDKs read; undefined when it is switched off. */
export function metadataAddress(environment: Environment): string | undefined {
  if (environment['AWS_EC2_METADATA_DISABLED']?.toLowerCase() === 'true') return undefined;
  const { AWS_EC2_METADATA_SERVICE_ENDPOINT: given = '', AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: mode = '' } =
    environment;
  if (given !== '') return given.replace(/\/+$/, '');
  return mode.toLowerCase() === 'ipv6' ? 'http://[fd00:ec2::254]' : 'http://169.254.169.254';
}

async function askMetadata(
  url: string,
  request: { readonly method?: string; readonly headers: Readonly<Record<string, string>> },
  signal: AbortSignal,
): Promise<string> {
  const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MILLISECONDS)]);
  const { status, text } = await ask(url, { ...request, signal: patience });
  if (status !== 200) throw new Error(`${url} answers with status ${status}`);
  return text;
}

/** What the metadata service says at a path, by its version 2. */
async function metadata(address: string, path: string, signal: AbortSignal): Promise<string> {
  const seconds = { 'x-aws-ec2-metadata-token-ttl-seconds': '60' };
  const token = await askMetadata(`${address}/latest/api/token`, { method: 'PUT', headers: seconds }, signal);
  return askMetadata(`${address}/latest/${path}`, { headers: { 'x-aws-ec2-metadata-token': token } }, signal);
}

/** The region of the machine that this runs on, when it is one of EC2's and says so soon. */
export async function machineRegion(): Promise<string | undefined> {
  const address = metadataAddress(process.env);
  if (address === undefined) return undefined;
  try {
    const region = await metadata(address, 'meta-data/placement/region', AbortSignal.timeout(REGION_MILLISECONDS));
    return region.trim() || undefined;
  } catch {
    return undefined;
  }
}

async function identity(address: string, signal: AbortSignal): Promise<Machine> {
  const text = await metadata(address, 'dynamic/instance-identity/document', signal);
  const { instanceId, region, availabilityZone } = JSON.parse(text) as Readonly<Record<string, unknown>>;
  if (typeof instanceId !== 'string' || typeof region !== 'string' || typeof availabilityZone !== 'string') {
    throw new Error('the identity document is not one of an EC2 instance');
  }
  return { instanceId, region, zone: availabilityZone };
}

/**
 * Asks the instance metadata service (IMDSv2) which instance this machine is. Throws `StepError` AMAZON_NOT_ON_EC2 when
 * it does not answer.
 */
export async function thisMachine(signal: AbortSignal, environment: Environment = process.env): Promise<Machine> {
  const address = metadataAddress(environment);
  let reason = 'AWS_EC2_METADATA_DISABLED is true';
  for (let tries = 0; address !== undefined && tries < TRIES; tries += 1) {
    try {
      return await identity(address, signal);
    } catch (error) {
      throwIfCancelled(signal);
      reason = reasonOf(error);
    }
  }
  throw new StepError(`this machine is no EC2 instance, or does not say so: ${reason}`, {
    code: 'AMAZON_NOT_ON_EC2',
    hint: 'run Kiln on an EC2 instance with its metadata service on; from a container it needs http_put_response_hop_limit 2',
  });
}
