import { openCloud } from '../../builders/_amazon/api/cloud.ts';
import { amazonCode } from '../../builders/_amazon/api/failure.ts';
import { isObject, StepError } from '../../plugins/sdk/index.ts';

const CREDENTIALS_HINT =
  'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE to a profile that has credentials, or run on a machine with a role';

/** What says who asks, and where: the environment, the profile, the machine. */
const usualWay = { roles: [], insecure: false, maxAttempts: 4, metadataService: true };

function failed(message: string, hint?: string, cause?: unknown): StepError {
  return new StepError(message, {
    code: 'LOOKUP_FAILED',
    ...(hint === undefined ? {} : { hint }),
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The code of an MFA device is good for one time only, and a template is often only checked. */
function noMfa(): Promise<never> {
  return Promise.reject(
    new Error(
      'its profile wants the code of an MFA device, which a variable cannot ask for: use the keys of a session',
    ),
  );
}

/** An error of `Cloud` in the words of somebody who wants a secret. */
function inWords(error: unknown, name: string): unknown {
  if (!(error instanceof StepError)) return error;
  const { code, hint, cause } = error;
  if (code === 'AMAZON_REGION') return failed('no AWS region is set', 'set AWS_REGION');
  const said = cause instanceof Error ? cause.message : error.message;
  if (code === 'AMAZON_CREDENTIALS') {
    const sso = hint?.includes('aws sso login') === true;
    return failed(`there are no AWS credentials: ${said}`, sso ? hint : CREDENTIALS_HINT, cause);
  }
  const refusal = amazonCode(error);
  if (refusal === undefined) return error;
  const words = said === '' ? '' : `: ${said}`;
  return failed(`AWS Secrets Manager refuses ${JSON.stringify(name)} with ${refusal}${words}`, hint, cause);
}

/**
 * The text of a secret in AWS Secrets Manager, as it is stored, with the credentials that a build without options would
 * use. Throws `StepError`, and `CancelledError` or the signal's reason when that aborts.
 */
export async function readSecret(name: string, signal: AbortSignal): Promise<string> {
  if (name === '') throw failed('the secret’s name is empty');
  let found: unknown;
  try {
    found = await (await openCloud(usualWay, signal, false, noMfa)).secret(name);
  } catch (error) {
    throw inWords(error, name);
  }
  const text = isObject(found) ? found['SecretString'] : undefined;
  if (typeof text === 'string') return text;
  throw failed(`the secret ${JSON.stringify(name)} is binary, not text`);
}

function fieldsOf(secret: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const found: unknown = JSON.parse(secret);
    if (isObject(found)) return found;
  } catch {
    return undefined;
  }
  throw failed('the secret is JSON but not an object', 'use aws_secretsmanager_raw to get it as it is');
}

/**
 * What `aws_secretsmanager` gives of a secret: all of it when it is plain text; of a JSON object the value of `key`,
 * which may be empty when there is but one. Throws `StepError`.
 */
export function valueIn(secret: string, key: string): string {
  const fields = fieldsOf(secret);
  if (fields === undefined) return secret;
  const keys = Object.keys(fields);
  if (key === '' && keys.length > 1) {
    throw failed('the secret has several keys, and none is named', `name one of ${keys.join(', ')}`);
  }
  const chosen = key === '' ? keys[0] : key;
  if (chosen === undefined || !Object.hasOwn(fields, chosen)) {
    throw failed(`the secret has no key ${JSON.stringify(key)}`);
  }
  const value = fields[chosen];
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return value.toFixed(0);
  throw failed(`the secret’s ${JSON.stringify(chosen)} is neither text nor a number`);
}
