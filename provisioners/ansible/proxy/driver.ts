import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import ssh2, { type AuthContext, type ParsedKey, type ServerChannel, type Session } from 'ssh2';
import { StepError } from '../../../plugins/sdk/index.ts';

/** What an SSH client asks of a session. */
export interface SessionRequest {
  readonly asked: { readonly command: string } | { readonly subsystem: string };
  /** What the client sent of its environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Whether the client asked for a terminal. */
  readonly terminal: boolean;
}

export interface SessionStreams {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Aborts when the client does not wait for the end any more. */
  readonly abandoned: AbortSignal;
}

/** How a session ends: a status, or the name of a signal without "SIG". */
export type SessionEnd = { readonly status: number } | { readonly signal: string };

export interface ServerOptions {
  /** Text of a private key. */
  readonly hostKey: string;
  /** One line of a public key; whoever has its private part is let in under any name. */
  readonly clientKey: string;
  /** The first to be tried on 127.0.0.1, and nine after it; 0 for any. */
  readonly port: number;
  /** Serves a session; never rejects. */
  readonly serve: (request: SessionRequest, streams: SessionStreams) => Promise<SessionEnd>;
}

export interface SshServer {
  readonly port: number;
  /** "ssh-ed25519 AAAA…" of the host key. */
  readonly publicHostKey: string;
  /** Ends all connections, and resolves when their sessions have ended. */
  close(): Promise<void>;
}

const PORTS_TRIED = 10;

function keyOf(text: string, what: string, pointer: string): ParsedKey {
  const parsed: (ParsedKey | Error)[] = [ssh2.utils.parseKey(text)].flat();
  const key = parsed[0] ?? new Error('it holds no key');
  if (!(key instanceof Error)) return key;
  throw new StepError(`${what} cannot be used: ${key.message}`, {
    code: 'ANSIBLE_PROXY_KEY',
    pointer,
    cause: key,
  });
}

function letIn(context: AuthContext, allowed: ParsedKey): void {
  if (context.method !== 'publickey') {
    context.reject(['publickey']);
    return;
  }
  const { key, blob, signature, hashAlgo } = context;
  const isKnown = key.data.equals(allowed.getPublicSSH());
  const asksOnly = blob === undefined || signature === undefined;
  // The library takes the hash that the client chose for RSA; its types leave it out.
  const verify = allowed.verify.bind(allowed) as (data: Buffer, signature: Buffer, hash?: string) => boolean | Error;
  if (isKnown && (asksOnly || verify(blob, signature, hashAlgo) === true)) context.accept();
  else context.reject(['publickey']);
}

function serveSession(session: Session, serve: ServerOptions['serve'], running: Set<Promise<void>>): void {
  const environment: Record<string, string> = {};
  let terminal = false;
  session.on('env', (accept, _reject, { key, val }) => {
    environment[key] = val;
    // Some clients want no answer, and then there is none to give.
    (accept as typeof accept | undefined)?.();
  });
  session.on('pty', (accept) => {
    terminal = true;
    (accept as typeof accept | undefined)?.();
  });
  const start = async (channel: ServerChannel, asked: SessionRequest['asked']): Promise<void> => {
    const left = new AbortController();
    channel.on('close', () => left.abort());
    channel.on('error', () => undefined);
    channel.stderr.on('error', () => undefined);
    const end = await serve(
      { asked, environment, terminal },
      { stdin: channel, stdout: channel, stderr: channel.stderr, abandoned: left.signal },
    );
    if (left.signal.aborted) return;
    if ('status' in end) channel.exit(end.status);
    else channel.exit(end.signal, false, '');
    channel.end();
  };
  const track = (channel: ServerChannel, asked: SessionRequest['asked']): void => {
    const serving = start(channel, asked).finally(() => running.delete(serving));
    running.add(serving);
  };
  session.on('exec', (accept, _reject, info) => track(accept(), { command: info.command }));
  session.on('subsystem', (accept, _reject, info) => track(accept(), { subsystem: info.name }));
}

async function listen(server: InstanceType<typeof ssh2.Server>, first: number): Promise<number> {
  const ports = first === 0 ? [0] : Array.from({ length: PORTS_TRIED }, (_, index) => first + index);
  let last: unknown;
  for (const port of ports.filter((candidate) => candidate < 65_536)) {
    try {
      // It rejects when the server has an error to tell before that.
      const listening = once(server, 'listening');
      server.listen(port, '127.0.0.1');
      await listening;
      return (server.address() as AddressInfo).port;
    } catch (error) {
      last = error;
    }
  }
  const where = first === 0 ? 'on 127.0.0.1' : `at 127.0.0.1, ports ${first} to ${ports.at(-1) ?? first}`;
  throw new StepError(`no port is free ${where}`, {
    code: 'ANSIBLE_PROXY_PORT',
    pointer: '/local_port',
    cause: last,
  });
}

/** Starts an SSH server on 127.0.0.1. Throws `StepError` ANSIBLE_PROXY_KEY or ANSIBLE_PROXY_PORT. */
export async function startServer(options: ServerOptions): Promise<SshServer> {
  const hostKey = keyOf(options.hostKey, "the proxy's host key", '/ssh_host_key_file');
  const allowed = keyOf(options.clientKey, 'the key that the proxy lets in', '/ssh_authorized_key_file');
  const connections = new Set<{ end(): void }>();
  const running = new Set<Promise<void>>();
  const server = new ssh2.Server({ hostKeys: [options.hostKey] }, (client) => {
    connections.add(client);
    client.on('error', () => undefined);
    client.on('close', () => connections.delete(client));
    client.on('authentication', (context) => letIn(context, allowed));
    client.on('session', (accept) => serveSession(accept(), options.serve, running));
  });
  const port = await listen(server, options.port);
  return {
    port,
    publicHostKey: `${hostKey.type} ${hostKey.getPublicSSH().toString('base64')}`,
    close: async () => {
      server.close();
      for (const client of connections) client.end();
      await Promise.all(running);
    },
  };
}
