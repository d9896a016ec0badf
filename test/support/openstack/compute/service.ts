import type { Call, Route } from '../call.ts';
import { ApiProblem, badRequest, Unauthorized } from '../problem.ts';
import { inPython } from '../recorded/schemas.ts';
import { jsonAnswer, unauthorized, type Service } from '../service.ts';
import type { World } from '../world.ts';
import { actionRoutes } from './actions.ts';
import { ZONES } from './create-server.ts';
import { findFlavor, flavorView } from './flavors.ts';
import { keypairRoutes } from './keypairs.ts';
import { links, page } from './links.ts';
import { serverRoutes } from './servers.ts';

const flavorRoutes: readonly Route[] = [
  {
    name: 'listFlavors',
    method: 'GET',
    path: '/flavors',
    act: (call) => {
      const { shown, next } = page(call, 'flavors', call.region.flavors);
      return {
        body: { flavors: shown.map(({ id, name }) => ({ id, name, links: links(call, 'flavors', id) })), ...next },
      };
    },
  },
  {
    name: 'listFlavorsDetail',
    method: 'GET',
    path: '/flavors/detail',
    act: (call) => {
      const { shown, next } = page(call, 'flavors', call.region.flavors);
      return { body: { flavors: shown.map((flavor) => flavorView(call, flavor)), ...next } };
    },
  },
  {
    name: 'showFlavor',
    method: 'GET',
    path: '/flavors/:id',
    act: (call) => ({ body: { flavor: flavorView(call, findFlavor(call, call.path['id'] ?? '')) } }),
  },
  {
    name: 'listFlavorExtraSpecs',
    method: 'GET',
    path: '/flavors/:id/os-extra_specs',
    act: (call) => {
      findFlavor(call, call.path['id'] ?? '');
      return { body: { extra_specs: {} } };
    },
  },
];

const zoneRoute: Route = {
  name: 'listZones',
  method: 'GET',
  path: '/os-availability-zone',
  act: () => ({
    body: {
      availabilityZoneInfo: ZONES.map((zoneName) => ({ zoneName, zoneState: { available: true }, hosts: null })),
    },
  }),
};

/** Words of Nova's and Cinder's errors by their status. */
export const FAULTS: Readonly<Record<number, string>> = {
  400: 'badRequest',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'itemNotFound',
  405: 'badMethod',
  409: 'conflictingRequest',
  413: 'overLimit',
  415: 'badMediaType',
  429: 'overLimit',
  501: 'notImplemented',
  503: 'serviceUnavailable',
};

function newest({ options }: World): string {
  return options.computeVersion ?? '2.93';
}

function versionHeaders(version: string): Readonly<Record<string, string>> {
  return {
    'OpenStack-API-Version': `compute ${version}`,
    'X-OpenStack-Nova-API-Version': version,
    Vary: 'OpenStack-API-Version',
  };
}

/** @throws ApiProblem for a microversion that is none, or that this Nova has not */
function minorOf(headers: Call['headers'], world: World): number {
  const asked = String(headers['openstack-api-version'] ?? '');
  const [, named] = /(?:^|,)\s*compute ([^,\s]+)/.exec(asked) ?? [];
  const legacy = headers['x-openstack-nova-api-version'];
  const text = named ?? (typeof legacy === 'string' ? legacy : undefined);
  if (newest(world) === '' || text === undefined) return 1;
  const most = Number(newest(world).split('.')[1]);
  if (text === 'latest') return most;
  const [, minor] = /^2\.(\d+)$/.exec(text) ?? [];
  if (minor === undefined) {
    throw badRequest(`API Version String ${text} is of invalid format. Must be of format MajorNum.MinorNum.`);
  }
  if (Number(minor) > most || Number(minor) < 1) {
    const range = `Minimum is 2.1 and maximum is ${newest(world)}.`;
    const message = `Version ${text} is not supported by the API. ${range}`;
    throw new ApiProblem(406, message, undefined, versionHeaders(text));
  }
  return Number(minor);
}

export const computeService: Service = {
  name: 'compute',
  routes: [...serverRoutes, ...actionRoutes, ...keypairRoutes, ...flavorRoutes, zoneRoute],
  minor: minorOf,
  emptyType: 'application/json',
  headers: (minor, id) => ({
    'x-openstack-request-id': id,
    'x-compute-request-id': id,
    ...(minor === undefined ? {} : versionHeaders(`2.${minor}`)),
  }),
  misfit: ({ field, value, reason }) =>
    badRequest(`Invalid input for field/attribute ${field}. Value: ${inPython(value)}. ${reason}`),
  failure: (problem, world) => {
    if (problem instanceof Unauthorized) return unauthorized(world);
    const { status: code, message } = problem;
    return jsonAnswer(code, { [FAULTS[code] ?? 'computeFault']: { code, message } });
  },
  versions: (path, world, region) => {
    const root = `${world.endpoint}/${region}/compute`;
    const version = newest(world);
    const current = {
      id: 'v2.1',
      status: 'CURRENT',
      version,
      min_version: version === '' ? '' : '2.1',
      updated: '2013-07-23T11:33:21Z',
      links: [{ rel: 'self', href: `${root}/v2.1/` }],
    };
    const old = { ...current, id: 'v2.0', status: 'SUPPORTED', version: '', min_version: '' };
    if (path === '') {
      return jsonAnswer(200, { versions: [{ ...old, links: [{ rel: 'self', href: `${root}/v2/` }] }, current] });
    }
    if (path !== '/v2.1') return undefined;
    const described = { rel: 'describedby', type: 'text/html', href: 'http://docs.openstack.org/' };
    const types = [{ base: 'application/json', type: 'application/vnd.openstack.compute+json;version=2.1' }];
    const document = { ...current, links: [...current.links, described], 'media-types': types };
    const id = `req-${world.newId()}`;
    const headers = { 'x-openstack-request-id': id, 'x-compute-request-id': id, ...versionHeaders('2.1') };
    return jsonAnswer(200, { version: document }, headers);
  },
};
