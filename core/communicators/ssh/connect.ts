import type { Communicator, ExecOptions, ExecResult, GuestAddress } from '../communicator.ts';
import { CommandError } from '../../errors/errors.ts';
import { expandHome } from './key-file.ts';
import { linkGuest, type GuestLink } from './guest-link.ts';
import type { SshConnectOptions, SshRun } from './options.ts';
import { runCommand, type RunCommandOptions } from './run-command.ts';

function addressOf(options: SshConnectOptions, link: GuestLink): GuestAddress {
  const { host, port, username, password, privateKeyFile } = options.guest;
  const knownHostsLine = link.pin.knownHostsLine();
  return {
    host,
    port,
    user: username,
    ...(password === undefined ? {} : { password }),
    ...(privateKeyFile === undefined ? {} : { privateKeyFile: expandHome(privateKeyFile) }),
    ...(knownHostsLine === undefined ? {} : { knownHostsLine }),
  };
}

/** Runs a command; one that the guest never got because the connection was lost is run over a new one. */
async function runOverLink(link: GuestLink, command: string, options: RunCommandOptions): Promise<ExecResult> {
  try {
    return await runCommand(await link.login(options.signal), command, options);
  } catch (error) {
    if (!(error instanceof CommandError) || error.code !== 'COMMUNICATOR_NOT_STARTED') throw error;
    return runCommand(await link.login(options.signal), command, options);
  }
}

export async function connect(options: SshConnectOptions, run: SshRun): Promise<Communicator> {
  const link = await linkGuest(options, run);
  const { forwardAgent } = options;
  const plain = (command: string, given: Omit<RunCommandOptions, 'terminal' | 'forwardAgent'>): Promise<ExecResult> =>
    runOverLink(link, command, { ...given, terminal: false, forwardAgent: false });
  void plain;
  return {
    kind: 'ssh',
    address: addressOf(options, link),
    terminal: options.pty,
    exec: (command: string, given: ExecOptions) =>
      runOverLink(link, command, { ...given, terminal: options.pty, forwardAgent }),
    upload: () => Promise.reject(new Error('later')),
    uploadTree: () => Promise.reject(new Error('later')),
    download: () => Promise.reject(new Error('later')),
    downloadTree: () => Promise.reject(new Error('later')),
    reconnect: async ({ signal, timeout }) => void (await link.renew(timeout, signal)),
    close: () => {
      link.close();
      return Promise.resolve();
    },
  };
}
