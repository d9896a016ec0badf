import { connect, createServer, type Server } from 'node:net';
import type { Duplex } from 'node:stream';
import { StepError } from '../../errors/errors.ts';
import type { GuestLink } from './guest-link.ts';
import type { Login } from './log-in.ts';
import type { SshConnectOptions, SshRun } from './options.ts';
import { parseTunnel, type Tunnel } from './tunnel-spec.ts';

function join(left: Duplex, right: Duplex): void {
  left.on('error', () => right.destroy()).on('close', () => right.destroy());
  right.on('error', () => left.destroy()).on('close', () => left.destroy());
  left.pipe(right).pipe(left);
}

function tunnelsOf(specs: readonly string[]): readonly Tunnel[] {
  return specs.map(parseTunnel).filter((tunnel) => tunnel !== undefined);
}

/** Throws `StepError` SSH_TUNNEL_FAILED when the port is not free. */
async function listen(link: GuestLink, tunnel: Tunnel, run: SshRun): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined);
    link.login(run.signal).then(
      ({ client }) =>
        client.forwardOut('127.0.0.1', 0, tunnel.host, tunnel.hostPort, (error, channel) => {
          if (error === undefined) join(socket, channel);
          else socket.destroy();
        }),
      () => socket.destroy(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve).once('error', (cause) => {
      const message = `no tunnel can be opened at port ${tunnel.port} of this machine: ${cause.message}`;
      reject(new StepError(message, { code: 'SSH_TUNNEL_FAILED', cause }));
    });
    server.listen(tunnel.port, '127.0.0.1');
  });
  return server;
}

/** Asks the guest for its ends of the tunnels; what it refuses is told. */
function openInGuest(login: Login, tunnels: readonly Tunnel[], run: SshRun): void {
  for (const tunnel of tunnels) {
    login.client.forwardIn('127.0.0.1', tunnel.port, (error) => {
      if (error !== undefined) run.warn(`the guest refused a tunnel at its port ${tunnel.port}: ${error.message}`);
    });
  }
  login.client.on('tcp connection', ({ destPort }, accept, reject) => {
    const tunnel = tunnels.find(({ port }) => port === destPort);
    if (tunnel === undefined) {
      reject();
      return;
    }
    const socket = connect({ host: tunnel.host, port: tunnel.hostPort, allowHalfOpen: true });
    socket.once('connect', () => join(accept(), socket)).once('error', () => reject());
  });
}

export interface OpenTunnels {
  close(): void;
}

/** Opens the template's tunnels; those that begin in the guest again with every new login. Throws SSH_TUNNEL_FAILED. */
export async function openTunnels(link: GuestLink, options: SshConnectOptions, run: SshRun): Promise<OpenTunnels> {
  const servers: Server[] = [];
  const close = (): void => {
    for (const server of servers) server.close();
  };
  try {
    for (const tunnel of tunnelsOf(options.localTunnels)) servers.push(await listen(link, tunnel, run));
  } catch (error) {
    close();
    throw error;
  }
  const remote = tunnelsOf(options.remoteTunnels);
  if (remote.length > 0) link.onLogin((login) => openInGuest(login, remote, run));
  return { close };
}
