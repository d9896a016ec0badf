import type { Call } from '../call.ts';
import { OpenStackError } from '../errors/openstack-error.ts';
import { isObject, objectsAt, textAt } from '../guards.ts';
import type { Query } from './path.ts';
import type { Service, ServiceRequest } from './service.ts';

/** A list to read. */
export interface ListRequest extends Omit<ServiceRequest, 'method' | 'payload'> {
  /** Key of the list in each page. */
  readonly key: string;
  /** Read no page more when so many are there. */
  readonly most?: number | undefined;
}

/** A service that goes round in circles is not followed for ever. */
const MOST_PAGES = 10_000;

/** Where the next page is: Glance's "next", or the others' links ("servers_links", or "links" in the page). */
function nextLink(page: unknown, key: string): string | undefined {
  const links = [...objectsAt(page, `${key}_links`), ...objectsAt(page, 'links')];
  const linked = links.find((link) => textAt(link, 'rel') === 'next');
  return textAt(page, 'next') ?? textAt(linked, 'href');
}

/** Of a link only the query counts: host, scheme and path of it are often those behind a proxy. */
function queryOf(link: string): Query {
  const parameters = new URL(link, 'http://localhost').searchParams;
  return Object.fromEntries([...new Set(parameters.keys())].map((name) => [name, parameters.getAll(name)]));
}

/** All elements of a list, page by page. Throws `OpenStackError`, and the signal's reason when that aborts. */
export async function readPages<T>(service: Service, list: ListRequest, call: Call | undefined): Promise<readonly T[]> {
  const { key, most = Infinity, ...request } = list;
  const found: T[] = [];
  const asked = new Set<string>();
  let query = request.query;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const { body } = await service.send({ ...request, method: 'GET', query }, call);
    if (!isObject(body) || !Array.isArray(body[key])) {
      throw new OpenStackError(`the answer has no list "${key}"`, { reason: 'bad-answer' });
    }
    found.push(...(body[key] as T[]));
    const next = nextLink(body, key);
    if (next === undefined || found.length >= most) break;
    if (asked.has(next))
      throw new OpenStackError(`the pages of "${key}" go round in a circle`, { reason: 'bad-answer' });
    asked.add(next);
    query = queryOf(next);
  }
  return found.slice(0, most);
}
