import type { Call, Reply } from '../call.ts';
import { badRequest } from '../problem.ts';
import { canSee } from './find.ts';
import { imageView, type Image } from './image.ts';

const PAGING = [
  'limit',
  'marker',
  'sort',
  'sort_key',
  'sort_dir',
  'tag',
  'visibility',
  'member_status',
  'os_hidden',
  'owner',
];
const SORT_KEYS = ['name', 'status', 'container_format', 'disk_format', 'size', 'id', 'created_at', 'updated_at'];

/** What a list shows when nothing is said of visibility: community images only when they are the caller's own. */
function isShown(call: Call, image: Image): boolean {
  const { searchParams: query } = call.url;
  const project = call.caller.project?.id ?? '';
  const asked = query.get('visibility');
  const { visibility } = image.base;
  if (!canSee(call, image)) return false;
  if (image.base.os_hidden !== (query.get('os_hidden') === 'true')) return false;
  if (asked !== null && asked !== 'all') return visibility === asked;
  if (image.owner === project || asked === 'all' || visibility === 'public') return true;
  if (visibility !== 'shared') return false;
  const status = query.get('member_status') ?? 'accepted';
  return image.members.some((each) => each.member_id === project && (status === 'all' || each.status === status));
}

/** "in:a,b" and plain values. */
function holds(value: unknown, wanted: string): boolean {
  const values = wanted.startsWith('in:')
    ? wanted
        .slice(3)
        .split(',')
        .map((each) => each.replace(/^"|"$/g, ''))
    : [wanted];
  return values.includes(String(value));
}

function comparison(key: string, direction: string): (one: Image, other: Image) => number {
  const sign = direction === 'asc' ? 1 : -1;
  return (one, other) => {
    const [a, b] = [imageView(one)[key], imageView(other)[key]].map(String);
    return a === b ? 0 : (a ?? '') < (b ?? '') ? -sign : sign;
  };
}

/** "name:asc,created_at:desc", or `sort_key` and `sort_dir`; newest first when left out. */
function sorting(query: URLSearchParams): readonly (readonly [string, string])[] {
  const pairs = query
    .get('sort')
    ?.split(',')
    .map((each) => each.split(':'));
  const keys = pairs ?? query.getAll('sort_key').map((key, index) => [key, query.getAll('sort_dir')[index] ?? 'desc']);
  return keys.map(([key = '', direction = 'desc']) => {
    if (!SORT_KEYS.includes(key)) {
      throw badRequest(`Invalid sort key: ${key}. It must be one of the following: ${SORT_KEYS.join(', ')}.`);
    }
    return [key, direction] as const;
  });
}

function sorted(images: readonly Image[], query: URLSearchParams): readonly Image[] {
  const order = [...sorting(query), ['created_at', 'desc'] as const];
  return order.reduceRight<Image[]>(
    (list, [key, direction]) => list.sort(comparison(key, direction)),
    [...images].reverse(),
  );
}

function checkQuery(query: URLSearchParams): void {
  const visibility = query.get('visibility');
  if (visibility !== null && !['public', 'private', 'shared', 'community', 'all'].includes(visibility)) {
    throw badRequest(`Invalid visibility value: ${visibility}`);
  }
  const limit = query.get('limit');
  if (limit !== null && !/^\d+$/.test(limit)) throw badRequest('limit param must be an integer');
}

/** GET /v2/images. */
export function listImages(call: Call): Reply {
  const { searchParams: query } = call.url;
  checkQuery(query);
  const filters = [...new Set(query.keys())].filter((name) => !PAGING.includes(name));
  const found = call.region.images
    .listed()
    .filter((image) => isShown(call, image))
    .filter((image) => query.getAll('tag').every((tag) => image.tags.includes(tag)))
    .filter(({ owner }) => (query.get('owner') ?? owner) === owner)
    .filter((image) => filters.every((name) => holds(imageView(image)[name], query.get(name) ?? '')));
  const all = sorted(found, query);
  const marker = query.get('marker');
  const after = marker === null ? all : all.slice(all.findIndex(({ id }) => id === marker) + 1);
  const limit = Math.min(Number(query.get('limit') ?? 25), 1000);
  const shown = after.slice(0, limit);
  const next = new URLSearchParams(query);
  next.set('marker', shown.at(-1)?.id ?? '');
  const first = new URLSearchParams(query);
  first.delete('marker');
  return {
    body: {
      images: shown.map(imageView),
      first: `/v2/images${first.size === 0 ? '' : `?${first.toString()}`}`,
      schema: '/v2/schemas/images',
      ...(shown.length === limit && limit > 0 ? { next: `/v2/images?${next.toString()}` } : {}),
    },
  };
}
