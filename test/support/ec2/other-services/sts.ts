import type {
  AssumeRoleRequest,
  AssumeRoleResponse,
  AssumeRoleWithWebIdentityRequest,
  AssumeRoleWithWebIdentityResponse,
  DecodeAuthorizationMessageRequest,
  DecodeAuthorizationMessageResponse,
  GetCallerIdentityResponse,
} from '@aws-sdk/client-sts';
import { handle, type Call, type Handlers } from '../call.ts';
import { AwsProblem } from '../problem.ts';
import { openSession } from './sessions.ts';
import { webIdentityOf } from '../protocol/unsigned.ts';

interface RoleInput {
  readonly RoleArn: string;
  readonly RoleSessionName: string;
  readonly DurationSeconds?: number | undefined;
}

function takeOn(
  { RoleArn, RoleSessionName, DurationSeconds: seconds = 3600 }: RoleInput,
  { world }: Call,
): Pick<AssumeRoleResponse, 'AssumedRoleUser' | 'Credentials'> {
  const match = /^arn:aws:iam::(\d{12}):role\/(?:.*\/)?([\w+=,.@-]+)$/.exec(RoleArn);
  if (match === null) throw new AwsProblem('ValidationError', `${RoleArn} is invalid`);
  if (!/^[\w+=,.@-]{2,64}$/.test(RoleSessionName)) {
    throw new AwsProblem(
      'ValidationError',
      `Value '${RoleSessionName}' at 'roleSessionName' failed to satisfy constraint`,
    );
  }
  if (seconds < 900 || seconds > 43_200) {
    throw new AwsProblem('ValidationError', `The requested DurationSeconds ${seconds} is out of range`);
  }
  const [, account = '', role = ''] = match;
  const session = openSession(world, account, role, RoleSessionName, seconds);
  return {
    AssumedRoleUser: { Arn: session.arn, AssumedRoleId: session.userId },
    Credentials: {
      AccessKeyId: session.accessKeyId,
      SecretAccessKey: session.secretAccessKey,
      SessionToken: session.sessionToken,
      Expiration: session.expiration,
    },
  };
}

/** A device shows each code once; a role called "mfa…" asks for one. */
function checkCode({ RoleArn, SerialNumber, TokenCode }: AssumeRoleRequest, { world, caller }: Call): void {
  const wrong = new AwsProblem(
    'AccessDenied',
    'MultiFactorAuthentication failed with invalid MFA one time pass code.',
    403,
  );
  if (SerialNumber === undefined) {
    if (!/role\/mfa/.test(RoleArn ?? '')) return;
    const message = `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${RoleArn ?? ''}`;
    throw new AwsProblem('AccessDenied', message, 403);
  }
  const key = `mfa ${SerialNumber} ${TokenCode ?? ''}`;
  if (!/^\d{6}$/.test(TokenCode ?? '') || TokenCode === '000000' || world.tokens.has(key)) throw wrong;
  world.tokens.set(key, { parameters: '', value: true });
}

export const stsCalls: Handlers = {
  GetCallerIdentity: handle<object, GetCallerIdentityResponse>((_, { caller }) => ({
    Account: caller.account,
    Arn: caller.arn,
    UserId: caller.userId,
  })),

  AssumeRole: handle<AssumeRoleRequest, AssumeRoleResponse>((input, call) => {
    checkCode(input, call);
    return takeOn(input, call);
  }),

  AssumeRoleWithWebIdentity: handle<AssumeRoleWithWebIdentityRequest, AssumeRoleWithWebIdentityResponse>(
    (input, call) => ({
      ...takeOn(input, call),
      ...webIdentityOf(input.WebIdentityToken, Date.now()),
    }),
  ),

  DecodeAuthorizationMessage: handle<DecodeAuthorizationMessageRequest, DecodeAuthorizationMessageResponse>((input) => {
    const text = Buffer.from(input.EncodedMessage, 'base64url').toString();
    if (!text.startsWith('{'))
      throw new AwsProblem('InvalidAuthorizationMessageException', 'The message is not valid.');
    return { DecodedMessage: text };
  }),
};
