import { connectGuest, noneCommunicator, guestEndpoint } from '../../../plugins/sdk/guest.ts';
import type { BuildKey } from '../../../plugins/sdk/keys.ts';
import {
  CancelledError,
  StepError,
  TimeoutError,
  type BuildRun,
  type Communicator,
} from '../../../plugins/sdk/index.ts';
import type { QemuBuilderConfig } from '../config.gen.ts';
import type { Machine } from '../machine/machine.ts';
import { watchBoot } from '../machine/watch-boot.ts';
import { sourceOption } from '../source-option.ts';
import { findAddress } from './find-address.ts';

/**
 * Waits until the guest lets Kiln in. Throws what the machine failed of, or `TimeoutError` and `StepError` of the
 * communicator with the end of the guest's console in the message. Gives up when `ended` aborts.
 */
export async function connect(
  config: QemuBuilderConfig,
  machine: Machine,
  key: BuildKey | undefined,
  build: BuildRun,
  ended?: AbortSignal,
): Promise<Communicator> {
  const endpoint = guestEndpoint(config);
  if (endpoint === undefined) {
    // Nobody can tell the guest to end, so it does when it likes.
    machine.expectEnd();
    return noneCommunicator;
  }
  const signal = AbortSignal.any([build.signal, machine.failed, ...(ended === undefined ? [] : [ended])]);
  const connected = new AbortController();
  const watching = watchBoot(machine, sourceOption(config), build, AbortSignal.any([signal, connected.signal]));
  const { net_bridge: bridge } = config;
  const { host = '', timeout } = endpoint;
  try {
    const isFound = bridge !== undefined && host === '';
    const address = isFound ? await findAddress(machine, bridge, timeout, signal) : '127.0.0.1';
    const known = {
      ...(host === '' ? { host: address } : {}),
      ...(machine.hostPort === undefined ? {} : { port: machine.hostPort }),
      ...(key === undefined ? {} : { privateKey: key.privateKey, privateKeyFile: key.privateKeyFile }),
    };
    return await connectGuest(config, known, { ...build, signal });
  } catch (error) {
    if (build.signal.aborted) throw new CancelledError();
    machine.failed.throwIfAborted();
    if (!(error instanceof TimeoutError) && !(error instanceof StepError)) throw error;
    const details = { code: error.code, pointer: error.pointer, cause: error, hint: error.hint };
    const message = await machine.withConsole(error.message);
    throw error instanceof TimeoutError ? new TimeoutError(message, details) : new StepError(message, details);
  } finally {
    connected.abort();
    await watching;
  }
}
