import type { Route } from '../call.ts';
import { FAULTS } from '../compute/service.ts';
import { ApiProblem, badRequest, Unauthorized } from '../problem.ts';
import { inPython } from '../recorded/schemas.ts';
import { jsonAnswer, unauthorized, type Service } from '../service.ts';
import { snapshotRoutes } from './snapshots.ts';
import { volumeRoutes } from './volumes.ts';

const NEWEST = 70;

const typeRoute: Route = {
  name: 'listTypes',
  method: 'GET',
  path: '/:project/types',
  act: () => ({
    body: {
      volume_types: ['standard', 'fast', 'encrypted', 'multiattach'].map((name) => ({
        id: name,
        name,
        is_public: true,
      })),
    },
  }),
};

export const volumeService: Service = {
  name: 'volume',
  routes: [...volumeRoutes, ...snapshotRoutes, typeRoute],
  minor: (headers) => {
    const [, minor] = /(?:^|,)\s*volume 3\.(\d+)/.exec(String(headers['openstack-api-version'] ?? '')) ?? [];
    if (minor === undefined) return 0;
    if (Number(minor) > NEWEST) {
      throw new ApiProblem(
        406,
        `Version 3.${minor} is not supported by the API. Minimum is 3.0 and maximum is 3.${NEWEST}.`,
      );
    }
    return Number(minor);
  },
  emptyType: 'application/json',
  headers: (minor = 0, id) => ({
    'OpenStack-API-Version': `volume 3.${minor}`,
    Vary: 'OpenStack-API-Version',
    'x-openstack-request-id': id,
    'x-compute-request-id': id,
  }),
  misfit: ({ field, value, reason }) =>
    badRequest(`Invalid input for field/attribute ${field}. Value: ${inPython(value)}. ${reason}`),
  failure: (problem, world) => {
    if (problem instanceof Unauthorized) return unauthorized(world);
    const { status: code, message } = problem;
    return jsonAnswer(code, { [FAULTS[code] ?? 'computeFault']: { code, message } });
  },
  versions: (path, world, region) => {
    if (path !== '' && path !== '/v3') return undefined;
    const version = {
      id: 'v3.0',
      status: 'CURRENT',
      version: `3.${NEWEST}`,
      min_version: '3.0',
      updated: '2022-03-30T00:00:00Z',
      links: [{ rel: 'self', href: `${world.endpoint}/${region}/volume/v3/` }],
      'media-types': [{ base: 'application/json', type: 'application/vnd.openstack.volume+json;version=3' }],
    };
    return jsonAnswer(path === '' ? 300 : 200, { versions: [version] });
  },
};
