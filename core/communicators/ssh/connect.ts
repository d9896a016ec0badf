import { StepError } from '../../errors/errors.ts';
import type { Communicator, GuestAddress, ServerAddress } from '../../contract/communicator.ts';
import { openConnection } from './open-connection.ts';
import { type ReconnectingConnection } from './connection.ts';
import { hasAgent } from './login/credentials.ts';
import { expandHome } from './login/key-file.ts';
import type { SshConnectOptions, SshEndpoint } from './options.ts';
import type { ConnectRun } from '../../contract/communicator-type.ts';
import { uploadConnection } from './files/upload-connection.ts';
import { runOverConnection } from './command/run-over-connection.ts';
import { transfersOver } from './files/transfers.ts';
import { openTunnels } from './tunnels/tunnels.ts';

function serverAddress(endpoint: SshEndpoint, knownHostsLine: string | undefined): ServerAddress {
  const { host, port, username, password, privateKeyFile, passphrase } = endpoint;
  return {
    host,
    port,
    user: username,
    ...(password === undefined ? {} : { password }),
    ...(privateKeyFile === undefined ? {} : { privateKeyFile: expandHome(privateKeyFile) }),
    ...(privateKeyFile === undefined || passphrase === undefined ? {} : { passphrase }),
    ...(knownHostsLine === undefined ? {} : { knownHostsLine }),
  };
}

function addressOf({ guest, bastion, proxy }: SshConnectOptions, link: ReconnectingConnection): GuestAddress {
  return {
    ...serverAddress(guest, link.knownHostsLine('guest')),
    ...(bastion === undefined ? {} : { bastion: serverAddress(bastion, link.knownHostsLine('bastion')) }),
    // With a jump host Kiln does not use the proxy.
    ...(proxy === undefined || bastion !== undefined ? {} : { throughSocks: true }),
  };
}

/** Logs in and gives the communicator; see `connectSsh`. */
export async function connect(given: SshConnectOptions, run: ConnectRun): Promise<Communicator> {
  // Without an agent there is nothing to forward.
  const options = { ...given, forwardAgent: given.forwardAgent && hasAgent() };
  if (options.guest.host === '') {
    throw new StepError('nobody said where the guest is', {
      code: 'SSH_HOST_MISSING',
      pointer: '/ssh_host',
      hint: 'set ssh_host',
    });
  }
  const link = await openConnection(options, run);
  const { pty: terminal, forwardAgent } = options;
  const second = uploadConnection(link, options, run);
  try {
    const tunnels = await openTunnels(link, options, run);
    return {
      kind: 'ssh',
      address: addressOf(options, link),
      terminal,
      exec: (command, asked) => runOverConnection(link, command, { terminal, ...asked, forwardAgent }),
      ...transfersOver({ first: link, second }, options, run),
      reconnect: async ({ signal, timeout }) => {
        await link.renew(timeout, signal);
      },
      close: async () => {
        tunnels.close();
        await Promise.all([second.close(), link.close()]);
      },
    };
  } catch (error) {
    await link.close();
    throw error;
  }
}
