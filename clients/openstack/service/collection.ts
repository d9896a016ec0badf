import type { Call } from '../call.ts';
import { objectIn } from './answers.ts';
import { readPages } from './pages.ts';
import { path, type Query } from './path.ts';
import type { Service } from './service.ts';

/** Things of one sort that a service keeps. Every call throws `OpenStackError`. */
export interface Collection<Thing, Request, Change, Filter> {
  create(request: Request, call?: Call): Promise<Thing>;
  get(id: string, call?: Call): Promise<Thing>;
  list(filter?: Filter, call?: Call): Promise<readonly Thing[]>;
  update(id: string, change: Change, call?: Call): Promise<Thing>;
  delete(id: string, call?: Call): Promise<void>;
}

/** How a service names a collection. */
export interface CollectionNames {
  /** Of its path: "floatingips". */
  readonly path: string;
  /** Of the path that lists, when it is another one: "volumes/detail". */
  readonly list?: string;
  /** Of the list in a page. */
  readonly plural: string;
  /** Of one in its body: "floatingip". */
  readonly singular: string;
}

/** The five calls that nearly every collection has. */
export function collection<Thing, Request, Change, Filter extends Query>(
  service: Service,
  names: CollectionNames,
): Collection<Thing, Request, Change, Filter> {
  const { singular, plural } = names;
  const at = (id: string): string => `${names.path}/${path`${id}`}`;

  async function send(method: string, below: string, content: unknown, call: Call | undefined): Promise<Thing> {
    const payload = content === undefined ? undefined : { json: { [singular]: content } };
    return objectIn(await service.send({ method, path: below, payload }, call), singular);
  }

  return {
    create: (request, call) => send('POST', names.path, request, call),
    get: (id, call) => send('GET', at(id), undefined, call),
    list: (query, call) => readPages(service, { path: names.list ?? names.path, key: plural, query }, call),
    update: (id, change, call) => send('PUT', at(id), change, call),
    delete: async (id, call) => {
      await service.send({ method: 'DELETE', path: at(id) }, call);
    },
  };
}
