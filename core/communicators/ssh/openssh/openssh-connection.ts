import { Duplex } from 'node:stream';
import { KilnError } from '../../../errors/errors.ts';
import { runProgram } from '../../../process/program.ts';
import { signalGroup } from '../../../process/spawn.ts';
import type { SshConnection, Tunnel } from '../connection.ts';
import { placeOf } from '../login/open-tcp.ts';
import { startCommand, startMux, type Master } from './mux-command.ts';
import { openSftpOver } from './sftp-over-process.ts';

/** What the master process holds is closed before anybody is told that it has ended. */
const LAG_MILLISECONDS = 100;

async function openForward(master: Master, host: string, port: number): Promise<Duplex> {
  const { child, stdin, stdout, stderr } = await startMux(master, ['-W', placeOf(host, port), 'guest']);
  stderr.resume();
  const stream = Duplex.from({ writable: stdin, readable: stdout });
  stream.once('close', () => signalGroup(child.pid, 'SIGTERM'));
  return stream;
}

async function openRemoteTunnel(master: Master, tunnel: Tunnel): Promise<void> {
  const ends = `127.0.0.1:${tunnel.port}:${placeOf(tunnel.host, tunnel.hostPort)}`;
  await runProgram('ssh', ['-F', 'none', '-S', master.control, '-O', 'forward', '-R', ends, 'guest'], {
    signal: new AbortController().signal,
    cwd: master.directory,
    timeout: 30_000,
  });
}

function reasonOf(error: unknown): string {
  const tail = error instanceof KilnError && 'outputTail' in error ? String(error.outputTail).trim() : '';
  return tail === '' ? String(error) : tail;
}

/** A login over the connection that OpenSSH's master process holds. */
export function opensshConnection(master: Master, end: () => Promise<void>): SshConnection {
  return {
    ended: master.ended,
    alive: () => master.alive(),
    lag: LAG_MILLISECONDS,
    end,
    start: (command, request, watch) => startCommand(master, command, request, watch),
    openSftp: () => openSftpOver(master),
    openForward: (host, port) => openForward(master, host, port),
    openRemoteTunnel: (tunnel, refused) => {
      openRemoteTunnel(master, tunnel).catch((error: unknown) => refused(reasonOf(error)));
    },
  };
}
