import { ApiProblem } from '../problem.ts';
import { jsonAnswer, type Service } from '../service.ts';
import { identityRoutes, identityVersion } from './routes.ts';

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

export const identityService: Service = {
  name: 'identity',
  routes: identityRoutes,
  minor: () => 0,
  emptyType: '',
  headers: (_minor, id) => ({ Vary: 'X-Auth-Token', 'x-openstack-request-id': id }),
  misfit: ({ path, reason }) => {
    const below = path.slice(1).join('/');
    return new ApiProblem(400, below === '' ? reason : `Invalid input for field '${below}': ${reason}`);
  },
  failure: (problem, world) => {
    const { status: code, message, type } = problem;
    const error = { code, message, title: TITLES[code] ?? 'Error', ...(type === 'identity' ? { identity: {} } : {}) };
    const header = { 'WWW-Authenticate': `Keystone uri="${world.endpoint}/identity/v3"` };
    return jsonAnswer(code, { error }, code === 401 ? header : {});
  },
  versions: (path, world) => {
    const version = identityVersion(`${world.endpoint}/identity/v3`);
    const id = { 'x-openstack-request-id': `req-${world.newId()}` };
    if (path === '/v3') return jsonAnswer(200, { version }, id);
    const location = { Location: `${world.endpoint}/identity/v3/` };
    return path === '' ? jsonAnswer(300, { versions: { values: [version] } }, { ...id, ...location }) : undefined;
  },
};
