import type { LoginProfile } from './api.ts';

/** The longest name of a user that Linux takes. */
const LONGEST = 32;
const AUTO = '__auto__';
const EXTERNAL = '__external__';

/** The name that the account has on instances; undefined when OS Login gives it none. */
export function profileName({ posixAccounts = [] }: LoginProfile): string | undefined {
  const account = posixAccounts.find(({ primary }) => primary === true) ?? posixAccounts[0];
  return account?.username;
}

/**
 * Whom to log in as: the profile's name; with "__external__" that of an identity from outside, which instances know by
 * "ext_" before it; or what the template says.
 */
export function loginName(ofProfile: string, wanted: string = AUTO): string {
  if (wanted === AUTO) return ofProfile.slice(0, LONGEST);
  if (wanted !== EXTERNAL) return wanted.slice(0, LONGEST);
  const name = ofProfile.toLowerCase().replaceAll(/[^a-z0-9_-]/g, '_');
  return (/^(?:sa_|ext_)/.test(name) ? name : `ext_${name}`).slice(0, LONGEST);
}
