import { errorAt, type Diagnostic, type PrepareContext } from '../../../plugins/sdk/index.ts';
import type { AccessOptions } from '../mixins/access.gen.ts';

type Diagnostics = readonly Diagnostic[];

function complain(option: string, message: string, hint?: string): Diagnostic {
  return errorAt('OPENSTACK_ACCESS', `/${option}`, message, hint === undefined ? {} : { hint });
}

function endpoint({ identity_endpoint: url }: AccessOptions): Diagnostics {
  if (url === undefined || (/^https?:\/\//i.test(url) && URL.canParse(url))) return [];
  return [
    complain('identity_endpoint', `${JSON.stringify(url)} is no URL`, 'such as https://keystone.example.com:5000'),
  ];
}

/** What a secret belongs to has to be said, and by whom the other way around; the cloud and the environment may say it. */
function applicationCredential(
  config: AccessOptions,
  { environment }: Pick<PrepareContext, 'environment'>,
): Diagnostics {
  const {
    application_credential_id: id,
    application_credential_name: name,
    application_credential_secret: secret,
  } = config;
  const given = (variable: string): boolean => (environment(variable) ?? '') !== '';
  if (config.cloud !== undefined || given('OS_CLOUD')) return [];
  const found: Diagnostic[] = [];
  const option = id === undefined ? 'application_credential_name' : 'application_credential_id';
  if ((id ?? name) !== undefined && secret === undefined && !given('OS_APPLICATION_CREDENTIAL_SECRET')) {
    found.push(complain(option, `${option} needs application_credential_secret`));
  }
  const named = [id, name].some((each) => each !== undefined);
  const namedOutside = given('OS_APPLICATION_CREDENTIAL_ID') || given('OS_APPLICATION_CREDENTIAL_NAME');
  if (secret !== undefined && !named && !namedOutside) {
    const message = 'application_credential_secret needs application_credential_id or application_credential_name';
    found.push(complain('application_credential_secret', message));
  }
  const users = [config.username, config.user_id].some((each) => each !== undefined);
  const usersOutside = ['OS_USERNAME', 'OS_USER_ID', 'OS_USERID'].some(given);
  if (name !== undefined && id === undefined && !users && !usersOutside) {
    const message = 'the name of an application credential needs its user';
    found.push(
      complain('application_credential_name', message, 'set username or user_id, or application_credential_id'),
    );
  }
  return found;
}

function files(config: AccessOptions, { statPath }: Pick<PrepareContext, 'statPath'>): Diagnostics {
  const { cert, key } = config;
  const missing = (['cacert', 'cert', 'key'] as const).flatMap((option) => {
    const path = config[option];
    return path === undefined || statPath(path) === 'file' ? [] : [complain(option, `no file ${JSON.stringify(path)}`)];
  });
  return cert !== undefined && key === undefined ? [...missing, complain('cert', 'cert needs key')] : missing;
}

/** What the schema cannot say of the way into OpenStack. Nothing is asked of a server. */
export function checkAccess(
  config: AccessOptions,
  context: Pick<PrepareContext, 'statPath' | 'environment'>,
): Diagnostics {
  return [...endpoint(config), ...applicationCredential(config, context), ...files(config, context)];
}
