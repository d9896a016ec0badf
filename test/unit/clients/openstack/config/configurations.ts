import type { Values } from '../../../../../clients/openstack/config/values.ts';

/** A way to describe a cloud: files, environment, and what is asked for. */
export interface Configuration {
  readonly what: string;
  /** By paths: "~" is the user's home, anything else is below the directory in which the search begins. */
  readonly files?: Readonly<Record<string, string>>;
  /** Values may begin with "~/" and "./", too. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly cloud?: string;
  readonly region?: string;
  readonly options?: Values;
}

const URL_V3 = 'https://keystone.example.com:5000/v3';

/** What a cloud needs beside a way in. */
const USER = { username: 'ann', password: 'secret', user_domain_name: 'Default' };
const PROJECT = { project_name: 'web', project_domain_name: 'Default' };
const AUTH = { auth_url: URL_V3, ...USER, ...PROJECT };

function clouds(all: object, name = 'clouds.yaml'): { readonly files: Readonly<Record<string, string>> } {
  return { files: { [name]: JSON.stringify({ clouds: all }) } };
}

function one(cloud: object): { readonly files: Readonly<Record<string, string>> } {
  return clouds({ one: cloud });
}

function auth(options: object, more: object = {}): { readonly files: Readonly<Record<string, string>> } {
  return one({ auth: { auth_url: URL_V3, ...options }, ...more });
}

function environment(variables: object): { readonly environment: Readonly<Record<string, string>> } {
  return {
    environment: Object.fromEntries(Object.entries(variables).map(([name, value]) => [`OS_${name}`, String(value)])),
  };
}

const PASSWORD_VARIABLES = {
  AUTH_URL: URL_V3,
  USERNAME: 'ann',
  PASSWORD: 'secret',
  USER_DOMAIN_NAME: 'Default',
  PROJECT_NAME: 'web',
  PROJECT_DOMAIN_NAME: 'Default',
};

const YAML = `
clouds:
  one:
    auth:
      auth_url: ${URL_V3}
      username: ann
      password: secret
      project_id: 0123
      user-domain-id: default
    region_name: north
    verify: no
    compute_api_version: 2
    compute_default_microversion: 2.6
    interface: internal
`;

const PUBLIC = JSON.stringify({
  'public-clouds': {
    sky: {
      auth: {
        auth_url: 'https://{region_name}.sky.example.com:5000/v3',
        user_domain_name: 'Sky',
        project_domain_name: 'Sky',
      },
      regions: ['east', { name: 'west', values: { interface: 'internal', auth: { project_domain_name: 'West' } } }],
      image_api_version: '2',
      volume_endpoint_override: 'https://volume.sky.example.com/v3',
    },
    plain: { auth: { auth_url: URL_V3 }, region_name: 'only' },
  },
});

const WITH_PROFILE = (cloud: object): Readonly<Record<string, string>> => ({
  'clouds.yaml': JSON.stringify({ clouds: { one: cloud } }),
  'clouds-public.yaml': PUBLIC,
});

/** Places in which files are found. */
const places: readonly Configuration[] = [
  { what: 'nothing at all' },
  { what: 'a file here', ...one({ auth: AUTH }) },
  { what: 'a file in words of YAML', files: { 'clouds.yaml': YAML } },
  { what: 'a file .yml', ...clouds({ one: { auth: AUTH } }, 'clouds.yml') },
  { what: 'a file .json', ...clouds({ one: { auth: AUTH } }, 'clouds.json') },
  { what: 'a file in the home directory', ...clouds({ home: { auth: AUTH } }, '~/.config/openstack/clouds.yaml') },
  {
    what: 'a file here before one in the home directory',
    files: {
      'clouds.yaml': JSON.stringify({ clouds: { here: { auth: AUTH } } }),
      '~/.config/openstack/clouds.yaml': JSON.stringify({ clouds: { home: { auth: AUTH } } }),
    },
  },
  {
    what: 'yaml before json',
    files: {
      'clouds.yaml': JSON.stringify({ clouds: { yaml: { auth: AUTH } } }),
      'clouds.json': JSON.stringify({ clouds: { json: { auth: AUTH } } }),
    },
  },
  {
    what: 'XDG_CONFIG_HOME',
    ...clouds({ xdg: { auth: AUTH } }, 'xdg/openstack/clouds.yaml'),
    environment: { XDG_CONFIG_HOME: './xdg' },
  },
  {
    what: 'XDG_CONFIG_DIRS',
    ...clouds({ site: { auth: AUTH } }, 'site/openstack/clouds.yaml'),
    environment: { XDG_CONFIG_DIRS: './site' },
  },
  {
    what: "the real home of a snap's user",
    ...clouds({ snap: { auth: AUTH } }, 'real/.config/openstack/clouds.yaml'),
    environment: { SNAP_REAL_HOME: './real' },
  },
  {
    what: 'OS_CLIENT_CONFIG_FILE',
    files: {
      'clouds.yaml': JSON.stringify({ clouds: { here: { auth: AUTH } } }),
      'mine/other.yaml': JSON.stringify({ clouds: { mine: { auth: AUTH } } }),
    },
    environment: { OS_CLIENT_CONFIG_FILE: './mine/other.yaml' },
  },
  {
    what: 'OS_CLIENT_CONFIG_FILE that is not there',
    ...clouds({ here: { auth: AUTH } }),
    environment: { OS_CLIENT_CONFIG_FILE: './mine/other.yaml' },
  },
  {
    what: 'secure.yaml',
    files: {
      'clouds.yaml': JSON.stringify({ clouds: { one: { auth: { ...AUTH, password: 'wrong' } } } }),
      'secure.yaml': JSON.stringify({ clouds: { one: { auth: { password: 'right' } } } }),
    },
  },
  {
    what: 'secure.json in the home directory',
    files: {
      'clouds.yaml': JSON.stringify({ clouds: { one: { auth: { ...AUTH, password: 'wrong' } } } }),
      '~/.config/openstack/secure.json': JSON.stringify({ clouds: { one: { auth: { password: 'right' } } } }),
    },
  },
  {
    what: 'OS_CLIENT_SECURE_FILE',
    files: {
      'clouds.yaml': JSON.stringify({ clouds: { one: { auth: { ...AUTH, password: 'wrong' } } } }),
      'secret/file.yaml': JSON.stringify({ clouds: { one: { auth: { password: 'right' } } } }),
    },
    environment: { OS_CLIENT_SECURE_FILE: './secret/file.yaml' },
  },
  { what: 'only secure.yaml', ...clouds({ one: { auth: AUTH } }, 'secure.yaml') },
  { what: 'an empty clouds.yaml', files: { 'clouds.yaml': '' } },
  { what: 'a clouds.yaml that is a list', files: { 'clouds.yaml': '- one\n' } },
  {
    what: 'a clouds.yaml that is no YAML, with one in the home directory',
    files: {
      'clouds.yaml': '{ clouds: [',
      '~/.config/openstack/clouds.yaml': JSON.stringify({ clouds: { home: { auth: AUTH } } }),
    },
  },
  { what: 'a clouds.yaml without clouds', files: { 'clouds.yaml': 'cache: { class: none }\n' } },
];

/** Which cloud is meant. */
const choices: readonly Configuration[] = [
  { what: 'two clouds and none named', ...clouds({ a: { auth: AUTH }, b: { auth: AUTH } }) },
  { what: 'a named cloud', ...clouds({ a: { auth: AUTH }, b: { auth: { ...AUTH, username: 'bob' } } }), cloud: 'b' },
  { what: 'a cloud that is not there', ...one({ auth: AUTH }), cloud: 'two' },
  {
    what: 'OS_CLOUD',
    ...clouds({ a: { auth: AUTH }, b: { auth: { ...AUTH, username: 'bob' } } }),
    environment: { OS_CLOUD: 'b' },
  },
  { what: 'OS_CLOUD that is not there', ...one({ auth: AUTH }), environment: { OS_CLOUD: 'two' } },
  {
    what: 'OS_CLOUD beats the variables of a cloud',
    ...one({ auth: AUTH }),
    ...environment({ ...PASSWORD_VARIABLES, USERNAME: 'env', CLOUD: 'one' }),
  },
  {
    what: 'variables beat the only cloud',
    ...one({ auth: AUTH }),
    ...environment({ ...PASSWORD_VARIABLES, USERNAME: 'env' }),
  },
  {
    what: 'OS_CLOUD_NAME names the cloud of the variables',
    ...environment({ ...PASSWORD_VARIABLES, CLOUD_NAME: 'mine' }),
    cloud: 'mine',
  },
  {
    what: 'OS_CLOUD_NAME that a file has, too',
    ...one({ auth: AUTH }),
    ...environment({ ...PASSWORD_VARIABLES, CLOUD_NAME: 'one' }),
  },
  { what: 'OS_REGION_NAME alone makes no cloud', ...one({ auth: AUTH }), ...environment({ REGION_NAME: 'north' }) },
];

/** Variables. */
const variables: readonly Configuration[] = [
  { what: 'a password', ...environment(PASSWORD_VARIABLES) },
  { what: 'with a region', ...environment({ ...PASSWORD_VARIABLES, REGION_NAME: 'north' }) },
  {
    what: 'tenants',
    ...environment({
      AUTH_URL: URL_V3,
      USERNAME: 'ann',
      PASSWORD: 'secret',
      TENANT_NAME: 'web',
      DOMAIN_NAME: 'Default',
    }),
  },
  {
    what: 'a project by id',
    ...environment({ AUTH_URL: URL_V3, USER_ID: 'u1', PASSWORD: 'secret', PROJECT_ID: 'p1' }),
  },
  { what: 'a token', ...environment({ AUTH_TYPE: 'v3token', AUTH_URL: URL_V3, TOKEN: 't0', PROJECT_ID: 'p1' }) },
  { what: 'a token without an auth_type', ...environment({ AUTH_URL: URL_V3, TOKEN: 't0', PROJECT_ID: 'p1' }) },
  {
    what: 'an application credential',
    ...environment({
      ...{ AUTH_TYPE: 'v3applicationcredential', AUTH_URL: URL_V3 },
      ...{ APPLICATION_CREDENTIAL_ID: 'c1', APPLICATION_CREDENTIAL_SECRET: 's1' },
    }),
  },
  {
    what: 'certificates, endpoints and microversions',
    ...environment({
      ...PASSWORD_VARIABLES,
      ...{ CACERT: '~/ca.pem', CERT: '~/cert.pem', KEY: '~/key.pem', ENDPOINT_TYPE: 'internalURL' },
      ...{ IMAGE_ENDPOINT_OVERRIDE: 'https://image.example.com', COMPUTE_DEFAULT_MICROVERSION: '2.60' },
    }),
  },
  { what: 'OS_INSECURE=true', ...environment({ ...PASSWORD_VARIABLES, INSECURE: 'True' }) },
  { what: 'OS_INSECURE=1', ...environment({ ...PASSWORD_VARIABLES, INSECURE: '1' }) },
  {
    what: 'several factors',
    ...environment({
      ...PASSWORD_VARIABLES,
      AUTH_TYPE: 'v3multifactor',
      AUTH_METHODS: 'v3password,v3totp',
      PASSCODE: '123456',
    }),
  },
  { what: 'OS_INTERFACE', ...environment({ ...PASSWORD_VARIABLES, INTERFACE: 'admin' }) },
];

/** Ways in. */
const ways: readonly Configuration[] = [
  { what: 'v3password', ...auth({ ...USER, ...PROJECT }, { auth_type: 'v3password' }) },
  { what: 'v3password without a domain', ...auth({ username: 'ann', password: 'x' }, { auth_type: 'v3password' }) },
  {
    what: 'v3password with a project without a domain',
    ...auth({ ...USER, project_name: 'web' }, { auth_type: 'v3password' }),
  },
  { what: 'a password without a domain', ...auth({ username: 'ann', password: 'x', project_name: 'web' }) },
  {
    what: 'default_domain_id',
    ...auth({ username: 'ann', password: 'x', project_name: 'web', default_domain_id: 'default' }),
  },
  {
    what: 'default_domain_name',
    ...auth({ username: 'ann', password: 'x', project_name: 'web', default_domain_name: 'D' }),
  },
  { what: 'both ids and names', ...auth({ ...USER, ...PROJECT, user_id: 'u1', project_id: 'p1' }) },
  {
    what: 'domain_name once for both',
    ...auth({ username: 'ann', password: 'x', project_name: 'web', domain_name: 'D' }),
  },
  { what: 'domain_id beside auth', ...auth({ username: 'ann', password: 'x', project_id: 'p1' }, { domain_id: 'd1' }) },
  { what: 'a domain', ...auth({ ...USER, domain_id: 'd1' }) },
  { what: 'the system', ...auth({ ...USER, system_scope: 'all' }) },
  { what: 'a part of the system', ...auth({ ...USER, system_scope: 'some' }) },
  { what: 'a trust', ...auth({ ...USER, trust_id: 't1' }) },
  { what: 'a project and the system', ...auth({ ...USER, ...PROJECT, system_scope: 'all' }) },
  { what: 'no scope', ...auth(USER) },
  { what: 'v3password unscoped', ...auth({ ...USER, unscoped: true }, { auth_type: 'v3password' }) },
  { what: 'token', ...auth({ token: 't0', ...PROJECT }, { auth_type: 'token' }) },
  { what: 'v3token by an old name', ...auth({ auth_token: 't0', project_id: 'p1' }, { auth_type: 'v3token' }) },
  { what: 'auth_plugin', ...auth({ token: 't0', project_id: 'p1' }, { auth_plugin: 'v3token', auth_type: undefined }) },
  {
    what: 'an application credential by name',
    ...auth(
      {
        application_credential_name: 'kiln',
        application_credential_secret: 's1',
        username: 'ann',
        user_domain_id: 'default',
      },
      { auth_type: 'v3applicationcredential' },
    ),
  },
  {
    what: 'an application credential without a secret',
    ...auth({ application_credential_id: 'c1' }, { auth_type: 'v3applicationcredential' }),
  },
  {
    what: 'an application credential with a project',
    ...auth(
      { application_credential_id: 'c1', application_credential_secret: 's1', project_id: 'p1' },
      { auth_type: 'v3applicationcredential' },
    ),
  },
  {
    what: 'v3totp',
    ...auth({ username: 'ann', user_domain_id: 'd', passcode: '012345', ...PROJECT }, { auth_type: 'v3totp' }),
  },
  {
    what: 'v3multifactor',
    ...auth(
      { ...USER, passcode: '012345', ...PROJECT },
      { auth_type: 'v3multifactor', auth_methods: ['v3password', 'v3totp'] },
    ),
  },
  { what: 'v3multifactor without methods', ...auth({ ...USER, ...PROJECT }, { auth_type: 'v3multifactor' }) },
  {
    what: 'v3oidcaccesstoken',
    ...auth(
      { identity_provider: 'corp', protocol: 'openid', access_token: 'a1', project_id: 'p1' },
      { auth_type: 'v3oidcaccesstoken' },
    ),
  },
  {
    what: 'v3oidcaccesstoken without an access token',
    ...auth({ identity_provider: 'corp', protocol: 'openid' }, { auth_type: 'v3oidcaccesstoken' }),
  },
  { what: 'none', ...one({ auth_type: 'none', auth: { endpoint: 'https://one.example.com' } }) },
  { what: 'auth_type null', ...one({ auth_type: null, auth: { endpoint: 'https://one.example.com' } }) },
  {
    what: 'admin_token',
    ...one({ auth_type: 'admin_token', auth: { endpoint: 'https://one.example.com', token: 't0' } }),
  },
  {
    what: 'token_endpoint by an old name',
    ...one({ auth_type: 'token_endpoint', auth: { url: 'https://one.example.com', token: 't0' } }),
  },
  { what: 'an auth_type that is none', ...auth(USER, { auth_type: 'v9magic' }) },
  { what: 'no auth_url', ...one({ auth: USER }) },
  {
    what: 'an auth_url without a version',
    ...one({ auth: { ...AUTH, auth_url: 'https://keystone.example.com/identity' } }),
  },
  { what: 'an auth_url with a slash', ...one({ auth: { ...AUTH, auth_url: `${URL_V3}/` } }) },
  { what: 'an option in auth that is none', ...auth({ ...USER, colour: 'blue' }) },
  { what: 'options beside auth', ...one({ ...AUTH, auth: {} }) },
  { what: 'options beside auth beat those in it', ...one({ auth: AUTH, project_name: 'other' }) },
  { what: 'user_name', ...auth({ user_name: 'ann', password: 'x', user_domain_id: 'd', project_id: 'p1' }) },
  { what: 'a project whose id is a number', ...auth({ ...USER, project_id: 42 }) },
  {
    what: 'names with dashes',
    ...auth({
      username: 'ann',
      password: 'x',
      'user-domain-name': 'D',
      'project-name': 'web',
      'project-domain-name': 'D',
    }),
  },
  { what: 'an empty project', ...auth({ ...USER, project_name: '', project_id: 'p1' }) },
];

/** Regions and profiles. */
const regions: readonly Configuration[] = [
  { what: 'region_name', ...auth({ ...USER, ...PROJECT }, { region_name: 'north' }) },
  { what: 'the first of several', ...auth({ ...USER, ...PROJECT }, { regions: ['north', 'south'] }) },
  { what: 'one of several', ...auth({ ...USER, ...PROJECT }, { regions: ['north', 'south'] }), region: 'south' },
  { what: 'none of several', ...auth({ ...USER, ...PROJECT }, { regions: ['north', 'south'] }), region: 'west' },
  { what: 'one between commas', ...auth({ ...USER, ...PROJECT }, { region_name: 'north,south' }), region: 'south' },
  { what: 'any where none is listed', ...auth({ ...USER, ...PROJECT }), region: 'west' },
  {
    what: 'values of a region',
    ...auth(
      { ...USER, ...PROJECT },
      {
        regions: [
          {
            name: 'north',
            values: { auth: { project_name: 'n' }, network_endpoint_override: 'https://n.example.com' },
          },
        ],
      },
    ),
  },
  { what: 'a region without a name', ...auth({ ...USER, ...PROJECT }, { regions: [{ values: {} }] }) },
  {
    what: 'a region in the auth_url',
    ...one({ auth: { ...AUTH, auth_url: 'https://{region_name}.example.com/v3' }, region_name: 'north' }),
  },
  {
    what: 'an auth_url with an unknown name',
    ...one({ auth: { ...AUTH, auth_url: 'https://{colour}.example.com/v3' } }),
  },
  {
    what: 'a profile',
    files: WITH_PROFILE({ profile: 'sky', auth: { username: 'ann', password: 'x', project_name: 'web' } }),
  },
  {
    what: 'a profile and its second region',
    files: WITH_PROFILE({ profile: 'sky', auth: { username: 'ann', password: 'x', project_name: 'web' } }),
    region: 'west',
  },
  { what: 'a profile by its old word', files: WITH_PROFILE({ cloud: 'plain', auth: { ...USER, ...PROJECT } }) },
  { what: 'a profile that is not there', files: WITH_PROFILE({ profile: 'nowhere', auth: AUTH }) },
  {
    what: 'a profile with a region of its own',
    files: WITH_PROFILE({ profile: 'sky', region_name: 'south', auth: { ...USER, ...PROJECT } }),
  },
];

/** What is beside the way in. */
const settings: readonly Configuration[] = [
  { what: 'verify: false', ...one({ auth: AUTH, verify: false }) },
  { what: 'verify: false with cacert', ...one({ auth: AUTH, verify: false, cacert: '/ca.pem' }) },
  { what: 'insecure as text', ...one({ auth: AUTH, insecure: 'true' }) },
  { what: 'cacert', ...one({ auth: AUTH, cacert: '~/ca.pem' }) },
  { what: 'cert alone', ...one({ auth: AUTH, cert: '/both.pem' }) },
  { what: 'key alone', ...one({ auth: AUTH, key: '/key.pem' }) },
  { what: 'cert and key', ...one({ auth: AUTH, cert: '/cert.pem', key: '~/key.pem' }) },
  { what: 'api_timeout', ...one({ auth: AUTH, api_timeout: 12 }) },
  { what: "an old client's timeout", ...one({ auth: AUTH, http_timeout: 7 }) },
  { what: 'interfaces in order', ...one({ auth: AUTH, interface: ['internal', 'public'] }) },
  { what: 'endpoint_type', ...one({ auth: AUTH, endpoint_type: 'internal', compute_endpoint_type: 'admin' }) },
  { what: 'a region of one service', ...one({ auth: AUTH, region_name: 'north', object_store_region_name: 'south' }) },
  {
    what: 'a service by another type and name',
    ...one({
      auth: AUTH,
      volume_service_type: 'volumev2',
      image_service_name: 'glance2',
      compute_default_microversion: 2.6,
    }),
  },
  {
    what: 'old names of block storage',
    ...one({ auth: AUTH, volumev3_endpoint_override: 'https://v.example.com/v3' }),
  },
  {
    what: 'names of block storage, the newest first',
    ...one({ auth: AUTH, volume_interface: 'admin', block_storage_interface: 'internal' }),
  },
  {
    what: 'an endpoint that names the region',
    ...one({ auth: AUTH, region_name: 'north', image_endpoint_override: 'https://{region_name}.example.com' }),
  },
  {
    what: 'options of the call',
    ...one({ auth: AUTH, interface: 'admin' }),
    options: { interface: 'internal', auth: { project_name: 'called' } },
  },
  {
    what: 'an option of the call that is not given',
    ...one({ auth: AUTH, interface: 'admin' }),
    options: { interface: null },
  },
];

export const configurations: readonly Configuration[] = [
  ...places,
  ...choices,
  ...variables,
  ...ways,
  ...regions,
  ...settings,
];
