import { part, type Call, type Route } from '../call.ts';
import { badRequest, notFound } from '../problem.ts';

interface Tagged {
  tags: string[];
}

/** What can have tags, by the word of its path. */
const PLACES: Readonly<Record<string, (call: Call, id: string) => Tagged>> = {
  networks: ({ region }, id) => region.networks.get(id),
  subnets: ({ region }, id) => region.subnets.get(id),
  ports: ({ region }, id) => region.ports.get(id),
  floatingips: ({ region }, id) => region.floatingIps.get(id),
  'security-groups': ({ region }, id) => region.securityGroups.get(id),
};

function tagged(call: Call): Tagged {
  const place = PLACES[call.path['kind'] ?? ''];
  if (place === undefined) throw notFound('The resource could not be found.');
  return place(call, call.path['id'] ?? '');
}

const ALL = '/:kind/:id/tags';

export const tagRoutes: readonly Route[] = [
  { name: 'listTags', method: 'GET', path: ALL, act: (call) => ({ body: { tags: tagged(call).tags } }) },
  {
    name: 'replaceTags',
    method: 'PUT',
    path: ALL,
    act: (call) => {
      const tags = part(call, 'tags');
      const good = Array.isArray(tags) && tags.every((tag) => typeof tag === 'string' && tag.length <= 255);
      if (!good) throw badRequest(`Invalid input for operation: Invalid tags body.`, 'InvalidInput');
      const thing = tagged(call);
      thing.tags = [...new Set(tags as string[])];
      return { body: { tags: thing.tags } };
    },
  },
  {
    name: 'addTag',
    method: 'PUT',
    path: `${ALL}/:tag`,
    act: (call) => {
      const thing = tagged(call);
      thing.tags = [...new Set([...thing.tags, call.path['tag'] ?? ''])];
      return { status: 201, body: null };
    },
  },
  {
    name: 'removeTag',
    method: 'DELETE',
    path: `${ALL}/:tag`,
    act: (call) => {
      const thing = tagged(call);
      thing.tags = thing.tags.filter((tag) => tag !== call.path['tag']);
      return { status: 204 };
    },
  },
];
