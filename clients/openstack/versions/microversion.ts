import { OpenStackError } from '../errors/openstack-error.ts';
import type { MicroversionRange } from './version-document.ts';

/** Numbers, not text: 2.9 is older than 2.10. */
export function compareVersions(a: string, b: string): number {
  const [majorA = 0, minorA = 0] = a.split('.').map(Number);
  const [majorB = 0, minorB = 0] = b.split('.').map(Number);
  return majorA - majorB || minorA - minorB;
}

function older(a: string, b: string): string {
  return compareVersions(a, b) <= 0 ? a : b;
}

/** The microversion that a call needs, or would use if it can. */
export type MicroversionWish = { readonly needs: string; readonly for: string } | { readonly prefers: string };

/** Who is asked, and what may be asked of it. */
export interface Negotiation {
  readonly label: string;
  readonly range: MicroversionRange | undefined;
  /** By the settings. */
  readonly ceiling: string | undefined;
}

/**
 * The microversion to send; undefined for none. Throws `OpenStackError` with reason "unsupported" when the service, or
 * the settings' ceiling, is older than what the call needs.
 */
export function negotiate(wish: MicroversionWish, { label, range, ceiling }: Negotiation): string | undefined {
  if (!('needs' in wish)) {
    if (range === undefined) return undefined;
    const best = older(older(wish.prefers, range.highest), ceiling ?? wish.prefers);
    return compareVersions(best, range.lowest) < 0 ? undefined : best;
  }
  const highest = range === undefined ? undefined : older(range.highest, ceiling ?? range.highest);
  if (highest !== undefined && compareVersions(wish.needs, highest) <= 0) return wish.needs;
  const has = range === undefined ? 'it has no microversions' : `it goes up to ${range.highest}`;
  const capped = ceiling === undefined ? '' : `, and the settings allow ${ceiling}`;
  throw new OpenStackError(
    `the service "${label}" is too old for ${wish.for}: that needs microversion ${wish.needs}, ${has}${capped}`,
    { reason: 'unsupported', service: label },
  );
}

/** The headers that ask for a microversion: today's, and for Nova and Cinder those before 2016. */
export function microversionHeaders(label: string, version: string | undefined): Readonly<Record<string, string>> {
  if (version === undefined) return {};
  const legacy = label === 'compute' ? { 'x-openstack-nova-api-version': version } : {};
  return { 'openstack-api-version': `${label} ${version}`, ...legacy };
}
