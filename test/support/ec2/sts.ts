import type {
  AssumeRoleRequest,
  AssumeRoleResponse,
  DecodeAuthorizationMessageRequest,
  DecodeAuthorizationMessageResponse,
  GetCallerIdentityResponse,
} from '@aws-sdk/client-sts';
import { handle, type Handlers } from './call.ts';
import { AwsProblem } from './problem.ts';

export const stsCalls: Handlers = {
  GetCallerIdentity: handle<object, GetCallerIdentityResponse>((_, { caller }) => ({
    Account: caller.account,
    Arn: caller.arn,
    UserId: caller.userId,
  })),

  AssumeRole: handle<AssumeRoleRequest, AssumeRoleResponse>((input, { world }) => {
    const match = /^arn:aws:iam::(\d{12}):role\/(?:.*\/)?([\w+=,.@-]+)$/.exec(input.RoleArn);
    if (match === null) throw new AwsProblem('ValidationError', `${input.RoleArn} is invalid`);
    if (!/^[\w+=,.@-]{2,64}$/.test(input.RoleSessionName)) {
      throw new AwsProblem(
        'ValidationError',
        `Value '${input.RoleSessionName}' at 'roleSessionName' failed to satisfy constraint`,
      );
    }
    const seconds = input.DurationSeconds ?? 3600;
    if (seconds < 900 || seconds > 43_200) {
      throw new AwsProblem('ValidationError', `The requested DurationSeconds ${seconds} is out of range`);
    }
    const [, account = '', role = ''] = match;
    const number = world.identities.size;
    const userId = `AROATEST${number}:${input.RoleSessionName}`;
    const arn = `arn:aws:sts::${account}:assumed-role/${role}/${input.RoleSessionName}`;
    const accessKeyId = `ASIATESTROLE${String(number).padStart(8, '0')}`;
    const secretAccessKey = `role-secret-${number}`;
    const sessionToken = `role-token-${number}`;
    world.identities.set(accessKeyId, {
      accessKeyId,
      secretAccessKey,
      sessionToken,
      account,
      arn,
      userId,
      expired: false,
    });
    return {
      AssumedRoleUser: { Arn: arn, AssumedRoleId: userId },
      Credentials: {
        AccessKeyId: accessKeyId,
        SecretAccessKey: secretAccessKey,
        SessionToken: sessionToken,
        // Clients compare it with their own clock.
        Expiration: new Date(Date.now() + seconds * 1000),
      },
    };
  }),

  DecodeAuthorizationMessage: handle<DecodeAuthorizationMessageRequest, DecodeAuthorizationMessageResponse>((input) => {
    const text = Buffer.from(input.EncodedMessage, 'base64url').toString();
    if (!text.startsWith('{'))
      throw new AwsProblem('InvalidAuthorizationMessageException', 'The message is not valid.');
    return { DecodedMessage: text };
  }),
};
