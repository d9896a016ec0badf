export { readCredentials, type Credentials, type CredentialType } from './credentials.ts';
export { googleLogin, type GoogleLogin } from './login.ts';
export { LoginError, type LoginProblem } from './login-error.ts';
export type { CredentialSource, GivenToken, Impersonation, LoginSettings } from './settings.ts';
