import type { CommunicatorType } from '../contract/communicator-type.ts';

/** What `defineCommunicator` is given. */
export type CommunicatorParts<Options> = Pick<CommunicatorType<NoInfer<Options>>, 'name' | 'endpoint'> &
  Partial<Pick<CommunicatorType<NoInfer<Options>>, 'programs' | 'needs' | 'check'>> &
  Pick<CommunicatorType<Options>, 'connect'>;

const nothing = (): readonly never[] => [];

/**
 * A way into guests. The type of its options is that of `connect`'s first parameter. Without `programs` and `needs` it
 * calls none, without `check` there is nothing wrong that the schema does not find.
 */
export function defineCommunicator<Options>(parts: CommunicatorParts<Options>): CommunicatorType<Options> {
  return { programs: [], needs: nothing, check: nothing, ...parts };
}
