import type { Answer, Request } from '../../cloud/server.ts';
import type { Instance } from '../resources.ts';
import type { World } from '../world.ts';
import { isOn, metadataValue } from './metadata.ts';

const TEXT = 'application/text';

function answer(status: number, body = ''): Answer {
  return { status, type: TEXT, body, headers: { 'metadata-flavor': 'Google' } };
}

/** The instance whose guest asks: the proxy's user is its path. */
function asking(world: World, { headers }: Request): Instance | undefined {
  const login = /^Basic (.+)$/.exec(headers['proxy-authorization'] ?? '')?.[1] ?? '';
  const [path = ''] = Buffer.from(login, 'base64').toString().split(':x');
  return world.instances.peek(decodeURIComponent(path));
}

function guestAttribute(instance: Instance, name: string, { method, body }: Request): Answer {
  if (!isOn(instance.view, 'enable-guest-attributes'))
    return answer(403, 'Guest attributes endpoint access is disabled.');
  if (method === 'PUT') {
    instance.guestAttributes.set(name, body.toString());
    return answer(200);
  }
  const value = instance.guestAttributes.get(name);
  return value === undefined ? answer(404) : answer(200, value);
}

/** What the machine that Kiln runs on is told of its own service account. */
function ownMachine({ tokens }: World, path: string): Answer {
  const [token = ''] = tokens;
  if (path.endsWith('/token')) {
    const body = JSON.stringify({ access_token: token, expires_in: 3599, token_type: 'Bearer' });
    return { ...answer(200, body), type: 'application/json' };
  }
  if (path.endsWith('/email')) return answer(200, 'baker@bakery.iam.gserviceaccount.com');
  return path === 'project/project-id' ? answer(200, 'bakery') : answer(404);
}

/**
 * What the metadata server says to the guest of an instance, whose proxy this server is, or to the machine that Kiln runs
 * on; undefined: the request is for another server.
 */
export function metadataAnswer(world: World, request: Request): Answer | undefined {
  const [, own] = /^\/computeMetadata\/v1\/([^?]*)/.exec(request.url) ?? [];
  if (own !== undefined) return ownMachine(world, own);
  const [, path] =
    /^http:\/\/(?:metadata\.google\.internal|169\.254\.169\.254)\/computeMetadata\/v1\/(.*)$/.exec(request.url) ?? [];
  if (path === undefined) return undefined;
  if (request.headers['metadata-flavor'] !== 'Google') return answer(403, 'Missing Metadata-Flavor:Google header.');
  const instance = asking(world, request);
  if (instance === undefined) return answer(404);
  const [, attribute] = /^instance\/guest-attributes\/(.+)$/.exec(path) ?? [];
  if (attribute !== undefined) return guestAttribute(instance, attribute, request);
  const [, key] = /^instance\/attributes\/(.+)$/.exec(path) ?? [];
  const value = key === undefined ? '' : metadataValue(instance.view, key);
  return value === '' ? answer(404) : answer(200, value);
}
