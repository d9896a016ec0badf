import { OpenStackError } from '../errors/openstack-error.ts';
import type { ServiceDefinition } from './services.ts';

/** The last version in a path, with what follows it: "/volume/v3/0123", "/v2.1". */
const VERSIONED = /^(.*)\/(v\d+(?:\.\d+)?)(?=\/|$)(.*)$/i;

/** A service's address in parts. */
export interface BaseUrl {
  /** With version, and with the project where the service wants it; ends with "/". */
  readonly url: URL;
  /** Where the service tells its versions; ends with "/". */
  readonly root: URL;
  /** "v2.1" */
  readonly version: string;
}

function urlOf(endpoint: string): URL {
  if (URL.canParse(endpoint) && /^https?:/i.test(endpoint)) return new URL(endpoint);
  throw new OpenStackError(`the endpoint "${endpoint}" is no address of http or https`, { reason: 'settings' });
}

function at(url: URL, path: string): URL {
  const placed = new URL(url);
  placed.pathname = `${path.replace(/\/+$/, '')}/`;
  placed.search = '';
  return placed;
}

/**
 * Completes an address of a catalogue or of the settings: one without a version gets it, and one of a version that
 * this library does not speak gets the one it does. Throws `OpenStackError` with reason "settings" or "unsupported".
 */
export function baseUrlOf(endpoint: string, service: ServiceDefinition, project: string | undefined): BaseUrl {
  const url = urlOf(endpoint);
  const [, before = url.pathname, version = '', rest = ''] = VERSIONED.exec(url.pathname) ?? [];
  if (service.versions.test(version)) {
    return { url: at(url, `${before}/${version}${rest}`), root: at(url, before), version };
  }
  if (service.path.includes('{project}') && project === undefined) {
    const message = `the address ${url.origin}${url.pathname} of the service "${service.label}" needs a project, and the token is for none`;
    throw new OpenStackError(message, { reason: 'unsupported' });
  }
  const path = service.path.replace('{project}', project ?? '');
  const [wanted = ''] = path.split('/');
  return { url: at(url, `${before.replace(/\/+$/, '')}/${path}`), root: at(url, before), version: wanted };
}
