/**
 * A template function that asks a server for a value (`vault`). Only the values of variables may call it, and what it
 * gives counts as a secret.
 */
export interface Lookup {
  /** The function's name, lower case with underscores. */
  readonly name: string;
  /** How many texts the function takes: at least `least`, at most `most`. */
  readonly takes: { readonly least: number; readonly most: number };
  /**
   * Asks for one value; the engine asks once for each combination of `values`, of which there are as many as the
   * function takes. Where the server is and how to log in is said by environment variables of this process. Throws a
   * `KilnError` when the server has no such value or gives none, and what it likes once `signal` has aborted.
   */
  fetch(values: readonly string[], signal: AbortSignal): Promise<string>;
}

/** Lookups by name; each is loaded when a variable asks for it. */
export type LookupTable = Readonly<Record<string, { load(): Promise<Lookup> }>>;
