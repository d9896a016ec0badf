/** Something that is still there and costs, or is in the way. */
export interface Leftover {
  /** Empty for things of the whole account. */
  readonly region: string;
  readonly kind: string;
  readonly id: string;
  readonly tags: Readonly<Record<string, string>>;
}
