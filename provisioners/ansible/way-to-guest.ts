import type { GuestAddress } from '../../plugins/sdk/index.ts';

/** How Ansible gets to the guest. */
export interface WayToGuest {
  readonly address: GuestAddress;
  /** What the communicator could not do for Ansible, the last of it. */
  readonly failure: () => unknown;
  readonly close: () => Promise<void>;
}
