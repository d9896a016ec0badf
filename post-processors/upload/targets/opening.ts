import type { Ui } from '../../../plugins/sdk/index.ts';
import type { TargetOptions } from '../plan/plan-uploads.ts';
import type { TargetUrl } from '../plan/target-url.ts';
import type { Store } from './store.ts';

/** What opening and using a target needs besides its options. */
export interface StoreSetting extends Pick<Ui, 'say' | 'warn' | 'debug'> {
  readonly signal: AbortSignal;
  /** Milliseconds after which a connection over which nothing moves counts as lost. */
  readonly silence: number;
  /** Directory for side records, which only this user may read. */
  readonly records: string;
}

/** Opens the target that an URL of one of its files leads to. */
export type OpenStore = (url: TargetUrl, options: TargetOptions, setting: StoreSetting) => Promise<Store>;
