import type { Acquired, JsonObject } from '../../plugins/sdk/index.ts';
import type { BakeInstance } from '../_cloud/key-pair.ts';
import type { Image, Instance } from '../_googlecompute/api/driver.ts';

/** An image to start from, and the project that it is in. */
export interface SourceImage {
  readonly image: Image;
  readonly project: string;
}

/** What an instance is started from. */
export interface InstanceParts {
  readonly source: SourceImage;
  readonly metadata: Readonly<Record<string, string>>;
  /** A reserved external address; undefined: any. */
  readonly address: string | undefined;
}

/** What has to be known of the guest besides the key. */
export interface GuestFacts extends JsonObject {
  /** Whom OS Login has log in; null: whom the template says. */
  readonly user: string | null;
  /** Whether the guest tells how its startup script ends. */
  readonly isScriptWatched: boolean;
}

/** An instance of the build; its id is its name. */
export interface Launched extends BakeInstance {
  readonly about: GuestFacts;
  readonly instance: Instance;
  readonly acquired: Acquired<string, undefined>;
}
