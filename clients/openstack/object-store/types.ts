/** A container's entry in a list: an object, or what stands for all that begin with a prefix. */
export type ListEntry =
  | {
      readonly name: string;
      /** Hexadecimal MD5 of the data; of a manifest, one of its segments' hashes. */
      readonly hash: string;
      readonly bytes: number;
      readonly content_type: string;
      /** UTC, without a zone: "2026-12-01T04:12:57.000000" */
      readonly last_modified: string;
    }
  | { readonly subdir: string };

export interface ListFilter {
  readonly prefix?: string | undefined;
  readonly delimiter?: string | undefined;
}

/** What Swift says of an object beside its data. */
export interface ObjectHead {
  /** Bytes. */
  readonly length: number;
  /** Without quotes. Hexadecimal MD5 of the data; of a manifest, one of its segments' hashes. */
  readonly etag: string | undefined;
  readonly type: string | undefined;
  /** Whether it is a manifest of segments ("static large object"). */
  readonly manifest: boolean;
  /** Names in lower case, without "x-object-meta-". */
  readonly metadata: Readonly<Record<string, string>>;
}

/** What is put beside an object's data. */
export interface ObjectOptions {
  readonly type?: string | undefined;
  /** Each goes into a header "x-object-meta-…". */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** Only if there is none of this name; else the error is a conflict. */
  readonly onlyNew?: boolean | undefined;
  /** Seconds after which Swift deletes it. */
  readonly deleteAfter?: number | undefined;
}

/** One piece of a manifest, in its order. */
export interface Segment {
  readonly container: string;
  readonly object: string;
  /** Hexadecimal MD5; checked by Swift when it is given. */
  readonly etag?: string | undefined;
  /** Bytes; checked by Swift when they are given. */
  readonly length?: number | undefined;
}

/** What the cloud's Swift can, by GET /info. */
export interface ObjectLimits {
  /** Bytes of one object that is no manifest. */
  readonly largestObject: number;
  /** Of a manifest; undefined when there are none. */
  readonly mostSegments: number | undefined;
}
