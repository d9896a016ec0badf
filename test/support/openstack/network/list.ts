import type { Call, Route } from '../call.ts';
import type { Shelf } from '../../cloud/shelf.ts';
import { badRequest } from '../problem.ts';
import { attributesOf } from './attributes.ts';

type View = Readonly<Record<string, unknown>>;

/** Words of a query that are no filters. */
const PAGING = ['fields', 'limit', 'marker', 'page_reverse', 'sort_key', 'sort_dir'];
const TAGS = ['tags', 'tags-any', 'not-tags', 'not-tags-any'];
/** Filters that are no attributes. */
const MORE = ['ip_address', 'subnet_id', 'ip_address_substr'];

function holdsTags(view: View, name: string, value: string): boolean {
  const tags = Array.isArray(view['tags']) ? (view['tags'] as readonly string[]) : [];
  const asked = value.split(',');
  const found = name.endsWith('any')
    ? asked.some((tag) => tags.includes(tag))
    : asked.every((tag) => tags.includes(tag));
  return name.startsWith('not-') ? !found : found;
}

/** "network:router_interface" and "ip_address=10.0.0.5", which `fixed_ips` is asked for with. */
function holdsFixedIp(view: View, value: string): boolean {
  const [name = '', wanted] = value.split('=');
  const ips = (view['fixed_ips'] ?? []) as readonly View[];
  return ips.some((each) => each[name] === wanted);
}

function holdsValue(view: View, name: string, values: readonly string[]): boolean {
  if (name === 'fixed_ips') return values.some((value) => holdsFixedIp(view, value));
  const value = view[name];
  const has = Array.isArray(value) ? value.map(String) : [String(value)];
  return values.some((wanted) => has.some((each) => each.toLowerCase() === wanted.toLowerCase() || each === wanted));
}

function only(view: View, fields: readonly string[]): View {
  return fields.length === 0 ? view : Object.fromEntries(fields.map((name) => [name, view[name]]));
}

/** The list by the query's filters, its page, and its fields. @throws ApiProblem for a filter that is none */
function listed(call: Call, collection: string, views: readonly View[]): Readonly<Record<string, unknown>> {
  const { searchParams: query } = call.url;
  const filters = [...new Set(query.keys())].filter((name) => !PAGING.includes(name));
  const known = [...attributesOf(collection), ...TAGS, ...MORE, 'project_id', 'revision_number', 'created_at'];
  const unknown = filters.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw badRequest(`['${unknown.join("', '")}'] is invalid attribute for filtering`);
  const found = views.filter((view) =>
    filters.every((name) =>
      TAGS.includes(name) ? holdsTags(view, name, query.get(name) ?? '') : holdsValue(view, name, query.getAll(name)),
    ),
  );
  const marker = query.get('marker');
  const after = marker === null ? found : found.slice(found.findIndex((view) => view['id'] === marker) + 1);
  const limit = Number(query.get('limit') ?? Infinity);
  const shown = after.slice(0, limit);
  const answer = { [collection]: shown.map((view) => only(view, query.getAll('fields'))) };
  if (shown.length < limit || shown.length === 0) return answer;
  const next = new URLSearchParams(query);
  next.set('marker', String(shown.at(-1)?.['id']));
  return {
    ...answer,
    [`${collection}_links`]: [{ rel: 'next', href: `${call.base}${call.url.pathname}?${next.toString()}` }],
  };
}

interface Owned {
  readonly id: string;
  readonly project_id: string;
  readonly shared?: boolean;
  readonly 'router:external'?: boolean;
}

/** Whether the caller may see it. */
function isVisible({ caller }: Call, thing: Owned): boolean {
  if (caller.user.roles.includes('admin')) return true;
  return thing.project_id === caller.project?.id || thing.shared === true || thing['router:external'] === true;
}

/** "security_groups" is "security-groups" in a path. */
export function pathOf(collection: string): string {
  return `/${collection.replaceAll('_', '-')}`;
}

/** "listSecurityGroups" */
export function nameOf(verb: string, word: string): string {
  return verb + word.replace(/(^|_)(.)/g, (_all, _before, letter: string) => letter.toUpperCase());
}

/** GET of a collection, and of one thing in it. */
export function listRoutes<T extends Owned>(
  collection: string,
  single: string,
  shelf: (call: Call) => Shelf<T>,
  view: (thing: T, call: Call) => object,
): readonly Route[] {
  const shown = (call: Call, thing: T): View => view(thing, call) as View;
  return [
    {
      name: nameOf('list', collection),
      method: 'GET',
      path: pathOf(collection),
      act: (call) => {
        const visible = shelf(call)
          .listed()
          .filter((thing) => isVisible(call, thing));
        return {
          body: listed(
            call,
            collection,
            visible.map((thing) => shown(call, thing)),
          ),
        };
      },
    },
    {
      name: nameOf('show', single),
      method: 'GET',
      path: `${pathOf(collection)}/:id`,
      act: (call) => {
        const thing = shelf(call).get(call.path['id'] ?? '');
        return { body: { [single]: only(shown(call, thing), call.url.searchParams.getAll('fields')) } };
      },
    },
  ];
}
