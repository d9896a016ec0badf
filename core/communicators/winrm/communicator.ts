import type { CommunicatorType } from '../../contract/communicator-type.ts';
import { defineCommunicator } from '../../define/communicator.ts';
import type { CommunicatorOptions } from '../options.gen.ts';
import { checkWinrm } from './check.ts';
import { winrmOptionsFrom } from './config.ts';
import { connectWinrm } from './index.ts';

/** WinRM, for Windows. */
export const winrmCommunicator: CommunicatorType<CommunicatorOptions> = defineCommunicator({
  name: 'winrm',
  check: (options) => checkWinrm(options).map((found) => ({ severity: 'error', ...found })),
  endpoint: (options) => {
    const { port, timeout } = winrmOptionsFrom(options);
    return { host: options.winrm_host, port, timeout };
  },
  connect: (options, known, run) => connectWinrm(winrmOptionsFrom(options, known), run),
});
