import { LoginError } from '../../../clients/google-login/login-error.ts';
import { readCredentials } from '../../../clients/google-login/credentials.ts';
import { expandHome } from '../../../plugins/sdk/files.ts';
import { errorAt, type Diagnostic, type PrepareContext } from '../../../plugins/sdk/index.ts';
import type { AccessOptions } from '../mixins/access.gen.ts';
import { isJson } from './login-options.ts';

type Diagnostics = readonly Diagnostic[];
type Context = Pick<PrepareContext, 'statPath' | 'readStart'>;

/** Each of these says on its own who the build is. */
const IDENTITIES = [
  'credentials_file',
  'credentials_json',
  'account_file',
  'access_token',
  'vault_gcp_oauth_engine',
] as const;
/** Bytes; a file of credentials has some thousands. */
const LARGEST = 256 * 1024;

function complain(option: string, message: string, hint?: string): Diagnostic {
  return errorAt('GOOGLE_ACCESS', `/${option}`, message, hint === undefined ? {} : { hint });
}

function identities(config: AccessOptions): Diagnostics {
  const [first, ...others] = IDENTITIES.filter((name) => config[name] !== undefined);
  return others.map((name) => complain(name, `${name} and ${first ?? ''} are both given`, 'leave one of them out'));
}

function written(option: string, text: string, name: string): Diagnostics {
  try {
    readCredentials(text, name);
    return [];
  } catch (error) {
    if (!(error instanceof LoginError)) throw error;
    return [complain(option, error.message, error.hint)];
  }
}

function file(option: string, path: string, { statPath, readStart }: Context): Diagnostics {
  const expanded = expandHome(path);
  const kind = statPath(expanded);
  if (kind === undefined) return [complain(option, `no file ${JSON.stringify(path)}`)];
  // A pipe gives what it holds once only, to whoever builds.
  if (kind !== 'file') return kind === 'other' ? [] : [complain(option, `${JSON.stringify(path)} is a directory`)];
  const bytes = readStart(expanded, LARGEST);
  return bytes === undefined
    ? [complain(option, `${JSON.stringify(path)} cannot be read`)]
    : written(option, Buffer.from(bytes).toString('utf8'), JSON.stringify(path));
}

function credentials(config: AccessOptions, context: Context): Diagnostics {
  const { credentials_file: path, credentials_json: json, account_file: either } = config;
  return [
    ...(path === undefined ? [] : file('credentials_file', path, context)),
    ...(json === undefined ? [] : written('credentials_json', json, 'credentials_json')),
    ...(either === undefined
      ? []
      : isJson(either)
        ? written('account_file', either, 'account_file')
        : file('account_file', either, context)),
  ];
}

const ACCOUNT = /^[^@\s/]+@[^@\s/]+\.[^@\s/]+$/;

function impersonation(config: AccessOptions): Diagnostics {
  const { impersonate_service_account: account, impersonate_service_account_delegates: delegates } = config;
  if (account === undefined) {
    const option = 'impersonate_service_account_delegates';
    return delegates === undefined ? [] : [complain(option, `${option} needs impersonate_service_account`)];
  }
  const hint = 'such as builder@my-project.iam.gserviceaccount.com';
  const wrong = (text: string, option: string): Diagnostics =>
    ACCOUNT.test(text)
      ? []
      : [complain(option, `${JSON.stringify(text)} is no e-mail address of a service account`, hint)];
  return [
    ...wrong(account, 'impersonate_service_account'),
    ...(delegates ?? []).flatMap((each, index) => wrong(each, `impersonate_service_account_delegates/${index}`)),
  ];
}

function endpoints({ custom_endpoints: given = {} }: AccessOptions): Diagnostics {
  return Object.entries(given).flatMap(([name, url]) => {
    const scheme = name === 'iap' ? /^(?:ws|http)s?:\/\//i : /^https?:\/\//i;
    if (scheme.test(url) && URL.canParse(url)) return [];
    return [complain(`custom_endpoints/${name}`, `${JSON.stringify(url)} is no URL`)];
  });
}

/** What the schema cannot say of the way into Google. Nothing is asked of a server. */
export function checkAccess(config: AccessOptions, context: Context): Diagnostics {
  return [...identities(config), ...credentials(config, context), ...impersonation(config), ...endpoints(config)];
}
