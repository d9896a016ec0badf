import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEnvelope, type Action, type Envelope } from './check-envelope.ts';
import { PASSWORD } from './log-in.ts';
import { ntlmAcceptor, serverSeal, type NtlmAcceptor, type ServerSeal } from './ntlm-acceptor.ts';
import { openShells, WindowsFault, type Shells } from './shells.ts';

/** What a test makes of one request: answer it, break the connection, say nothing for ever, or a fault of Windows'. */
export type Verdict = 'answer' | 'cut' | 'cut after acting' | 'silence' | WindowsFault;

export interface WinrmServerOptions {
  readonly auth?: 'basic' | 'ntlm';
  readonly username?: string;
  readonly password?: string;
  /** Key and certificate; with them HTTPS. `binding` is what NTLM's channel binding has to be. */
  readonly tls?: { readonly key: string; readonly cert: string; readonly binding: Buffer };
  /** Whether the challenge has a time, which makes the client add an integrity code; default true. */
  readonly withTimestamp?: boolean;
  /** Arguments that run a command line; default: the emulation of cmd.exe and PowerShell beside this file. */
  readonly program?: readonly string[];
  readonly maxShells?: number;
  readonly longestPoll?: number;
  readonly judge?: (envelope: Envelope) => Verdict;
}

export interface WinrmServer extends AsyncDisposable {
  readonly port: number;
  /** What stands for the guest's disk: "c:/Windows/Temp" is in it. */
  readonly directory: string;
  /** What was wrong with requests; a test that ends well has none. */
  readonly complaints: readonly string[];
  readonly requests: readonly Action[];
  readonly shells: Shells;
  /** How often clients logged in by NTLM. */
  logins(): number;
  /** Breaks all connections, ends all commands, and refuses connections until the promise that `until` gives resolves. */
  restart(until: () => Promise<unknown>): Promise<void>;
  /** Another password from now on. */
  setPassword(password: string): void;
}

interface Connection {
  acceptor: NtlmAcceptor | undefined;
  seal: ServerSeal | undefined;
  isLoggedIn: boolean;
}

const NAMES =
  'xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" ' +
  'xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" ' +
  'xmlns:rsp="http://schemas.microsoft.com/wbem/wsman/1/windows/shell"';
const SEALED = 'multipart/encrypted;protocol="application/HTTP-SPNEGO-session-encrypted";boundary="Encrypted Boundary"';

function envelopeOf(body: string, relatesTo: string): string {
  return `<s:Envelope xml:lang="en-US" ${NAMES}><s:Header><a:MessageID>uuid:${randomUUID()}</a:MessageID><a:RelatesTo>${relatesTo}</a:RelatesTo></s:Header><s:Body>${body}</s:Body></s:Envelope>`;
}

function faultBody({ code, message: text }: WindowsFault): string {
  const message = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<s:Fault><s:Code><s:Value>s:Receiver</s:Value><s:Subcode><s:Value>w:InternalError</s:Value></s:Subcode></s:Code><s:Reason><s:Text xml:lang="en-US">${message} </s:Text></s:Reason><s:Detail><f:WSManFault xmlns:f="http://schemas.microsoft.com/wbem/wsman/1/wsmanfault" Code="${code}" Machine="guest"><f:Message>${message} </f:Message></f:WSManFault></s:Detail></s:Fault>`;
}

function writeSealed(seal: ServerSeal, text: Buffer): Buffer {
  const { data, signature } = seal.seal(text);
  return Buffer.concat([
    Buffer.from(
      '--Encrypted Boundary\r\n\tContent-Type: application/HTTP-SPNEGO-session-encrypted\r\n' +
        `\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=${text.length}\r\n` +
        '--Encrypted Boundary\r\n\tContent-Type: application/octet-stream\r\n',
    ),
    Buffer.from(Uint32Array.of(signature.length).buffer),
    signature,
    data,
    Buffer.from('--Encrypted Boundary--\r\n'),
  ]);
}

function openSealed(seal: ServerSeal, body: Buffer): string {
  const text = body.toString('latin1');
  const form =
    /^--Encrypted Boundary\r\n\tContent-Type: application\/HTTP-SPNEGO-session-encrypted\r\n\tOriginalContent: type=application\/soap\+xml;charset=UTF-8;Length=(\d+)\r\n--Encrypted Boundary\r\n\tContent-Type: application\/octet-stream\r\n\x10\0\0\0/;
  const head = form.exec(text);
  if (head === null || !text.endsWith('--Encrypted Boundary--\r\n'))
    throw new Error('sealed: not in the form of MS-WSMV');
  const start = head[0].length;
  const end = body.length - '--Encrypted Boundary--\r\n'.length;
  const opened = seal.open(body.subarray(start + 16, end), body.subarray(start, start + 16));
  if (opened.length !== Number(head[1])) throw new Error('sealed: the length is wrong');
  return opened.toString('utf8');
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** A WinRM service on loopback that checks all it is sent, and runs commands on this machine. */
export async function startWinrmServer(options: WinrmServerOptions = {}): Promise<WinrmServer> {
  const auth = options.auth ?? 'basic';
  const username = options.username ?? 'Administrator';
  let password = options.password ?? PASSWORD;
  const directory = await mkdtemp(join(tmpdir(), 'kiln-winrm-'));
  mkdirSync(join(directory, 'c:/Windows/Temp'), { recursive: true });
  const complaints: string[] = [];
  const requests: Action[] = [];
  const seen = new Set<string>();
  const sockets = new Set<Socket>();
  const connections = new WeakMap<Socket, Connection>();
  let logins = 0;
  let isDown = false;
  const shells = openShells({
    program: options.program ?? [process.execPath, join(import.meta.dirname, 'windows-cmd.ts')],
    directory,
    maxShells: options.maxShells ?? 30,
    longestPoll: options.longestPoll ?? 60_000,
  });

  const refuse = (response: ServerResponse, token?: Buffer): void => {
    const scheme =
      auth === 'basic'
        ? 'Basic realm="WSMAN"'
        : `Negotiate${token === undefined ? '' : ` ${token.toString('base64')}`}`;
    response.writeHead(401, { 'WWW-Authenticate': scheme, 'Content-Length': 0 }).end();
  };

  /** True when the request may go on. */
  const logIn = (request: IncomingMessage, response: ServerResponse, connection: Connection): boolean => {
    const given = request.headers.authorization;
    if (auth === 'basic') {
      const expected = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
      if (given === expected) return true;
      refuse(response);
      return false;
    }
    if (given === undefined) {
      if (connection.isLoggedIn) return true;
      refuse(response);
      return false;
    }
    const token = Buffer.from(/^(?:Negotiate|NTLM) (.+)$/.exec(given)?.[1] ?? '', 'base64');
    if (token.length < 12) {
      refuse(response);
      return false;
    }
    if (token.readUInt32LE(8) === 1) {
      connection.acceptor = ntlmAcceptor(options.withTimestamp ?? true);
      refuse(response, connection.acceptor.challenge(token));
      return false;
    }
    const account = { user: username, domain: 'GUEST', password };
    try {
      const key = connection.acceptor?.accept(token, account, options.tls?.binding);
      if (key === undefined) throw new Error('NTLM: the third message came without a first');
      connection.seal = serverSeal(key);
      connection.isLoggedIn = true;
      logins += 1;
      return true;
    } catch (error) {
      if (!String(error).includes('password')) complaints.push(String(error));
      refuse(response);
      return false;
    }
  };

  const reply = (response: ServerResponse, status: number, text: string, seal: ServerSeal | undefined): void => {
    const plain = Buffer.from(text);
    const body = seal === undefined ? plain : writeSealed(seal, plain);
    const type = seal === undefined ? 'application/soap+xml;charset=UTF-8' : SEALED;
    response.writeHead(status, { 'Content-Type': type, 'Content-Length': body.length }).end(body);
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { socket } = request;
    const connection = connections.get(socket) ?? { acceptor: undefined, seal: undefined, isLoggedIn: false };
    connections.set(socket, connection);
    const body = await readBody(request);
    if (request.method !== 'POST' || request.url !== '/wsman')
      complaints.push(`${String(request.method)} ${String(request.url)}`);
    if (!logIn(request, response, connection)) return;
    if (body.length === 0 && auth === 'ntlm') {
      response.writeHead(200, { 'Content-Length': 0 }).end();
      return;
    }
    const isSealed = (request.headers['content-type'] ?? '').startsWith('multipart/encrypted');
    // Windows takes no NTLM message in the clear unless it is told to.
    if (auth === 'ntlm' && options.tls === undefined && !isSealed) throw new Error('a message in the clear');
    const seal = isSealed ? connection.seal : undefined;
    const text = seal === undefined ? body.toString('utf8') : openSealed(seal, body);
    const envelope = readEnvelope(text);
    if (seen.has(envelope.messageId)) throw new Error('envelope: a message id came twice');
    seen.add(envelope.messageId);
    requests.push(envelope.action);
    const verdict = options.judge?.(envelope) ?? 'answer';
    if (verdict === 'silence') return;
    if (verdict === 'cut') {
      socket.destroy();
      return;
    }
    try {
      if (verdict instanceof WindowsFault) throw verdict;
      const answer = await shells.act(envelope);
      if (verdict === 'cut after acting') socket.destroy();
      else reply(response, 200, envelopeOf(answer, envelope.messageId), seal);
    } catch (error) {
      if (!(error instanceof WindowsFault)) throw error;
      reply(response, 500, envelopeOf(faultBody(error), envelope.messageId), seal);
    }
  };

  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    serve(request, response).catch((error: unknown) => {
      if (isDown) return;
      complaints.push(error instanceof Error ? error.message : String(error));
      response.writeHead(400).end();
    });
  };
  const server = options.tls === undefined ? createHttp(listener) : createHttps(options.tls, listener);
  server.keepAliveTimeout = 120_000;
  server.on('connection', (socket: Socket) => {
    if (isDown) socket.destroy();
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    port,
    directory,
    complaints,
    requests,
    shells,
    logins: () => logins,
    setPassword: (changed) => void (password = changed),
    restart: async (until) => {
      isDown = true;
      for (const socket of sockets) socket.destroy();
      shells.clear();
      await until();
      isDown = false;
    },
    [Symbol.asyncDispose]: async () => {
      isDown = true;
      shells.clear();
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await rm(directory, { recursive: true, force: true });
    },
  };
}
