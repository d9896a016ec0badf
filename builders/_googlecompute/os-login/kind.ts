import { cloudKind, type CloudKind } from '../../../plugins/sdk/cloud.ts';
import { isNotFound, isRefusal } from '../api/google-error.ts';
import { GOOGLE_CODES, longestPause } from '../api/wait.ts';
import { recallLogin } from '../credentials/login-options.ts';
import { openLogin } from '../credentials/open-login.ts';
import { serviceRoot } from '../credentials/service-root.ts';
import { fingerprintOf, osLogin, type OsLogin } from './api.ts';

/** Keys in the profiles of accounts; found by the key itself, of which there is no other. Its id is its fingerprint. */
export function osLoginKeyKind(type: string): CloudKind {
  return cloudKind<OsLogin>({
    kind: `${type}:os-login-key`,
    open: async (locator, signal) => {
      const options = recallLogin(locator.value('access'));
      return osLogin(serviceRoot('oslogin', options), await openLogin(options), signal);
    },
    find: async (_token, service, locator) => [
      fingerprintOf(await service.profile(locator.text('account')), locator.text('key')),
    ],
    release: (fingerprint, service, locator) => service.removeKey(locator.text('account'), fingerprint),
    manualCommand: (fingerprint) => `gcloud compute os-login ssh-keys remove --key=${fingerprint}`,
    isNotFound,
    isRefusal,
    waits: () => ({
      codes: GOOGLE_CODES,
      longestPause: longestPause(),
      hint: 'Google may only be slow: "kiln gc" looks again, and removes what is left',
    }),
  });
}
