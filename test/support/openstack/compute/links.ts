import type { Call } from '../call.ts';

export interface Link {
  readonly rel: string;
  readonly href: string;
}

/** The links of a thing of Nova's. */
export function links({ base }: Call, kind: string, id: string): readonly Link[] {
  return [
    { rel: 'self', href: `${base}/${kind}/${id}` },
    { rel: 'bookmark', href: `${base.replace(/\/v2.1$/, '')}/${kind}/${id}` },
  ];
}

/** A page of a list by the query's `limit` and `marker`, and the link to the next. */
export function page<T extends { readonly id: string }>(
  call: Call,
  kind: string,
  all: readonly T[],
): { readonly shown: readonly T[]; readonly next: Readonly<Record<string, readonly Link[]>> } {
  const { searchParams } = call.url;
  const marker = searchParams.get('marker');
  const after = marker === null ? all : all.slice(all.findIndex(({ id }) => id === marker) + 1);
  const limit = Math.min(Number(searchParams.get('limit') ?? 1000), 1000);
  const shown = after.slice(0, limit);
  const last = shown.at(-1);
  // Nova gives a next link with every page that is full.
  if (last === undefined || shown.length < limit) return { shown, next: {} };
  const query = new URLSearchParams(searchParams);
  query.set('marker', last.id);
  return {
    shown,
    next: { [`${kind}_links`]: [{ rel: 'next', href: `${call.base}${call.url.pathname}?${query.toString()}` }] },
  };
}
