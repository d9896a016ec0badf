import type { JsonValue } from '../contract/json.ts';

/** What a thing in the journal says of where it is, so that another process can find it and give it back. */
export interface Locator {
  /** Undefined when the locator has no such member. */
  value(name: string): JsonValue | undefined;
  /** Empty when the locator has no such text. */
  text(name: string): string;
  /** The texts of a list; none when the locator has no such list. */
  list(name: string): readonly string[];
}

/** Reads the `hints` that a thing was acquired with. Never throws: members that are not there read as empty. */
export function readLocator(hints: JsonValue): Locator {
  const members = typeof hints === 'object' && hints !== null && !Array.isArray(hints) ? hints : {};
  const value = (name: string): JsonValue | undefined => (members as Record<string, JsonValue>)[name];
  return {
    value,
    text: (name) => {
      const found = value(name);
      return typeof found === 'string' ? found : '';
    },
    list: (name) => {
      const found = value(name);
      return Array.isArray(found) ? found.map(String) : [];
    },
  };
}
