import { badRequest, Unauthorized, type ApiProblem } from '../problem.ts';
import { jsonAnswer, type Service } from '../service.ts';
import { imageRoutes } from './routes.ts';

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Request Entity Too Large',
  415: 'Unsupported Media Type',
  416: 'Requested Range Not Satisfiable',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

const NOBODY =
  'This server could not verify that you are authorized to access the document you requested. ' +
  'Either you supplied the wrong credentials (e.g., bad password), or your browser does not understand how to supply the credentials required.';

/** WebOb's page without its tags: what it says of the status by itself has a break in another place. */
function html({ status, type, message }: ApiProblem): string {
  if (status === 415) return `${message}\n<br /><br />\n`;
  const usual = 'There was a conflict when trying to complete your request.';
  return type === 'detail' ? `${usual}<br /><br />\n${message}\n\n` : `${message}<br /><br />\n\n\n`;
}

/** The newest first; there was no 2.14. */
const MINORS = [15, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0];

export const imageService: Service = {
  name: 'image',
  routes: imageRoutes,
  minor: () => 0,
  emptyType: 'text/html; charset=UTF-8',
  headers: (minor, id) => (minor === undefined ? {} : { 'x-openstack-request-id': id }),
  misfit: ({ reason }) => badRequest(reason),
  failure: (problem, world) => {
    const isNobody = problem instanceof Unauthorized;
    const title = TITLES[problem.status] ?? 'Error';
    const body = {
      message: isNobody ? `${NOBODY}<br /><br />\n\n\n` : html(problem),
      code: `${problem.status} ${title}`,
      title,
    };
    return jsonAnswer(
      problem.status,
      body,
      isNobody ? { 'Www-Authenticate': `Keystone uri="${world.endpoint}/identity/v3"` } : {},
    );
  },
  versions: (path, world, region) => {
    if (path !== '' && path !== '/versions') return undefined;
    const links = [{ rel: 'self', href: `${world.endpoint}/${region}/image/v2/` }];
    const versions = MINORS.map((minor, index) => ({
      id: `v2.${minor}`,
      status: index === 0 ? 'CURRENT' : 'SUPPORTED',
      links,
    }));
    return jsonAnswer(path === '' ? 300 : 200, { versions });
  },
};
