import type { Communicator } from '../contract/communicator.ts';
import type {
  CommunicatorType,
  ConnectRun,
  GuestEndpoint,
  ConnectionOverrides,
} from '../contract/communicator-type.ts';
import type { CheckContext, Requirement } from '../contract/component.ts';
import { notedCommunicator } from '../define/communicator-of.ts';
import { defineCommunicator } from '../define/communicator.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { noneCommunicator } from './none.ts';
import type { CommunicatorOptions } from './options.gen.ts';
import { sshCommunicator } from './ssh/communicator.ts';
import { winrmCommunicator } from './winrm/communicator.ts';

type Type = CommunicatorType<CommunicatorOptions>;

const none: Type = defineCommunicator({
  name: 'none',
  endpoint: () => undefined,
  connect: () => Promise.resolve(noneCommunicator),
});

/** The ways into a guest that come with Kiln, by what the option `communicator` says. */
export const communicatorTypes: Readonly<Record<CommunicatorOptions['communicator'], Type>> = {
  none,
  ssh: sshCommunicator,
  winrm: winrmCommunicator,
};

/** `prepare` is called, too, when the option has a value that the schema refuses; it is absent then. */
function typeOf(options: Partial<CommunicatorOptions>): Type {
  return notedCommunicator(options) ?? communicatorTypes[options.communicator ?? 'ssh'];
}

/**
 * Waits until the guest lets Kiln in by the way that the option `communicator` names. With "none" there is no guest: what
 * is asked of it throws `StepError` COMMUNICATOR_NONE. Throws `TimeoutError` when the guest did not answer in time,
 * `StepError` for what does not pass by itself (logins that are refused, a certificate) and `CancelledError` when
 * `run.signal` aborts.
 */
export async function connectGuest(
  options: CommunicatorOptions,
  known: ConnectionOverrides,
  run: ConnectRun,
): Promise<Communicator> {
  return typeOf(options).connect(options, known, run);
}

/** What the template says of where its guest is; undefined when it has none to log in to (`"communicator": "none"`). */
export function guestEndpoint(options: CommunicatorOptions): GuestEndpoint | undefined {
  return typeOf(options).endpoint(options);
}

/**
 * What the schema cannot say about a communicator's options, common to all builders; for their `prepare`. Never throws.
 * `pointerPrefix` is put before every pointer, for builders that keep these options in a nested object.
 */
export function checkCommunicator(
  options: CommunicatorOptions,
  context: CheckContext,
  pointerPrefix = '',
): readonly Diagnostic[] {
  const found = typeOf(options).check(options, context);
  return found.map((one) => ({ ...one, pointer: `${pointerPrefix}${one.pointer}` }));
}

/** All the programs that `connectGuest` may call, for a builder's `programs`. */
export const communicatorPrograms: readonly Requirement[] = Object.values(communicatorTypes).flatMap(
  ({ programs }) => programs,
);

/** The programs that `connectGuest` calls for these options, for a builder's `needs`. */
export function communicatorNeeds(options: CommunicatorOptions): readonly Requirement[] {
  return typeOf(options).needs(options);
}
