import { OpenStackError } from '../errors/openstack-error.ts';
import type { MicroversionRange } from './version-document.ts';

/** Numbers, not text: 2.9 is older than 2.10. */
export function compareVersions(a: string, b: string): number {
  const [majorA = 0, minorA = 0] = a.split('.').map(Number);
  const [majorB = 0, minorB = 0] = b.split('.').map(Number);
  return majorA - majorB || minorA - minorB;
}

function newest(...versions: readonly (string | undefined)[]): string {
  return versions.filter((version) => version !== undefined).reduce((a, b) => (compareVersions(a, b) >= 0 ? a : b));
}

/** The microversion that a call needs, and for what. */
export interface MicroversionNeed {
  readonly version: string;
  /** "tags of a new server" */
  readonly reason: string;
}

/** Who is asked, and what may be asked of it. */
export interface Negotiation {
  readonly label: string;
  /** Undefined for a service without microversions. */
  readonly range: MicroversionRange | undefined;
  /** By the settings: what is used as a rule, and the newest that may be. */
  readonly usual: string | undefined;
  readonly ceiling: string | undefined;
}

/**
 * The microversion to send: no older than what the call needs, and the usual one if that is newer. Throws
 * `OpenStackError` with reason "unsupported" when the service, or the settings' ceiling, is older than what is needed.
 */
export function negotiate(need: MicroversionNeed, { label, range, usual, ceiling }: Negotiation): string {
  const { version, reason } = need;
  const tooOld = range === undefined || compareVersions(version, range.highest) > 0;
  if (!tooOld && (ceiling === undefined || compareVersions(version, ceiling) <= 0)) {
    return newest(version, range.lowest, usual);
  }
  const goes = range === undefined ? 'has no microversions' : `goes up to ${range.highest}`;
  const why = tooOld ? `the service ${goes}` : `the settings allow ${ceiling ?? ''} at most`;
  const message = `${label} has to speak microversion ${version} for ${reason}, and ${why}`;
  throw new OpenStackError(message, { reason: 'unsupported', service: label });
}

/** The headers that ask for a microversion: today's, and for Nova and Cinder those before 2016. */
export function microversionHeaders(label: string, version: string | undefined): Readonly<Record<string, string>> {
  if (version === undefined) return {};
  const legacy = label === 'compute' ? { 'x-openstack-nova-api-version': version } : {};
  return { 'openstack-api-version': `${label} ${version}`, ...legacy };
}
