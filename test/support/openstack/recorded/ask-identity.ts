import { at, type Ask, type AskedCloud } from './cloud.ts';

const DOMAIN = { name: 'Default' };

function login({ username, password }: AskedCloud, more: object = {}): object {
  const user = { name: username, password, domain: DOMAIN, ...more };
  return { methods: ['password'], password: { user } };
}

/** A token for the project, and the addresses of the services. */
export async function askIdentity(
  cloud: AskedCloud,
  ask: Ask,
): Promise<{ readonly token: string; readonly urls: Readonly<Record<string, string>>; readonly user: string }> {
  const { authUrl, project } = cloud;
  const scope = { project: { name: project, domain: DOMAIN } };
  const tokens = `${authUrl}/auth/tokens`;
  const issued = await ask('keystone token', 'POST', tokens, { auth: { identity: login(cloud), scope } });
  const token = issued.headers.get('x-subject-token') ?? '';
  await ask('keystone wrong password', 'POST', tokens, { auth: { identity: login(cloud, { password: 'no' }), scope } });
  await ask('keystone unknown project', 'POST', tokens, {
    auth: { identity: login(cloud), scope: { project: { name: 'no-such', domain: DOMAIN } } },
  });
  await ask('keystone no identity', 'POST', tokens, { auth: {} });
  await ask('keystone bad methods', 'POST', tokens, { auth: { identity: { methods: 'password' } } });
  await ask('keystone versions', 'GET', authUrl.replace(/v3$/, ''));
  await ask('keystone version', 'GET', authUrl);
  const own = { 'x-auth-token': token };
  await ask('keystone show token', 'GET', tokens, undefined, { ...own, 'x-subject-token': token });
  await ask('keystone unknown token', 'GET', tokens, undefined, { 'x-auth-token': 'no', 'x-subject-token': token });
  await ask('keystone projects', 'GET', `${authUrl}/auth/projects`, undefined, own);
  const user = at(issued.body, 'token', 'user', 'id');
  const credentials = `${authUrl}/users/${user}/application_credentials`;
  const named = { application_credential: { name: 'server-recorded' } };
  const made = await ask('keystone application credential', 'POST', credentials, named, own);
  await ask('keystone bad credential', 'POST', credentials, { application_credential: { name: 5 } }, own);
  const credential = {
    id: at(made.body, 'application_credential', 'id'),
    secret: at(made.body, 'application_credential', 'secret'),
  };
  const identity = { methods: ['application_credential'], application_credential: credential };
  await ask('keystone token by credential', 'POST', tokens, { auth: { identity } });
  await ask('keystone scoped credential', 'POST', tokens, { auth: { identity, scope } });
  await ask('keystone delete credential', 'DELETE', `${credentials}/${credential.id}`, undefined, own);
  const catalog = (
    issued.body as { token: { catalog: { type: string; endpoints: { interface: string; url: string }[] }[] } }
  ).token.catalog;
  const urls = catalog.map(({ type, endpoints }) => [
    type,
    endpoints.find((each) => each.interface === 'public')?.url ?? '',
  ]);
  return { token, urls: Object.fromEntries(urls) as Record<string, string>, user };
}
