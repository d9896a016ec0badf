import { part, type Call, type Reply } from '../call.ts';
import { ApiProblem, badRequest, Unauthorized } from '../problem.ts';
import type { World } from '../world.ts';
import { issueToken, tokenOf, tokenView, type Grant } from './tokens.ts';
import type { ApplicationCredential, Project, Receipt, User } from './people.ts';

interface Named {
  readonly id?: string;
  readonly name?: string;
  readonly domain?: Named;
}

interface UserPart extends Named {
  readonly password?: string;
  readonly passcode?: string;
}

interface Identity {
  readonly methods: readonly string[];
  readonly password?: { readonly user: UserPart };
  readonly totp?: { readonly user: UserPart };
  readonly token?: { readonly id: string };
  readonly application_credential?: Named & { readonly secret?: string; readonly user?: Named };
}

interface Auth {
  readonly identity: Identity;
  readonly scope?: 'unscoped' | { readonly project?: Named; readonly domain?: Named; readonly system?: object };
}

function inDefault(domain: Named | undefined): boolean {
  return domain?.id === 'default' || domain?.name === 'Default';
}

/** A user or project by its id, or by its name and its domain. */
function named<T extends { readonly id: string; readonly name: string }>(all: readonly T[], asked: Named): T {
  if (asked.id === undefined && asked.name === undefined) throw badRequest('id or name must be present.');
  const found = all.find(({ id, name }) =>
    asked.id === undefined ? name === asked.name && inDefault(asked.domain) : id === asked.id,
  );
  if (found === undefined) throw new Unauthorized();
  return found;
}

/** Who the methods say it is, and what each came with. */
interface Login {
  readonly user: User;
  readonly credential?: ApplicationCredential;
  readonly project?: Project | undefined;
  readonly expiresAt?: number;
}

function byCredential(world: World, asked: NonNullable<Identity['application_credential']>): Login {
  const user = asked.user === undefined ? undefined : named(world.users, asked.user);
  const credential = world.credentials.find(({ id, name, user: owner }) =>
    asked.id === undefined ? name === asked.name && owner === user : id === asked.id,
  );
  if (credential === undefined || credential.secret !== asked.secret) throw new Unauthorized();
  return { user: credential.user, credential, project: credential.project };
}

const METHODS: Readonly<Record<string, (world: World, identity: Identity) => Login>> = {
  password: (world, { password }) => {
    const user = named(world.users, password?.user ?? {});
    if (user.password !== password?.user.password) throw new Unauthorized();
    return { user };
  },
  totp: (world, { totp }) => {
    const user = named(world.users, totp?.user ?? {});
    if (user.passcode === undefined || user.passcode !== totp?.user.passcode) throw new Unauthorized();
    return { user };
  },
  token: (world, { token }) => {
    const { user, project, expiresAt } = tokenOf(world, token?.id);
    return { user, project, expiresAt };
  },
  application_credential: (world, { application_credential: asked = {} }) => byCredential(world, asked),
};

/** Half a login: the other half must come with this receipt. */
function receiptReply(world: World, receipt: Receipt): Reply {
  const id = world.newId();
  world.receipts.set(id, receipt);
  const { user, methods } = receipt;
  return {
    status: 401,
    headers: { 'Openstack-Auth-Receipt': id },
    body: {
      receipt: { methods, user: { domain: { id: 'default', name: 'Default' }, id: user.id, name: user.name } },
      required_auth_methods: [['password', 'totp']],
    },
  };
}

function scopeOf(world: World, { scope }: Auth, login: Login): Project | undefined {
  if (login.credential !== undefined) {
    if (scope !== undefined) {
      const message =
        'Error authenticating with application credential: Application credentials cannot request a scope.';
      throw new ApiProblem(401, message, 'identity');
    }
    return login.project;
  }
  if (scope === 'unscoped') return undefined;
  if (scope?.project === undefined) return login.project;
  const project = named(world.projects, scope.project);
  if (!login.user.projects.includes(project)) throw new Unauthorized();
  return project;
}

/** POST /v3/auth/tokens. */
export function createToken(call: Call): Reply {
  const { world, headers } = call;
  const auth = part(call, 'auth') as Auth;
  const receipt = world.receipts.get(String(headers['openstack-auth-receipt']));
  const logins = auth.identity.methods.map((method) => {
    const login = METHODS[method];
    if (login === undefined) throw new Unauthorized();
    return login(world, auth.identity);
  });
  const [login] = logins;
  if (login === undefined || logins.some(({ user }) => user !== login.user)) throw new Unauthorized();
  const methods = [...(receipt?.user === login.user ? receipt.methods : []), ...auth.identity.methods];
  const half = login.user.passcode !== undefined && ['password', 'totp'].some((each) => !methods.includes(each));
  if (half && methods.some((method) => ['password', 'totp'].includes(method))) {
    return receiptReply(world, { user: login.user, methods });
  }
  const grant: Grant = { ...login, project: scopeOf(world, auth, login), methods };
  const token = issueToken(world, grant);
  return { status: 201, headers: { 'X-Subject-Token': token.id }, body: tokenView(world, token) };
}
