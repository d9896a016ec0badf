import { awsCredentials, awsRegion } from './aws-credentials.ts';
import { signedHeaders } from './aws-signature.ts';
import { isRecord, parseAnswer, send } from './http-request.ts';
import { LookupFailure, setting, type Environment } from './lookup-failure.ts';

function endpoint(region: string, environment: Environment): URL {
  const given = setting(environment, 'AWS_ENDPOINT_URL_SECRETS_MANAGER', 'AWS_ENDPOINT_URL');
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  const url = URL.parse(given ?? `https://secretsmanager.${region}.${domain}/`);
  if (url === null) throw new LookupFailure(`AWS_ENDPOINT_URL is not an address: ${JSON.stringify(given)}`);
  return url;
}

/** The text of a secret in AWS Secrets Manager, as it is stored; throws `LookupFailure`. */
export async function awsSecret(name: string, environment: Environment, signal: AbortSignal): Promise<string> {
  if (name === '') throw new LookupFailure('the secret’s name is empty');
  const region = await awsRegion(environment);
  const credentials = await awsCredentials(environment, signal);
  const url = endpoint(region, environment);
  const body = JSON.stringify({ SecretId: name, VersionStage: 'AWSCURRENT' });
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'secretsmanager.GetSecretValue',
  };
  const request = { url, region, service: 'secretsmanager', headers, body };
  const signed = signedHeaders(request, credentials, new Date());
  const answer = await send({ url, method: 'POST', headers: signed, body, signal });
  const found = parseAnswer(answer, 'AWS Secrets Manager');
  const fields = isRecord(found) ? found : {};
  if (answer.status !== 200) {
    const type = typeof fields['__type'] === 'string' ? fields['__type'].replace(/^.*#/, '') : String(answer.status);
    const message = fields['message'] ?? fields['Message'];
    const said = typeof message === 'string' ? `: ${message}` : '';
    throw new LookupFailure(`AWS Secrets Manager refuses ${JSON.stringify(name)} with ${type}${said}`);
  }
  if (typeof fields['SecretString'] === 'string') return fields['SecretString'];
  throw new LookupFailure(`the secret ${JSON.stringify(name)} is binary, not text`);
}

function fieldsOf(secret: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const found: unknown = JSON.parse(secret);
    if (isRecord(found)) return found;
  } catch {
    return undefined;
  }
  throw new LookupFailure('the secret is JSON but not an object', 'use aws_secretsmanager_raw to get it as it is');
}

/**
 * What `aws_secretsmanager` gives of a secret: all of it when it is plain text; of a JSON object the value of `key`,
 * which may be empty when there is but one. Throws `LookupFailure`.
 */
export function secretValue(secret: string, key: string): string {
  const fields = fieldsOf(secret);
  if (fields === undefined) return secret;
  const keys = Object.keys(fields);
  if (key === '' && keys.length > 1) {
    throw new LookupFailure('the secret has several keys, and none is named', `name one of ${keys.join(', ')}`);
  }
  const chosen = key === '' ? keys[0] : key;
  if (chosen === undefined || !Object.hasOwn(fields, chosen)) {
    throw new LookupFailure(`the secret has no key ${JSON.stringify(key)}`);
  }
  const value = fields[chosen];
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return value.toFixed(0);
  throw new LookupFailure(`the secret’s ${JSON.stringify(chosen)} is neither text nor a number`);
}
