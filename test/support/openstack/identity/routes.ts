import { part, type Call, type Reply, type Route } from '../call.ts';
import { ApiProblem, notFound } from '../problem.ts';
import { createToken } from './auth.ts';
import { catalogFor } from './catalog.ts';
import type { ApplicationCredential, Project } from './people.ts';
import { tokenOf, tokenView } from './tokens.ts';

/** The version document below Keystone's root. */
export function identityVersion(base: string): object {
  return {
    id: 'v3.14',
    status: 'stable',
    updated: '2020-04-07T00:00:00Z',
    links: [{ rel: 'self', href: `${base}/` }],
    'media-types': [{ base: 'application/json', type: 'application/vnd.openstack.identity-v3+json' }],
  };
}

function projectView({ base }: Call, { id, name }: Project): object {
  const fixed = { domain_id: 'default', description: '', enabled: true, parent_id: 'default', is_domain: false };
  return { id, name, ...fixed, tags: [], options: {}, links: { self: `${base}/projects/${id}` } };
}

function credentialView({ base }: Call, { id, name, project, user }: ApplicationCredential): object {
  const options = { immutable: true };
  const roles = user.roles.map((role) => {
    const facts = { name: role, domain_id: null, description: null, options };
    return { id: role.padEnd(32, '0'), ...facts };
  });
  const facts = { id, name, description: null, expires_at: null, user_id: user.id, project_id: project.id };
  const links = { self: `${base}/users/${user.id}/application_credentials/${id}` };
  return { ...facts, roles, unrestricted: false, links };
}

function ownUser(call: Call): void {
  if (call.path['user'] !== call.caller.user.id) {
    throw new ApiProblem(403, 'You are not authorized to perform the requested action.');
  }
}

function createCredential(call: Call): Reply {
  ownUser(call);
  const { world, caller } = call;
  const { name, secret } = part(call, 'application_credential') as { name: string; secret?: string };
  if (caller.project === undefined) throw new ApiProblem(401, 'A project is needed.');
  if (world.credentials.some((each) => each.name === name && each.user === caller.user)) {
    throw new ApiProblem(409, `Conflict occurred attempting to store application_credential - Duplicate entry`);
  }
  const made = {
    id: world.newId(),
    name,
    secret: secret ?? world.newId(),
    user: caller.user,
    project: caller.project,
  };
  world.credentials.push(made);
  return { status: 201, body: { application_credential: { ...credentialView(call, made), secret: made.secret } } };
}

function deleteCredential(call: Call): Reply {
  ownUser(call);
  const { credentials } = call.world;
  const at = credentials.findIndex(({ id }) => id === call.path['id']);
  if (at < 0) throw notFound(`Could not find Application Credential: ${call.path['id']}.`);
  credentials.splice(at, 1);
  return { status: 204 };
}

const CREDENTIALS = '/users/:user/application_credentials';

export const identityRoutes: readonly Route[] = [
  { name: 'createToken', method: 'POST', path: '/auth/tokens', open: true, schema: 'createToken', act: createToken },
  {
    name: 'showToken',
    method: 'GET',
    path: '/auth/tokens',
    act: ({ world, headers }) => {
      const token = tokenOf(world, headers['x-subject-token']);
      return { headers: { 'X-Subject-Token': token.id }, body: tokenView(world, token) };
    },
  },
  {
    name: 'revokeToken',
    method: 'DELETE',
    path: '/auth/tokens',
    act: ({ world, headers }) => {
      world.tokens.delete(tokenOf(world, headers['x-subject-token']).id);
      return { status: 204 };
    },
  },
  {
    name: 'listProjects',
    method: 'GET',
    path: '/auth/projects',
    act: (call) => ({
      body: {
        projects: call.caller.user.projects.map((project) => projectView(call, project)),
        links: { next: null, self: `${call.base}/auth/projects`, previous: null },
      },
    }),
  },
  {
    name: 'showCatalog',
    method: 'GET',
    path: '/auth/catalog',
    act: ({ world, caller, base }) => ({
      body: { catalog: catalogFor(world, caller.project?.id ?? ''), links: { self: `${base}/auth/catalog` } },
    }),
  },
  {
    name: 'showProject',
    method: 'GET',
    path: '/projects/:id',
    act: (call) => {
      const project = call.world.projects.find(({ id }) => id === call.path['id']);
      if (project === undefined) throw notFound(`Could not find project: ${call.path['id']}.`);
      return { body: { project: projectView(call, project) } };
    },
  },
  {
    name: 'createApplicationCredential',
    method: 'POST',
    path: CREDENTIALS,
    schema: 'createApplicationCredential',
    act: createCredential,
  },
  {
    name: 'listApplicationCredentials',
    method: 'GET',
    path: CREDENTIALS,
    act: (call) => {
      ownUser(call);
      const own = call.world.credentials.filter(({ user }) => user === call.caller.user);
      return { body: { application_credentials: own.map((each) => credentialView(call, each)), links: {} } };
    },
  },
  { name: 'deleteApplicationCredential', method: 'DELETE', path: `${CREDENTIALS}/:id`, act: deleteCredential },
];
