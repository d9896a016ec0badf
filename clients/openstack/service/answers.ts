import { OpenStackError } from '../errors/openstack-error.ts';
import { isObject } from '../guards.ts';
import type { ServiceAnswer } from './service.ts';

function unexpected(what: string): OpenStackError {
  return new OpenStackError(`the answer has no ${what}`, { reason: 'bad-answer' });
}

/** The object of an answer, under its key. Throws `OpenStackError` with reason "bad-answer" when there is none. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller knows the service's shapes
export function objectIn<T>({ body }: ServiceAnswer, key: string): T {
  const found = isObject(body) ? body[key] : undefined;
  if (isObject(found)) return found as T;
  throw unexpected(`"${key}"`);
}

/** An answer that is an object itself, as Glance's are. Throws `OpenStackError` with reason "bad-answer". */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller knows the service's shapes
export function wholeBody<T>({ body }: ServiceAnswer): T {
  if (isObject(body)) return body as T;
  throw unexpected('object');
}
