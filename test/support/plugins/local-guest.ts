import { runProgram } from '../../../core/process/program.ts';
import type { Communicator } from '../../../plugins/sdk/index.ts';
import { fakeGuest } from '../../../plugins/sdk/testing.ts';

/** A guest whose commands run on this machine, with streams as they are; its files are in memory. */
export function localGuest(): Communicator {
  return {
    ...fakeGuest(),
    exec: async (command, { signal, stdin, onLine, stdout }) => {
      const { exitStatus } = await runProgram('/bin/sh', ['-c', command], {
        signal,
        acceptExitStatus: Array.from({ length: 256 }, (_, status) => status),
        ...(stdin === undefined ? {} : { stdin }),
        ...(onLine === undefined ? {} : { onLine }),
        ...(stdout === undefined ? {} : { stdoutTo: stdout }),
      });
      return { exitStatus, disconnected: false, outputTail: '' };
    },
  };
}
