import type { JsonObject } from '../../../plugins/sdk/index.ts';

/** Options of a target. */
export type TestTarget = JsonObject & { readonly url: string };

/** A server that takes uploads, as tests see it. */
export interface FarEnd {
  /** Undefined when there is no connection to it that could be cut. */
  readonly port: number | undefined;
  /** Variables by which Kiln is let in. */
  readonly environment?: Readonly<Record<string, string>>;
  /** A target for a path below the server's place for tests ("images/"), reached over another port when one is given. */
  target(path: string, port?: number): TestTarget;
  /** What has a final name; undefined when there is nothing. */
  read(path: string): Promise<Buffer | undefined>;
  /** All final names below a path ("images/"), sorted. */
  names(path: string): Promise<readonly string[]>;
  /** What is there of uploads that are not whole, in any words. */
  halves(): Promise<readonly string[]>;
  /** Puts something there that Kiln knows nothing of. */
  put(path: string, text: string): Promise<void>;
  /** The target with credentials that the server does not know, and the code of the failure. */
  readonly stranger?: { target(target: TestTarget): TestTarget; readonly code: string };
  stop(): Promise<void>;
}
