import { connect } from 'node:net';
import type { Client, ClientChannel, ExecOptions as SessionOptions, PseudoTtyOptions } from 'ssh2';
import { joinStreams } from '../tunnels/join-streams.ts';
import type { CommandChannel, CommandEnd, SshConnection, SessionRequest, Start, Tunnel } from '../connection.ts';
import { signalCommand } from '../command/signal-command.ts';

const TERMINAL: PseudoTtyOptions = { term: 'xterm', rows: 40, cols: 80, modes: { ECHO: 0 } };

function channelOf(channel: ClientChannel): CommandChannel {
  const exited = new Promise<CommandEnd>((resolve) =>
    channel.once('exit', (status: number | null, name?: string) =>
      resolve({
        exitStatus: status ?? undefined,
        signalName: status === null ? name?.replace(/^SIG/, '') : undefined,
      }),
    ),
  );
  return {
    stdin: channel,
    stdout: channel,
    stderr: channel.stderr,
    exited,
    closed: new Promise<void>((resolve) => channel.once('close', () => resolve())),
    signal: (name) => signalCommand(channel, name),
    close: () => channel.close(),
  };
}

/** The library has one kind of error for all: with a reason when the server opened no session; otherwise its words tell. */
function notStarted(error: Error): Exclude<Start<never>, { readonly started: never }> {
  const { message } = error;
  if ('reason' in error) return { refused: message };
  return message === 'Unable to exec' ? { unconfirmed: message } : { notSent: message };
}

function start<T>(
  client: Client,
  command: string,
  request: SessionRequest,
  watch: (channel: CommandChannel) => T,
): Promise<Start<T>> {
  const options: SessionOptions = {};
  if (request.terminal) options.pty = TERMINAL;
  // The library's types leave this option out of commands.
  if (request.forwardAgent) Object.assign(options, { agentForward: true });
  return new Promise((resolve) => {
    try {
      client.exec(command, options, (error, channel) => {
        if (error !== undefined) resolve(notStarted(error));
        else if (request.signal.aborted) channel.close();
        // A short command may have ended in the same packet: whoever listens has to do so now.
        else resolve({ started: watch(channelOf(channel)) });
      });
    } catch (error) {
      // It throws when it knows already that the connection is gone.
      resolve(notStarted(error instanceof Error ? error : new Error(String(error))));
    }
  });
}

function openRemoteTunnel(client: Client, tunnel: Tunnel, refused: (reason: string) => void): void {
  client.forwardIn('127.0.0.1', tunnel.port, (error) => {
    if (error !== undefined) refused(error.message);
  });
  client.on('tcp connection', ({ destPort }, accept, reject) => {
    if (destPort !== tunnel.port) return;
    const socket = connect({ host: tunnel.host, port: tunnel.hostPort, allowHalfOpen: true });
    socket.once('connect', () => joinStreams(accept(), socket)).once('error', () => reject());
  });
}

/** A login over the library's connection. */
export function ssh2Connection(
  client: Client,
  connection: Pick<SshConnection, 'ended' | 'alive' | 'lag' | 'end'>,
): SshConnection {
  return {
    ...connection,
    start: (command, request, watch) => start(client, command, request, watch),
    openSftp: () =>
      new Promise((resolve) => {
        try {
          client.sftp((error, sftp) => resolve(error === undefined ? sftp : undefined));
        } catch {
          resolve(undefined);
        }
      }),
    openForward: (host, port) =>
      new Promise((resolve, reject) => {
        client.forwardOut('127.0.0.1', 0, host, port, (error, channel) => {
          if (error === undefined) resolve(channel);
          else reject(error);
        });
      }),
    openRemoteTunnel: (tunnel, refused) => openRemoteTunnel(client, tunnel, refused),
  };
}
