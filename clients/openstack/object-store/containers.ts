import type { Call } from '../call.ts';
import { OpenStackError } from '../errors/openstack-error.ts';
import { path } from '../service/path.ts';
import type { Service } from '../service/service.ts';
import type { ListEntry, ListFilter } from './types.ts';

/** Swift's containers. Every call throws `OpenStackError`. */
export interface Containers {
  /** Also when it is there already. `policy`: how its data is kept, for a new one. */
  create(name: string, policy?: string, call?: Call): Promise<void>;
  /** Names of all. */
  names(call?: Call): Promise<readonly string[]>;
  /** What is in it. */
  list(name: string, filter?: ListFilter, call?: Call): Promise<readonly ListEntry[]>;
  /** Only an empty one; another one is a conflict. */
  delete(name: string, call?: Call): Promise<void>;
}

/** Entries of a page. */
const PAGE = 1000;

export function containers(service: Service): Containers {
  async function readAll<T>(
    below: string,
    filter: ListFilter,
    markerOf: (entry: T) => string,
    call: Call | undefined,
  ): Promise<readonly T[]> {
    const found: T[] = [];
    for (;;) {
      const last = found.at(-1);
      const marker = last === undefined ? undefined : markerOf(last);
      const query = { ...filter, format: 'json', limit: PAGE, marker };
      const { body } = await service.send({ method: 'GET', path: below, query }, call);
      if (!Array.isArray(body)) {
        throw new OpenStackError('the answer is no list', { reason: 'bad-answer', service: 'object-store' });
      }
      found.push(...(body as T[]));
      if (body.length < PAGE) return found;
    }
  }

  return {
    create: async (name, policy, call) => {
      const headers = policy === undefined ? {} : { 'x-storage-policy': policy };
      await service.send({ method: 'PUT', path: path`${name}`, headers }, call);
    },
    names: async (call) => {
      const found = await readAll<{ name: string }>('', {}, ({ name }) => name, call);
      return found.map(({ name }) => name);
    },
    list: (name, filter = {}, call) => {
      return readAll<ListEntry>(
        path`${name}`,
        filter,
        (entry) => ('subdir' in entry ? entry.subdir : entry.name),
        call,
      );
    },
    delete: async (name, call) => {
      await service.send({ method: 'DELETE', path: path`${name}` }, call);
    },
  };
}
