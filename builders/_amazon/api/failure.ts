import { StepError } from '../../../plugins/sdk/index.ts';
import { replyInWords, type Response } from './foreign-reply.ts';

/** Options that AWS's codes are about, whichever call they came of. */
const OPTIONS: readonly (readonly [RegExp, string])[] = [
  [/^(ExpiredToken|RequestExpired|ExpiredTokenException|TokenRefreshRequired)/, '/token'],
  [/^(AuthFailure|InvalidClientTokenId|SignatureDoesNotMatch)$/, '/access_key'],
  [/^VPCIdNotSpecified$|^InvalidSubnetID\.NotFound$/, '/subnet_id'],
  [/^(InsufficientInstanceCapacity|Vcpu.*|Instance.*LimitExceeded.*|MaxSpotInstanceCount.*)$/, '/instance_type'],
  [/^InvalidAMIName\.(Duplicate|Malformed)$/, '/ami_name'],
  [/^OptInRequired$/, '/source_ami'],
  [/^InvalidKeyPair\.NotFound$/, '/ssh_keypair_name'],
];

const HINTS: readonly (readonly [RegExp, string])[] = [
  [
    /^(ExpiredToken|RequestExpired|ExpiredTokenException|TokenRefreshRequired)/,
    'the credentials have expired: get new ones ("aws sso login", for example)',
  ],
  [/^(AuthFailure|InvalidClientTokenId|SignatureDoesNotMatch)$/, 'AWS does not know these credentials'],
  [/^VPCIdNotSpecified$/, 'the account has no default VPC: set subnet_id or subnet_filter'],
  [/^(Instance|Vcpu|MaxSpotInstanceCount)/, 'ask AWS for a higher quota, or use a smaller instance_type'],
  [/^InvalidAMIName\.Duplicate$/, 'choose another ami_name, or set force_deregister'],
  [/^OptInRequired$/, 'accept the terms of the image in the AWS Marketplace first'],
  [/^InsufficientInstanceCapacity$/, 'try another availability_zone or instance_type, or leave availability_zone out'],
];

interface SdkError {
  readonly name: string;
  readonly message: string;
  readonly requestId: string | undefined;
  /** Undefined when AWS gave no reply. */
  readonly status: number | undefined;
  /** How often the call was made. */
  readonly attempts: number;
}

/** What is known of an error of the SDK. */
export function sdkError(error: unknown): SdkError {
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) };
  const metadata = typeof error === 'object' && error !== null && '$metadata' in error ? error.$metadata : undefined;
  const { requestId, httpStatusCode, attempts } = (metadata ?? {}) as Readonly<Record<string, unknown>>;
  return {
    name,
    message,
    requestId: typeof requestId === 'string' ? requestId : undefined,
    status: typeof httpStatusCode === 'number' && '$fault' in (error as object) ? httpStatusCode : undefined,
    attempts: typeof attempts === 'number' ? attempts : 1,
  };
}

/** AWS's code of an error that a call of `Cloud` threw: "InvalidAMIID.NotFound". */
export function amazonCode(error: unknown): string | undefined {
  if (!(error instanceof StepError) || error.cause === undefined) return undefined;
  const { name, status } = sdkError(error.cause);
  return status === undefined ? undefined : name;
}

/** Whether AWS said that the thing is not there. */
export function isNotFound(error: unknown): boolean {
  return /NotFound|NoSuchEntity|InvalidAMIID\.Unavailable/.test(amazonCode(error) ?? '');
}

/** Waits for a call about a thing; undefined when the thing is not there. */
export async function unlessGone<T>(call: Promise<T>): Promise<T | undefined> {
  return call.catch((error: unknown) => {
    if (!isNotFound(error)) throw error;
    return undefined;
  });
}

/** Whether AWS surely did nothing: it refused the call, and no reply to an earlier attempt was lost. */
export function isRefusal(error: unknown): boolean {
  if (!(error instanceof StepError)) return false;
  if (error.code === 'AMAZON_NO_CAPACITY') return true;
  if (error.cause === undefined) return false;
  const { status, name, attempts } = sdkError(error.cause);
  return status === undefined
    ? error.code === 'AMAZON_CREDENTIALS'
    : attempts === 1 && status < 500 && !/Duplicate|AlreadyExists/.test(name);
}

/** Whether AWS refused a call only when it was made again. */
export function wasRepeated(error: unknown): boolean {
  return error instanceof StepError && error.cause !== undefined && sdkError(error.cause).attempts > 1;
}

const ENCODED = /\s*Encoded authorization failure message: ([\w-]+)/;

/** The part of a refusal that only AWS can read; undefined when there is none. */
export function encodedMessage(error: unknown): string | undefined {
  return ENCODED.exec(sdkError(error).message)?.[1];
}

function credentialsHint(message: string): string {
  if (/SSO|aws sso login/.test(message)) return 'get a new session with "aws sso login"';
  if (/MFA/.test(message)) return 'the code of the device is new every 30 seconds, and each is good for one time only';
  return 'set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the option profile';
}

const PROXY_HINT = 'look for a proxy, a firewall or a login page on the way; see HTTPS_PROXY and NO_PROXY';

/** Words for a reply that the SDK makes no sense of; undefined for other errors. */
function unreadable(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('$response' in error)) return undefined;
  const { statusCode, headers = {}, body } = (error.$response ?? {}) as Partial<Response>;
  if (statusCode === undefined) return undefined;
  return `the reply is none of AWS: ${replyInWords({ statusCode, headers }, typeof body === 'string' ? body : '')}`;
}

/** The error of a call in words for people. `decoded` is what `encodedMessage` says. */
export function callFailure(operation: string, error: unknown, decoded: string | undefined): StepError {
  const { name, message, requestId, status } = sdkError(error);
  if (status === undefined) {
    if (name === 'NoCredentialsError' || /credential/i.test(name)) {
      return new StepError(`no credentials for AWS: ${message}`, {
        code: 'AMAZON_CREDENTIALS',
        pointer: '/profile',
        hint: credentialsHint(message),
        cause: error,
      });
    }
    const strange = name === 'ForeignReply' ? message : unreadable(error);
    return new StepError(`${operation}: AWS cannot be reached: ${strange ?? (message === '' ? name : message)}`, {
      code: 'AMAZON_UNREACHABLE',
      ...(strange === undefined ? {} : { hint: PROXY_HINT }),
      cause: error,
    });
  }
  const encoded = ENCODED.test(message);
  const said = decoded === undefined ? message.replace(ENCODED, '') : message.replace(ENCODED, `\n${decoded}`);
  const about = [name, ...(requestId === undefined ? [] : [`request ${requestId}`])].join(', ');
  const hint =
    encoded && decoded === undefined
      ? 'set decode_authorization_messages to see which permission is missing'
      : HINTS.find(([pattern]) => pattern.test(name))?.[1];
  return new StepError(`${operation}: ${said.trim()} (${about})`, {
    code: 'AMAZON_REFUSED',
    pointer: OPTIONS.find(([pattern]) => pattern.test(name))?.[1],
    hint,
    cause: error,
  });
}
