import type { Artifact } from './artifact.ts';
import type { JsonObject } from './json.ts';

/** How a build came about, for those who write that down. Secrets are taken out. */
export interface BuildOrigin {
  /** Kiln's. */
  readonly version: string;
  readonly template: {
    /** Absolute; "-" for standard input. */
    readonly path: string;
    /** SHA-256 of its text, in hex. */
    readonly sha256: string;
  };
  /** Those of the template that hold no secret. */
  readonly variables: JsonObject;
  /** How many of the template's variables are left out. */
  readonly secretVariables: number;
  /** The builder's options, with defaults; a secret in a text is "<sensitive>". */
  readonly options: JsonObject;
  /** Those that ran, in their order; `identity` is a SHA-256 of all that decides what they do, and of those before. */
  readonly provisioners: readonly { readonly type: string; readonly identity: string }[];
  /** The files of this machine that they read, also those of directories; SHA-256 in hex of what was read. */
  readonly provisionerFiles: readonly { readonly path: string; readonly sha256: string }[];
  /** The steps that have ended. */
  readonly steps: readonly { readonly step: string; readonly milliseconds: number }[];
  /** What it started from, by the names of the builds that made it. */
  readonly sources: Readonly<Record<string, Artifact>>;
}
