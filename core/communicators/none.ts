import { StepError } from '../errors/errors.ts';
import type { Communicator } from '../contract/communicator.ts';

function refuse(): Promise<never> {
  return Promise.reject(
    new StepError('this build has no way into the guest: its communicator is "none"', {
      code: 'COMMUNICATOR_NONE',
      hint: 'set "communicator": "ssh", or keep provisioners that need the guest off this build with "except"',
    }),
  );
}

/** The communicator of builds without a guest to log in to; everything but `close` throws `StepError`. */
export const noneCommunicator: Communicator = {
  kind: 'none',
  address: undefined,
  terminal: false,
  exec: refuse,
  upload: refuse,
  uploadTree: refuse,
  download: refuse,
  downloadTree: refuse,
  reconnect: refuse,
  close: () => Promise.resolve(),
};
