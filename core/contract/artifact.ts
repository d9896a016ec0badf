import type { JsonValue } from './json.ts';

/** What a builder or a post-processor made. Plain data: it is written to the journal and to the report. */
export interface Artifact {
  /** Identifies the component that made it, with Packer's words where there are some ("transcend.qemu"). */
  readonly builderId: string;
  /** The artifact's own id as Packer gives it: an image id, "region:ami-1,…", "VM". */
  readonly id: string;
  /** One line (or a few) for people. */
  readonly description: string;
  /** Absolute paths of the local files that make up the artifact; empty for a cloud image. */
  readonly files: readonly string[];
  /** Facts for the components that come after: format, virtual size, firmware, credentials' file paths. */
  readonly properties: Readonly<Record<string, JsonValue>>;
}
