import { LoginError } from './login-error.ts';

type Json = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null;
}

function textIn(object: Json, name: string): string {
  const value = object[name];
  return typeof value === 'string' ? value.trim() : '';
}

/** What a server answered when it gave no token. */
interface Answer {
  readonly status: number;
  readonly said: string;
}

/** OAuth servers say `error` and `error_description`, Google's other services an object `error`. */
function said(data: unknown): string {
  if (!isObject(data)) return typeof data === 'string' && data.length < 200 ? data.trim() : '';
  const { error } = data;
  if (isObject(error)) return [textIn(error, 'status'), textIn(error, 'message')].filter(Boolean).join(': ');
  return [textIn(data, 'error'), textIn(data, 'error_description')].filter(Boolean).join(': ');
}

function answerOf(error: unknown): Answer | undefined {
  const response = isObject(error) ? error['response'] : undefined;
  if (!isObject(response) || typeof response['status'] !== 'number') return undefined;
  return { status: response['status'], said: said(response['data']) };
}

/** What to do about what Google's servers, or its library, say. */
const HINTS: readonly (readonly [RegExp, string])[] = [
  [/reauth|rapt|expired or revoked/i, 'log in anew: gcloud auth application-default login'],
  [/short-lived token|reasonable timeframe/i, "set this machine's clock: Google takes it for wrong"],
  [/Invalid JWT Signature/i, 'the key was deleted, or is another account’s: make a new key of the service account'],
  [/account not found|disabled_client|account.*(disabled|deleted)/i, 'the account was deleted or disabled'],
  [/SERVICE_DISABLED|has not been used in project|it is disabled/i, 'enable the IAM Service Account Credentials API'],
  [
    /getAccessToken|PERMISSION_DENIED|unable to impersonate/i,
    'who builds needs the role Service Account Token Creator (roles/iam.serviceAccountTokenCreator) for the account',
  ],
  [/explicitly allowed|ALLOW_EXECUTABLES/i, 'set GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES=1 to have programs run'],
  [
    /attribute|audience|subject_token|invalid_request|invalid_target/i,
    'check the provider of the workload identity pool',
  ],
  [/DECODER|asn1|PEM|private key|unsupported/i, 'the private key in it is damaged: make a new one'],
  [/universe/i, 'universe_domain has to be that of the credentials'],
];

function hintFor(text: string): string | undefined {
  return HINTS.find(([pattern]) => pattern.test(text))?.[1];
}

/** What the library hands on of a program's output, or of a file, may be a token. */
function withoutOutput(message: string): string {
  return message.replace(/(invalid response|error message|The executable returned).*/s, '$1').trim();
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  const reason = error.message.trim() === '' && cause instanceof Error ? cause.message : error.message;
  return withoutOutput(reason);
}

function isOfConnection(error: unknown): boolean {
  const code = isObject(error) ? error['code'] : undefined;
  const cause = isObject(error) ? error['cause'] : undefined;
  const name = error instanceof Error ? error.name : '';
  if (
    typeof code === 'string' &&
    /^(E[A-Z]+|TimeoutError|AbortError|UND_ERR.*|CERT.*|DEPTH.*|SELF_.*|UNABLE.*)$/.test(code)
  ) {
    return code !== 'ENOENT' && code !== 'EACCES';
  }
  return name === 'TimeoutError' || (cause !== undefined && isOfConnection(cause));
}

/** An error of the library in words; `who` is who asked: "the credentials file key.json". */
export function loginFailure(error: unknown, who: string): unknown {
  if (error instanceof LoginError) return error;
  const answer = answerOf(error);
  if (answer !== undefined) {
    const reason = answer.said === '' ? `status ${answer.status}` : answer.said;
    const problem = answer.status >= 500 ? 'unreachable' : 'refused';
    return new LoginError(problem, `${who}: Google gives no token: ${reason}`, hintFor(reason));
  }
  const message = messageOf(error);
  if (isOfConnection(error)) return new LoginError('unreachable', `${who}: no token can be had: ${message}`);
  return new LoginError('malformed', `${who}: ${message}`, hintFor(message));
}
