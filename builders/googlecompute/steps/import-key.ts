import { retryWhile } from '../../../plugins/sdk/cloud.ts';
import { publicKeyOf } from '../../../plugins/sdk/keys.ts';
import { StepError } from '../../../plugins/sdk/index.ts';
import type { KeyPair } from '../../_cloud/key-pair.ts';
import { callFailure } from '../../_googlecompute/api/failure.ts';
import { passes } from '../../_googlecompute/api/google-error.ts';
import type { GoogleBuild } from '../../_googlecompute/google-build.ts';
import { fingerprintOf, osLogin, type LoginProfile } from '../../_googlecompute/os-login/api.ts';
import { loginName, profileName } from '../../_googlecompute/os-login/username.ts';
import { ENABLE_OS_LOGIN, isEnabled, wantsOsLogin } from '../../_googlecompute/os-login/wanted.ts';
import type { GooglecomputeBuilderConfig } from '../config.gen.ts';

/** How long OS Login is asked again while it is busy. Milliseconds. */
const PATIENCE = 60_000;
const FULL = /profile size exceeds/i;

async function isOnInProject(
  { project_id: project }: GooglecomputeBuilderConfig,
  { cloud }: GoogleBuild,
): Promise<boolean> {
  const { commonInstanceMetadata } = await cloud.ask((compute, call) => compute.projects.get({ project }, call));
  const item = commonInstanceMetadata?.items?.find(({ key }) => key === ENABLE_OS_LOGIN);
  return isEnabled(item?.value ?? undefined) ?? false;
}

function refused(message: string, hint: string, cause?: unknown): StepError {
  return new StepError(message, { code: 'GOOGLE_OS_LOGIN', pointer: '/use_os_login', hint, cause });
}

function failure(error: unknown): unknown {
  const said = error instanceof Error ? error.message : '';
  if (!FULL.test(said)) return callFailure(error);
  const hint =
    'remove keys that nobody uses: gcloud compute os-login ssh-keys list, and remove; oslogin_ssh_key_expire_after has keys go by themselves';
  return refused(`OS Login takes no more keys of this account: ${said}`, hint, error);
}

async function account({ cloud }: GoogleBuild): Promise<string> {
  const email = await cloud.login.email();
  if (email !== undefined) return email;
  throw refused(
    'nobody says which account this is, and OS Login has to know',
    'use credentials of a service account, or impersonate_service_account; or set use_os_login to false',
  );
}

/** Whether OS Login may have a say; who logs in by a key of their own has it in the profile already. */
export function mayUseOsLogin(config: GooglecomputeBuilderConfig, { privateKey }: KeyPair): boolean {
  return config.communicator === 'ssh' && privateKey !== undefined && wantsOsLogin(config) !== false;
}

/**
 * Imports the key of the build into the OS Login profile of the account, when OS Login is used; it is removed when the build is
 * over. Resolves with the name to log in with; undefined: that of the template. Throws `StepError` GOOGLE_….
 */
export async function importKey(
  config: GooglecomputeBuilderConfig,
  { privateKey, name = '' }: KeyPair,
  google: GoogleBuild,
): Promise<string | undefined> {
  const { build, cloud, kinds } = google;
  if (privateKey === undefined) return undefined;
  if (!(wantsOsLogin(config) ?? (await isOnInProject(config, google)))) return undefined;
  const email = await account(google);
  const key = publicKeyOf(privateKey, name);
  const service = osLogin(cloud.osLoginRoot, cloud.login, build.signal);
  const lifetime = config.oslogin_ssh_key_expire_after;
  const options = { project: config.project_id, ...(lifetime === undefined ? {} : { expires: Date.now() + lifetime }) };
  const { handle: profile } = await build.acquire(kinds.osLoginKey, {
    describe: `OS Login key of ${email}`,
    locator: { access: cloud.access, account: email, key },
    create: (token) =>
      kinds.osLoginKey.createUnlessRefused(token, async () => {
        const attempt = (): Promise<LoginProfile> => service.importKey(email, key, options);
        const found = await retryWhile(attempt, passes, { signal: build.signal, limit: PATIENCE }).catch(
          (error: unknown) => {
            throw failure(error);
          },
        );
        return { id: fingerprintOf(found, key) ?? '', handle: found };
      }),
  });
  const known = profileName(profile);
  if (known === undefined) {
    throw refused(
      `OS Login gives ${email} no name on instances`,
      'the account needs the role Compute OS Admin Login (roles/compute.osAdminLogin) in the project',
    );
  }
  const user = loginName(known, config.oslogin_ssh_username);
  build.say(`OS Login: ${email} is ${user} on the instance`);
  return user;
}
