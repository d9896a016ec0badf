import type { CommunicatorType } from '../contract/communicator-type.ts';

/** A copy of the options keeps it, and nothing that goes through them by name, or writes them as JSON, meets it. */
const OF_PLUGIN = Symbol('communicator');

interface Marked {
  [OF_PLUGIN]?: CommunicatorType<object>;
}

/** Notes with a builder's options the way into guests that they name, when it does not come with Kiln. */
export function noteCommunicator(options: object, type: CommunicatorType<object>): void {
  (options as Marked)[OF_PLUGIN] = type;
}

/** The way that was noted with these options, or with those that they are a copy of. */
export function notedCommunicator(options: object): CommunicatorType<object> | undefined {
  return (options as Marked)[OF_PLUGIN];
}
