import { ApiProblem, Unauthorized } from '../problem.ts';
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
  headers: () => ({ Vary: 'X-Auth-Token' }),
  misfit: ({ reason }) => new ApiProblem(400, reason),
  failure: (problem, world) => {
    const { status: code, message } = problem;
    const header = { 'WWW-Authenticate': `Keystone uri="${world.endpoint}/identity/v3"` };
    const body = { error: { code, message, title: TITLES[code] ?? 'Error' } };
    return jsonAnswer(code, body, problem instanceof Unauthorized ? header : {});
  },
  versions: (path, world) => {
    const version = identityVersion(`${world.endpoint}/identity/v3`);
    if (path === '/v3') return jsonAnswer(200, { version });
    return path === '' ? jsonAnswer(300, { versions: { values: [version] } }) : undefined;
  },
};
