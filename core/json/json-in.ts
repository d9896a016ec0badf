/** The value that a text is JSON of; undefined when it is no JSON, which no value of JSON is. Never throws. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
