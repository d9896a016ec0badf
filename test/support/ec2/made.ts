/** An SDK type with members that are always there. */
export type Made<T, K extends keyof T> = Omit<T, K> & { -readonly [P in K]-?: NonNullable<T[P]> };

/** A decoded input: what the schema requires is there. */
export type Checked<T> = {
  [K in keyof T]: Record<string, never> extends Pick<T, K> ? T[K] : NonNullable<T[K]>;
};
