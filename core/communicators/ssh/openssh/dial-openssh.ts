import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { aboutOption, type KilnError, StepError } from '../../../errors/errors.ts';
import type { BuildRun } from '../../../contract/build-run.ts';
import { privateKeyType } from '../login/choose-backend.ts';
import { credentialsOf } from '../login/credentials.ts';
import { firstAnswer } from '../login/first-answer.ts';
import { hostKeyChanged } from '../login/host-key-pin.ts';
import { joinStreams } from '../tunnels/join-streams.ts';
import { readKeyFile } from '../login/key-file.ts';
import { knownHostsName } from '../login/known-hosts.ts';
import type { SshConnection } from '../connection.ts';
import { openTcp, placeOf } from '../login/open-tcp.ts';
import { atServer, blamedOption, blaming, GUEST_OPTIONS } from '../blamed-option.ts';
import type { SshConnectOptions, SshEndpoint } from '../options.ts';
import type { ConnectRun } from '../../../contract/communicator-type.ts';
import { openThroughProxy } from '../login/socks5.ts';
import { layOut, removeSecrets, type Detour } from './lay-out.ts';
import { startMaster } from './start-master.ts';

/** Logs in by OpenSSH, again and again. */
export interface OpenSshDialer {
  dial(signal: AbortSignal, onFailure: (failure: KilnError) => void): Promise<SshConnection>;
  /** A known_hosts line of the key that the server showed. */
  knownHostsLine(server: 'guest' | 'bastion'): string | undefined;
}

interface Relay extends Detour, AsyncDisposable {}

/** A port of this machine that leads to the guest, since OpenSSH cannot speak to SOCKS proxies by itself. */
async function relayTo(open: (signal: AbortSignal) => Promise<Duplex>, signal: AbortSignal): Promise<Relay> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined);
    open(signal).then(
      (stream) => joinStreams(socket, stream),
      () => socket.destroy(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    host: '127.0.0.1',
    port,
    [Symbol.asyncDispose]: () => {
      // Connections that are open go on.
      server.close();
      return Promise.resolve();
    },
  };
}

/** Waits until somebody speaks SSH where OpenSSH is going to connect first; undefined when only it knows where that is. */
async function waitForAnswer(
  options: SshConnectOptions,
  signal: AbortSignal,
  onFailure: (failure: KilnError) => void,
): Promise<void> {
  const { guest, bastion, proxy, configFile } = options;
  if (configFile !== undefined && configFile !== '') return;
  const first = bastion ?? guest;
  const { host, port } = first;
  const open = (limit: AbortSignal): Promise<Duplex> =>
    proxy === undefined ? openTcp(host, port, limit) : openThroughProxy(proxy, host, port, limit);
  const request = { open, place: placeOf(host, port), signal, onFailure: blaming(first, options, onFailure) };
  const stream = await atServer(first, options, () => firstAnswer(request));
  stream.destroy();
}

async function lineOf(path: string, { host, port }: Detour): Promise<string | undefined> {
  const name = knownHostsName(host, port);
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.split('\n').find((line) => line.startsWith(`${name} `));
}

/** What is wrong with a key, which OpenSSH does not tell. It alone can read those of security keys. */
async function checkKey(endpoint: SshEndpoint): Promise<void> {
  const { privateKey, privateKeyFile = '', options = GUEST_OPTIONS } = endpoint;
  if (privateKey === undefined && privateKeyFile === '') return;
  const read = (): Promise<string> => aboutOption(`/${options.key}`, () => readKeyFile(privateKeyFile));
  const type = privateKeyType(privateKey ?? (await read()));
  if (type?.startsWith('sk-') !== true) await credentialsOf(endpoint);
}

/** Whether the template names the host keys of a server. Otherwise the key of the first login is the one that is known. */
function namesHostKeys(
  { guest, hostKeys = [], knownHostsFile = '' }: SshConnectOptions,
  endpoint: SshEndpoint,
): boolean {
  return knownHostsFile !== '' || (endpoint === guest && hostKeys.length > 0);
}

/** Makes a dialer; its files are in a directory of its own that goes with the build. */
export async function openSshDialer(options: SshConnectOptions, run: ConnectRun): Promise<OpenSshDialer> {
  const { guest, bastion, proxy } = options;
  const { acquire, temporaryDirectory } = run;
  if (acquire === undefined || temporaryDirectory === undefined) {
    throw new StepError('this builder cannot have OpenSSH hold a connection', {
      code: 'SSH_BACKEND_UNFIT',
      pointer: '/ssh_backend',
    });
  }
  const owner: Pick<BuildRun, 'acquire'> = { acquire };
  for (const endpoint of [guest, ...(bastion === undefined ? [] : [bastion])]) await checkKey(endpoint);
  const directory = await temporaryDirectory();
  const lines: { guest?: string; bastion?: string } = {};
  let pinned = false;

  const logIn = async (signal: AbortSignal, detour: Detour | undefined): Promise<SshConnection> => {
    try {
      const { name: host, env } = await layOut(options, directory, pinned, detour);
      const jumpPlace = bastion === undefined ? undefined : placeOf(bastion.host, bastion.port);
      const place = placeOf(guest.host, guest.port);
      const blame = (endpoint: SshEndpoint, failure: StepError): StepError => {
        const isChanged = failure.code === 'SSH_HOST_KEY_UNKNOWN' && pinned && !namesHostKeys(options, endpoint);
        const told = isChanged
          ? hostKeyChanged(`the host key of ${placeOf(endpoint.host, endpoint.port)} has changed`)
          : failure;
        return told.at(blamedOption(endpoint, told, options));
      };
      const onGuest = (failure: StepError): StepError => blame(guest, failure);
      const onJump = (failure: StepError): StepError => blame(bastion ?? guest, failure);
      return await startMaster({ directory, host, place, jumpPlace, onGuest, onJump, env, signal }, owner);
    } finally {
      await removeSecrets(directory);
    }
  };
  return {
    knownHostsLine: (server) => lines[server],
    dial: async (signal, onFailure) => {
      await waitForAnswer(options, signal, onFailure);
      await using relay =
        proxy === undefined
          ? undefined
          : await relayTo((limit) => openThroughProxy(proxy, guest.host, guest.port, limit), signal);
      const login = await logIn(signal, relay);
      pinned = true;
      Object.assign(lines, {
        guest: await lineOf(join(directory, 'guest-known_hosts'), guest),
        bastion: bastion && (await lineOf(join(directory, 'jump-known_hosts'), bastion)),
      });
      return login;
    },
  };
}
