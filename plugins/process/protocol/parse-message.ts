import type { JsonObject } from '../../../core/contract/json.ts';
import { isObject } from '../../../core/json/guards.ts';
import { ProtocolFault } from './fault.ts';
import { excerpt } from './framing.ts';

/** How many objects and lists may stand in each other. */
const DEEPEST = 100;
/** The name that leads to what objects of JavaScript have in common. */
const UNSAFE = '__proto__';

/** Throws `ProtocolFault` for what is too deep, or has a name that could change objects that are not its own. */
function checkTree(message: JsonObject): void {
  let level: readonly unknown[] = [message];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DEEPEST) throw new ProtocolFault(`wrote a message that is more than ${DEEPEST} levels deep`);
    level = level.flatMap((each) => {
      if (typeof each !== 'object' || each === null) return [];
      if (Object.hasOwn(each, UNSAFE)) throw new ProtocolFault(`wrote a message with the name "${UNSAFE}" in it`);
      return Object.values(each as Readonly<Record<string, unknown>>).filter((value) => typeof value === 'object');
    });
  }
}

/** The message that a line holds. Throws `ProtocolFault`. */
export function parseMessage(line: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new ProtocolFault(`wrote something to its standard output that is no message: ${excerpt(line)}`);
  }
  if (!isObject(value) || value['jsonrpc'] !== '2.0') {
    throw new ProtocolFault(`wrote something that is no message of JSON-RPC 2.0: ${excerpt(line)}`);
  }
  checkTree(value);
  return value;
}
