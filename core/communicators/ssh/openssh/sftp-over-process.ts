import type { SFTPWrapper } from 'ssh2';
import sftpLibrary from 'ssh2/lib/protocol/SFTP.js';
import { signalGroup } from '../../../process/spawn.ts';
import { startMux, type Master } from './mux-command.ts';

/**
 * An SFTP session over the connection: the library's client, which only needs bytes to go to and fro. Undefined when
 * the server offers none.
 */
export async function openSftpOver(master: Master): Promise<SFTPWrapper | undefined> {
  const { child, stdin, stdout, stderr } = await startMux(master, ['-T', '-s', '--', 'guest', 'sftp']);
  stderr.resume();
  const carrier = {
    _protocol: {
      channelData: (_channel: number, bytes: Uint8Array) => void stdin.write(bytes),
      channelClose: () => {
        stdin.end();
        signalGroup(child.pid, 'SIGTERM');
      },
    },
  };
  const sftp = new sftpLibrary.SFTP(carrier, {
    type: 'sftp',
    incoming: { id: 0, state: 'open' },
    // Whoever asks limits how much is under way.
    outgoing: { id: 0, state: 'open', window: Infinity, packetSize: Infinity },
  });
  sftp.on('error', () => undefined);
  stdout.on('data', (bytes: Buffer) => sftp.push(bytes));
  const ready = new Promise<SFTPWrapper>((resolve) => sftp.once('ready', () => resolve(sftp)));
  const over = new Promise<undefined>((resolve) => child.once('close', () => resolve(undefined)));
  void over.then(() => sftp.push(null));
  sftp._init();
  return Promise.race([ready, over]);
}
