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

/** What the metadata server says to the guest of an instance; undefined: the request is for another server. */
export function metadataAnswer(world: World, request: Request): Answer | undefined {
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
