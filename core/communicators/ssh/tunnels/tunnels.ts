import { createServer, type Server } from 'node:net';
import { aboutOption, StepError } from '../../../errors/errors.ts';
import { type ReconnectingConnection, type Tunnel } from '../connection.ts';
import { joinStreams } from './join-streams.ts';
import type { SshConnectOptions } from '../options.ts';
import type { ConnectRun } from '../../../contract/communicator-type.ts';
import { parseTunnel } from './tunnel-spec.ts';

function tunnelsOf(specs: readonly string[], option: string): readonly (Tunnel & { readonly pointer: string })[] {
  return specs.flatMap((spec, index) => {
    const tunnel = parseTunnel(spec);
    return tunnel === undefined ? [] : [{ ...tunnel, pointer: `/${option}/${index}` }];
  });
}

/** Throws `StepError` SSH_TUNNEL_FAILED when the port is not free. */
async function listen(link: ReconnectingConnection, tunnel: Tunnel, run: ConnectRun): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined);
    link
      .login(run.signal)
      .then((login) => login.openForward(tunnel.host, tunnel.hostPort))
      .then(
        (stream) => joinStreams(socket, stream),
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

export interface OpenTunnels {
  close(): void;
}

/** Opens the template's tunnels; those that begin in the guest again with every new login. Throws SSH_TUNNEL_FAILED. */
export async function openTunnels(
  link: ReconnectingConnection,
  options: SshConnectOptions,
  run: ConnectRun,
): Promise<OpenTunnels> {
  const servers: Server[] = [];
  const close = (): void => {
    for (const server of servers) server.close();
  };
  try {
    for (const { pointer, ...tunnel } of tunnelsOf(options.localTunnels, 'ssh_local_tunnels')) {
      servers.push(await aboutOption(pointer, () => listen(link, tunnel, run)));
    }
  } catch (error) {
    close();
    throw error;
  }
  const remote = tunnelsOf(options.remoteTunnels, 'ssh_remote_tunnels');
  link.onLogin((login) => {
    for (const tunnel of remote) {
      login.openRemoteTunnel(tunnel, (reason) =>
        run.warn(`the guest refused a tunnel at its port ${tunnel.port}: ${reason}`),
      );
    }
  });
  return { close };
}
