import { isObject, type JsonObject } from '../../plugins/sdk/index.ts';

/** The members of what a program of QEMU said in JSON; none of anything but an object. */
export function membersOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}
