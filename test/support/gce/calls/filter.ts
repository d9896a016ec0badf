import type { Call } from '../call.ts';
import { invalidValue } from '../problem.ts';

interface Filtered {
  readonly name?: string | null;
  readonly labels?: Readonly<Record<string, string>> | null;
  readonly status?: string | null;
  readonly family?: string | null;
}

/** The terms of a filter, of which only "field=value" with AND between them is spoken here. */
function termsOf(filter: string): readonly (readonly [string, string])[] {
  return filter
    .split(/\s+AND\s+|\)\s*\(/)
    .map((term) => /^\(?\s*([\w.-]+)\s*(?:=|eq)\s*"?([^"\s)]*)"?\s*\)?$/.exec(term))
    .map((match) => {
      if (match === null) throw invalidValue('filter', filter, 'Invalid list filter expression.');
      return [match[1] ?? '', match[2] ?? ''];
    });
}

function valueOf(view: Filtered, field: string): string {
  if (field.startsWith('labels.')) return view.labels?.[field.slice('labels.'.length)] ?? '';
  const values: Readonly<Record<string, string | null | undefined>> = { ...view, labels: undefined };
  return values[field] ?? '';
}

/** Those that the call's filter lets through, as one page. */
export function filtered<View extends Filtered>({ query }: Call, views: readonly View[]): readonly View[] {
  const filter = query.get('filter') ?? '';
  const terms = filter === '' ? [] : termsOf(filter);
  return views.filter((view) => terms.every(([field, value]) => valueOf(view, field) === value));
}
