import type { Factor, Login } from './settings.ts';

function secretOf(factor: Factor): readonly string[] {
  switch (factor.type) {
    case 'password':
      return [factor.password];
    case 'totp':
      return typeof factor.passcode === 'string' ? [factor.passcode] : [];
    case 'token':
      return [factor.token];
    case 'application-credential':
      return [factor.secret];
  }
}

/** What of a login must not be shown. The tokens that it gets are no part of it. */
export function loginSecrets(login: Login): readonly string[] {
  switch (login.type) {
    case 'multi-factor':
      return login.factors.flatMap(secretOf);
    case 'oidc-access-token':
      return [login.accessToken];
    case 'endpoint':
      return login.token === undefined ? [] : [login.token];
    default:
      return secretOf(login);
  }
}
