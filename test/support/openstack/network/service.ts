import type { Route } from '../call.ts';
import { Unauthorized } from '../problem.ts';
import { jsonAnswer, unauthorized, type Service } from '../service.ts';
import { checkAttributes } from './attributes.ts';
import { floatingIpRoutes } from './floating-ips.ts';
import { listRoutes } from './list.ts';
import { portRoutes } from './ports.ts';
import { securityGroupRoutes } from './security-groups.ts';
import { tagRoutes } from './tags.ts';
import type { Network, Subnet } from './things.ts';

function networkView({ reach: _reach, ...network }: Network): object {
  const fixed = { availability_zone_hints: [], availability_zones: ['nova'], ipv4_address_scope: null };
  return { ...network, ...fixed, ipv6_address_scope: null };
}

function subnetView({ next: _next, ...subnet }: Subnet): object {
  const fixed = { subnetpool_id: null, enable_dhcp: true, ipv6_ra_mode: null, ipv6_address_mode: null };
  return { ...subnet, ...fixed, host_routes: [], dns_nameservers: [], service_types: [] };
}

const extensions: Route = {
  name: 'listExtensions',
  method: 'GET',
  path: '/extensions',
  act: () => ({
    body: {
      extensions: ['security-group', 'router', 'standard-attr-tag', 'external-net'].map((alias) => ({
        name: alias,
        alias,
        description: alias,
        updated: '2015-07-26T10:00:00-00:00',
        links: [],
      })),
    },
  }),
};

/** The collection, and the word for one of it, that a path to make or change a thing has. */
const MADE: Readonly<Record<string, string>> = {
  ports: 'port',
  floatingips: 'floatingip',
  'security-groups': 'security_group',
  'security-group-rules': 'security_group_rule',
};

export const networkService: Service = {
  name: 'network',
  routes: [
    ...listRoutes('networks', 'network', ({ region }) => region.networks, networkView),
    ...listRoutes('subnets', 'subnet', ({ region }) => region.subnets, subnetView),
    ...portRoutes,
    ...floatingIpRoutes,
    ...securityGroupRoutes,
    ...tagRoutes,
    extensions,
  ],
  minor: () => 0,
  emptyType: '',
  headers: (_minor, id) => ({ 'x-openstack-request-id': id }),
  misfit: () => undefined,
  check: (call, { method, path }) => {
    const [, collection = '', , more] = path.split('/');
    const single = MADE[collection];
    const makes = (method === 'POST' || method === 'PUT') && single !== undefined && more === undefined;
    if (makes) checkAttributes(call, collection.replaceAll('-', '_'), single, method);
  },
  failure: (problem, world) => {
    if (problem instanceof Unauthorized) return unauthorized(world);
    const { status, type = 'HTTPInternalServerError', message } = problem;
    return jsonAnswer(status, { NeutronError: { type, message, detail: '' } });
  },
  versions: (path, world, region) => {
    const base = `${world.endpoint}/${region}/network/v2.0/`;
    const resource = (name: string): object => ({
      name,
      collection: `${name}s`,
      links: [{ rel: 'self', href: `${base}${name}s` }],
    });
    if (path === '/v2.0') {
      return jsonAnswer(200, { resources: ['network', 'subnet', 'subnetpool', 'port'].map(resource) });
    }
    const version = { id: 'v2.0', status: 'CURRENT', links: [{ rel: 'self', href: base }] };
    return path === '' ? jsonAnswer(200, { versions: [version] }) : undefined;
  },
};
