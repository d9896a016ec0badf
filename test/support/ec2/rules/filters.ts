import type { Filter, Tag } from '@aws-sdk/client-ec2';
import { AwsProblem } from '../problem.ts';

/** What a filter looks at in one resource; undefined where it has no such thing. */
export type Look<T> = (view: T) => string | readonly (string | undefined)[] | undefined;

function pattern(text: string): RegExp {
  const source = text
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's');
}

function lookOf<T extends { readonly Tags?: Tag[] | undefined }>(
  name: string,
  looks: Readonly<Record<string, Look<T>>>,
): Look<T> {
  if (name.startsWith('tag:')) {
    const key = name.slice('tag:'.length);
    return (view) => (view.Tags ?? []).filter((tag) => tag.Key === key).map((tag) => tag.Value ?? '');
  }
  if (name === 'tag-key') return (view) => (view.Tags ?? []).map((tag) => tag.Key);
  const look = looks[name];
  if (look === undefined) throw new AwsProblem('InvalidParameterValue', `The filter '${name}' is invalid`);
  return look;
}

/**
 * The resources that all filters let through.
 * @throws AwsProblem for a filter this kind of resource does not have
 */
export function applyFilters<T extends { readonly Tags?: Tag[] | undefined }>(
  views: readonly T[],
  filters: readonly Filter[] | undefined,
  looks: Readonly<Record<string, Look<T>>>,
): readonly T[] {
  const checks = (filters ?? []).map((filter) => {
    const look = lookOf(filter.Name ?? '', looks);
    if (filter.Values === undefined || filter.Values.length === 0) {
      throw new AwsProblem('InvalidParameterValue', `The filter '${filter.Name ?? ''}' has no values`);
    }
    const patterns = filter.Values.map(pattern);
    return (view: T): boolean => {
      const seen = look(view);
      const values = typeof seen === 'string' ? [seen] : (seen ?? []);
      return values.some((value) => value !== undefined && patterns.some((each) => each.test(value)));
    };
  });
  return views.filter((view) => checks.every((check) => check(view)));
}

export interface PageRequest {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

/**
 * One page of a list, and the token of the next.
 * @throws AwsProblem for a token that was not given out, or a size that is not allowed
 */
export function page<T>(
  items: readonly T[],
  request: PageRequest,
): { readonly items: T[]; readonly NextToken?: string } {
  const size = request.MaxResults;
  if (size !== undefined && (size < 5 || size > 1000)) {
    throw new AwsProblem(
      'InvalidParameterValue',
      `Value (${size}) for parameter maxResults is invalid. Expecting 5 to 1000.`,
    );
  }
  const start = request.NextToken === undefined ? 0 : Number(/^page-(\d+)$/.exec(request.NextToken)?.[1] ?? NaN);
  if (Number.isNaN(start)) throw new AwsProblem('InvalidNextToken', 'The token is not valid');
  if (size === undefined || start + size >= items.length) return { items: items.slice(start) };
  return { items: items.slice(start, start + size), NextToken: `page-${start + size}` };
}
