import type { Acquired } from '../../../plugins/sdk/index.ts';
import type { Server } from '../../../clients/openstack/index.ts';
import type { BakeInstance } from '../../_cloud/key-pair.ts';

/** What another process has to know of a server besides its id and its key. */
export interface ServerNotes {
  /** The volume that it runs on. */
  readonly volume: string | null;
  /** The floating IP's address. */
  readonly address: string | null;
  readonly [other: string]: string | null;
}

/** A server of the build. */
export interface Launched extends BakeInstance {
  readonly about: ServerNotes;
  /** As it was last seen; undefined when an earlier process has deleted it, since its image is made of its volume. */
  readonly server: Server | undefined;
  readonly acquired: Acquired<string, undefined>;
}
