import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';

/** What a service account's key file holds, and what of it the test's servers know. */
export interface TestAccount {
  readonly email: string;
  readonly privateKey: string;
  readonly publicKey: string;
}

/** A service account with a key that is made once. */
export function testAccount(email = 'builder@my-project.iam.gserviceaccount.com'): TestAccount {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return { email, privateKey, publicKey };
}

/** The key file of an account, as Google gives it. */
export function keyFile({ email, privateKey }: TestAccount, tokenUri: string, more: object = {}): object {
  return {
    type: 'service_account',
    project_id: 'my-project',
    private_key_id: 'a1b2c3',
    private_key: privateKey,
    client_email: email,
    client_id: '1234567890',
    token_uri: tokenUri,
    universe_domain: 'googleapis.com',
    ...more,
  };
}

function decoded(part: string): Readonly<Record<string, unknown>> {
  return JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Readonly<Record<string, unknown>>;
}

/** Why Google would not believe an assertion; undefined when it would. In its own words. */
export function faultOfAssertion(assertion: string, account: TestAccount): string | undefined {
  const [head = '', body = '', signature = ''] = assertion.split('.');
  const right = verify(
    'sha256',
    Buffer.from(`${head}.${body}`),
    createPublicKey(account.publicKey),
    Buffer.from(signature, 'base64url'),
  );
  if (!right) return 'Invalid JWT Signature.';
  const { iss, aud, exp, iat, scope } = decoded(body);
  if (iss !== account.email) return 'Invalid grant: account not found';
  if (aud !== 'https://oauth2.googleapis.com/token') return 'Invalid JWT: audience is wrong';
  const now = Date.now() / 1000;
  if (typeof iat !== 'number' || typeof exp !== 'number' || iat > now + 60 || exp < now || exp - iat > 3600) {
    return 'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.';
  }
  return typeof scope === 'string' && scope !== '' ? undefined : 'Invalid OAuth scope or ID token audience provided.';
}
