/** What JSON can say. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** A JSON object: names and values. */
export type JsonObject = Readonly<Record<string, JsonValue>>;
