import type { JsonValue } from '../contract/json.ts';
import { isList, isObject } from '../json/guards.ts';

/**
 * The locator of a thing, to be read by its members: what the journal says of where the thing is, so that another process
 * can find it and give it back.
 */
export interface Locator {
  /** Undefined when the locator has no such member. */
  value(name: string): JsonValue | undefined;
  /** Empty when the locator has no such text. */
  text(name: string): string;
  /** The texts of a list; none when the locator has no such list. */
  list(name: string): readonly string[];
}

/** Reads the locator that a thing was acquired with. Never throws: members that are not there read as empty. */
export function readLocator(locator: JsonValue): Locator {
  const value = (name: string): JsonValue | undefined => (isObject(locator) ? locator[name] : undefined);
  return {
    value,
    text: (name) => {
      const found = value(name);
      return typeof found === 'string' ? found : '';
    },
    list: (name) => {
      const found = value(name);
      return isList(found) ? found.map(String) : [];
    },
  };
}
