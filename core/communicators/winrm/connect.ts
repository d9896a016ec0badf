import { setTimeout as delay } from 'node:timers/promises';
import { throwIfCancelled } from '../../errors/cancelled.ts';
import { StepError } from '../../errors/errors.ts';
import type { Communicator } from '../../contract/communicator.ts';
import { acrossLosses, type Recovery } from '../transfer/across-losses.ts';
import { placeOf } from './protocol/http-channel.ts';
import { linkTo } from './protocol/link.ts';
import type { WinrmConnectOptions, WinrmRun } from './options.ts';
import { runCommand } from './run-command.ts';
import { download, uploadFile, uploadTree } from './files/transfer.ts';
import { waitForGuest } from './wait-for-guest.ts';

/** Logs in and gives the communicator; see `connectWinrm`. */
export async function connect(options: WinrmConnectOptions, run: WinrmRun): Promise<Communicator> {
  const { host, port, username, password } = options;
  if (host === '') {
    throw new StepError('nobody said where the guest is', {
      code: 'WINRM_HOST_MISSING',
      pointer: '/winrm_host',
      hint: 'set winrm_host',
    });
  }
  const place = placeOf(options);
  const link = linkTo(options);
  try {
    run.say(`waiting for WinRM at ${place}`);
    await waitForGuest(link, options, run);
    if (options.pauseBeforeConnecting > 0) {
      link.drop();
      run.say(`WinRM answers; pausing ${options.pauseBeforeConnecting / 1000} s before connecting`);
      await delay(options.pauseBeforeConnecting, undefined, { signal: run.signal }).catch(() => undefined);
      throwIfCancelled(run.signal);
      await waitForGuest(link, options, run);
    }
    run.say(`connected to ${place}`);
  } catch (error) {
    link.close();
    throw error;
  }
  const onLost = (): void => run.warn('the connection broke while a command ran; some of its output may be missing');
  const connectAgain = (timeout: number, signal: AbortSignal): Promise<void> => {
    link.drop();
    return waitForGuest(link, { ...options, timeout }, { ...run, signal });
  };
  const recovery: Recovery = { timeout: options.timeout, connect: connectAgain, warn: (text) => run.warn(text) };
  return {
    kind: 'winrm',
    system: 'windows',
    address: { host, port, user: username, password },
    terminal: false,
    exec: (command, given) => runCommand(link, command, { ...given, onLost }),
    upload: (source, destination, given) =>
      acrossLosses(recovery, given.signal, () => uploadFile(link, source, destination, given)),
    uploadTree: (directory, destination, given) =>
      acrossLosses(recovery, given.signal, () => uploadTree(link, directory, destination, run, given)),
    download: (source, destination, given) =>
      acrossLosses(recovery, given.signal, () => download(link, 'file', source, destination, run, given)),
    downloadTree: (directory, destination, given) =>
      acrossLosses(recovery, given.signal, () => download(link, 'tree', directory, destination, run, given)),
    reconnect: ({ signal, timeout }) => connectAgain(timeout, signal),
    close: () => {
      link.close();
      return Promise.resolve();
    },
  };
}
