import type { Call } from '../call.ts';
import { OpenStackError } from '../errors/openstack-error.ts';
import { objectsAt } from '../guards.ts';
import { objectIn } from '../service/answers.ts';
import { readPages } from '../service/pages.ts';
import { path } from '../service/path.ts';
import type { Service } from '../service/service.ts';
import { servers, type Servers } from './servers.ts';
import type { Flavor, Keypair, KeypairRequest } from './types.ts';

/** Nova's key pairs. Every call throws `OpenStackError`. */
export interface Keypairs {
  create(request: KeypairRequest, call?: Call): Promise<Keypair>;
  get(name: string, call?: Call): Promise<Keypair>;
  /** All of the user's. */
  list(call?: Call): Promise<readonly Keypair[]>;
  delete(name: string, call?: Call): Promise<void>;
}

/** Nova's flavours. Every call throws `OpenStackError`. */
export interface Flavors {
  get(id: string, call?: Call): Promise<Flavor>;
  list(call?: Call): Promise<readonly Flavor[]>;
  /** By id or by name, an id first. Throws with reason "not-found", or "conflict" when several have the name. */
  find(idOrName: string, call?: Call): Promise<Flavor>;
}

/** Nova. */
export interface Compute {
  readonly servers: Servers;
  readonly keypairs: Keypairs;
  readonly flavors: Flavors;
  /** Names of the zones that are up. */
  availabilityZones(call?: Call): Promise<readonly string[]>;
}

function keypairs(service: Service): Keypairs {
  return {
    create: async (request, call) => {
      const microversion =
        request.type === undefined ? undefined : { version: '2.2', reason: 'the type of a key pair' };
      const json = { keypair: request };
      return objectIn(
        await service.send({ method: 'POST', path: 'os-keypairs', microversion, payload: { json } }, call),
        'keypair',
      );
    },
    get: async (name, call) => {
      return objectIn(await service.send({ method: 'GET', path: path`os-keypairs/${name}` }, call), 'keypair');
    },
    list: async (call) => {
      const found = await readPages<{ keypair: Keypair }>(service, { path: 'os-keypairs', key: 'keypairs' }, call);
      return found.map(({ keypair }) => keypair);
    },
    delete: async (name, call) => {
      await service.send({ method: 'DELETE', path: path`os-keypairs/${name}` }, call);
    },
  };
}

function flavors(service: Service): Flavors {
  async function list(call: Call | undefined): Promise<readonly Flavor[]> {
    return readPages(service, { path: 'flavors/detail', key: 'flavors' }, call);
  }

  return {
    get: async (id, call) => objectIn(await service.send({ method: 'GET', path: path`flavors/${id}` }, call), 'flavor'),
    list,
    find: async (idOrName, call) => {
      const all = await list(call);
      const byId = all.find(({ id }) => id === idOrName);
      const [found, other] = byId === undefined ? all.filter(({ name }) => name === idOrName) : [byId];
      if (found !== undefined && other === undefined) return found;
      const what = found === undefined ? 'there is no flavor' : 'several flavors have the name';
      const reason = found === undefined ? 'not-found' : 'conflict';
      throw new OpenStackError(`${what} "${idOrName}"`, { reason, service: 'compute' });
    },
  };
}

export function compute(service: Service): Compute {
  return {
    servers: servers(service),
    keypairs: keypairs(service),
    flavors: flavors(service),
    availabilityZones: async (call) => {
      const { body } = await service.send({ method: 'GET', path: 'os-availability-zone' }, call);
      const zones = objectsAt(body, 'availabilityZoneInfo');
      return zones
        .filter(({ zoneState }) => (zoneState as { available?: unknown } | undefined)?.available !== false)
        .map(({ zoneName }) => String(zoneName));
    },
  };
}
