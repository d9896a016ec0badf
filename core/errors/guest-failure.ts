import { CommandError, KilnError, TimeoutError, type CommandErrorDetails } from './errors.ts';

/** What an error about the guest says besides its message. */
export type GuestDetails = Omit<CommandErrorDetails, 'code' | 'guest'>;

/** The connection to the guest went away under way, as `CommandError` COMMUNICATOR_LOST. */
export function guestLost(message: string = 'the guest went away', details: GuestDetails = {}): CommandError {
  return new CommandError(message, { ...details, code: 'COMMUNICATOR_LOST', guest: 'lost' });
}

/** There was no connection on which the guest could have been asked, as `CommandError` COMMUNICATOR_NOT_STARTED. */
export function guestNotAsked(message: string, details: GuestDetails = {}): CommandError {
  return new CommandError(message, { ...details, code: 'COMMUNICATOR_NOT_STARTED', guest: 'unreachable' });
}

/** The guest is there, and does not do now what it was asked for, as `CommandError` COMMUNICATOR_REFUSED. */
export function guestRefused(message: string, details: GuestDetails = {}): CommandError {
  return new CommandError(message, { ...details, code: 'COMMUNICATOR_REFUSED', guest: 'refused' });
}

/** How the guest was the reason for a failure; undefined when it was not, or when it is not known to have been. */
export function guestFailureOf(error: unknown): KilnError['guest'] {
  return error instanceof KilnError ? error.guest : undefined;
}

/** Whether the guest could not be reached, or not in time, so that what was asked of it may go well another time. */
export function isGuestUnreachable(error: unknown): error is KilnError {
  if (error instanceof TimeoutError) return true;
  const failure = guestFailureOf(error);
  return failure !== undefined && failure !== 'not-ready';
}

/**
 * The same of a guest that is expected to go down and come up again, which may also let nobody in for a while, and give
 * answers that make no sense.
 */
export function isGuestBooting(error: unknown): error is KilnError {
  return isGuestUnreachable(error) || guestFailureOf(error) === 'not-ready';
}
