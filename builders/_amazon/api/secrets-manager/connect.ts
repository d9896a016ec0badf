import { setTimeout as delay } from 'node:timers/promises';
import { SignatureV4 } from '@smithy/signature-v4';
import type { CallOptions, ClientSettings, Provider } from '../clients.ts';
import { EBSClient } from '../ebs-direct/driver.ts';
import type { HttpHandler } from '../foreign-reply.ts';

/** Asks Secrets Manager for the current version of a secret; the reply's JSON. Throws errors like those of AWS's SDK. */
export type ReadSecret = (name: string, options: CallOptions) => Promise<unknown>;

export interface PostToSign {
  /** Of the root of a service. */
  readonly url: URL;
  readonly region: string;
  readonly service: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A call that AWS refused, with what errors of its SDK have. */
class RefusedCall extends Error {
  readonly $fault = 'client';
  readonly $metadata: { readonly httpStatusCode: number; readonly requestId: string | undefined };

  constructor(name: string, message: string, httpStatusCode: number, requestId: string | undefined) {
    super(message);
    this.name = name;
    this.$metadata = { httpStatusCode, requestId };
  }
}

const TRIES = 4;
/** Milliseconds before the second try; twice as many before each further one. */
const FIRST_PAUSE = 100;
const TRANSIENT_ERRORS = /^(Throttl|TooManyRequests|RequestLimitExceeded)/;

/** The headers of a POST with those of its signature, version 4. */
export async function signedHeaders(
  { url, region, service, headers, body }: PostToSign,
  credentials: Provider,
  now: Date,
): Promise<Readonly<Record<string, string>>> {
  const { sha256 } = new EBSClient({ region, credentials }).config;
  const signer = new SignatureV4({ credentials, region, service, sha256, applyChecksum: false });
  const { protocol, hostname, pathname: path } = url;
  const request = { method: 'POST', protocol, hostname, path, headers: { ...headers, host: url.host }, body };
  return (await signer.sign(request, { signingDate: now })).headers;
}

/** Where the service is: in the partition of the region, or where AWS_ENDPOINT_URL… says. */
async function endpoint(settings: ClientSettings, region: string): Promise<URL> {
  const given = process.env['AWS_ENDPOINT_URL_SECRETS_MANAGER'] || process.env['AWS_ENDPOINT_URL'] || '';
  if (given !== '') {
    const url = URL.parse(given);
    if (url === null) throw new Error(`AWS_ENDPOINT_URL is not an address: ${JSON.stringify(given)}`);
    return url;
  }
  // Secrets Manager's hosts are named as those of EBS direct are in all partitions.
  const { config } = new EBSClient({ ...settings, region });
  const [UseFIPS, UseDualStack] = await Promise.all([config.useFipsEndpoint(), config.useDualstackEndpoint()]);
  const { url } = config.endpointProvider({ Region: region, UseFIPS, UseDualStack });
  return new URL(url.href.replace('//ebs', '//secretsmanager'));
}

async function textOf(body: unknown): Promise<string> {
  return Buffer.concat(await Array.fromAsync(body as AsyncIterable<Buffer>)).toString();
}

function fieldsOf(text: string): Readonly<Record<string, unknown>> {
  const found: unknown = text === '' ? {} : JSON.parse(text);
  return typeof found === 'object' && found !== null ? { ...found } : {};
}

function firstText(...values: readonly unknown[]): string | undefined {
  return values.find((value) => typeof value === 'string');
}

async function ask(settings: ClientSettings, secret: string, { region, signal }: CallOptions): Promise<unknown> {
  const url = await endpoint(settings, region);
  const body = JSON.stringify({ SecretId: secret, VersionStage: 'AWSCURRENT' });
  const plain = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'secretsmanager.GetSecretValue',
  };
  const post = { url, region, service: 'secretsmanager', headers: plain, body };
  const headers = await signedHeaders(post, settings.credentials, new Date());
  const { protocol, hostname, port, pathname: path } = url;
  const request = { method: 'POST', protocol, hostname, path, query: {}, headers, body };
  const { response } = await (settings.requestHandler as HttpHandler).handle(
    { ...request, ...(port === '' ? {} : { port: Number(port) }) },
    { abortSignal: signal },
  );
  const fields = fieldsOf(await textOf(response.body));
  const { statusCode: status } = response;
  if (status < 300) return fields;
  const type = firstText(fields['__type'], response.headers['x-amzn-errortype'])?.replace(/^.*#|:.*$/g, '');
  const message = firstText(fields['message'], fields['Message']) ?? '';
  throw new RefusedCall(type ?? String(status), message, status, response.headers['x-amzn-requestid']);
}

/** Whether the same call may be answered a moment later. */
function mayPass(error: unknown): boolean {
  if (error instanceof RefusedCall) return error.$metadata.httpStatusCode >= 500 || TRANSIENT_ERRORS.test(error.name);
  return (
    error instanceof Error && 'code' in error && /^(ECONNRESET|EPIPE|ETIMEDOUT|EAI_AGAIN)$/.test(String(error.code))
  );
}

/** Secrets Manager; one call is not worth a client of AWS's SDK. */
export function connectSecrets(settings: ClientSettings): ReadSecret {
  return async (secret, options) => {
    for (let tries = 1; ; tries++) {
      try {
        return await ask(settings, secret, options);
      } catch (error) {
        if (tries === Math.min(TRIES, settings.maxAttempts) || !mayPass(error)) throw error;
        await delay(FIRST_PAUSE * 2 ** (tries - 1), undefined, { signal: options.signal });
      }
    }
  };
}
