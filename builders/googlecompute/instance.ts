import type { Acquired } from '../../plugins/sdk/index.ts';
import type { BakeInstance, KeyPair } from '../_cloud/key-pair.ts';
import type { Image, Instance } from '../_googlecompute/api/driver.ts';

/** An image to start from, and the project that it is in. */
export interface SourceImage {
  readonly image: Image;
  readonly project: string;
}

/** What an instance is started from. */
export interface InstanceParts {
  readonly source: SourceImage;
  readonly key: KeyPair;
  /** A reserved external address; undefined: any. */
  readonly address: string | undefined;
}

/** An instance of the build; its id is its name. */
export interface Launched extends BakeInstance {
  readonly instance: Instance;
  readonly acquired: Acquired<string, undefined>;
}
