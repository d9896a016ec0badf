import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';

/** Where a connection leads to: a port of a loopback address (127.0.0.1), or the close code and reason of a refusal. */
export type RelayRoute =
  { readonly port: number; readonly host?: string } | { readonly code: number; readonly reason: string };

/** How the relay is to behave. May be changed while it runs. */
export interface RelayManners {
  /** Whether a bearer token lets in. */
  believes: (token: string) => boolean;
  route: (query: URLSearchParams) => RelayRoute;
  /** Cuts each WebSocket after so many bytes of data in one direction. */
  cutAfter?: number;
  /** Never says what it has had, but when a connection is taken up again. */
  losesAcks?: boolean;
  /** Forgets a connection that was cut. */
  forgets?: boolean;
  /** Answers handshakes with this status. */
  status?: number;
}

export interface RelayServer {
  /** What `custom_endpoints.iap` is to be. */
  readonly root: string;
  readonly manners: RelayManners;
  /** Paths with their queries, the first first. */
  readonly calls: readonly string[];
  /** The most that was on its way to the client and not acknowledged. Bytes. */
  readonly mostAhead: () => number;
  /** Cuts all WebSockets; what they carry can be taken up again. */
  cut(): void;
  /** Reads nothing more of the WebSockets that are open, and so answers nothing. */
  freeze(): void;
  close(): void;
}

interface Session {
  readonly backend: Socket;
  socket: WebSocket | undefined;
  /** From the client. */
  received: number;
  acknowledged: number;
  /** To the client: what it has not acknowledged, and where that begins. */
  kept: Buffer;
  start: number;
}

const SUBPROTOCOL = 'relay.tunnel.cloudproxy.app';
const FRAME = 16 * 1024;
/** What may be on its way to a client. */
const AHEAD = 1024 * 1024;

function frame(tag: number, body: Buffer): Buffer {
  const head = Buffer.alloc(2);
  head.writeUInt16BE(tag);
  return Buffer.concat([head, body]);
}

function sized(data: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  return Buffer.concat([length, data]);
}

function count(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

/** The server's side of IAP's relay, version 4, with connections that can be taken up again. */
export async function startRelayServer(manners: RelayManners): Promise<RelayServer> {
  const sessions = new Map<string, Session>();
  const calls: string[] = [];
  let most = 0;
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => SUBPROTOCOL });

  function send(session: Session, data: Buffer): void {
    for (let at = 0; at < data.length; at += FRAME)
      session.socket?.send(frame(4, sized(data.subarray(at, at + FRAME))));
  }
  function end(sid: string, code: number, reason: string): void {
    sessions.get(sid)?.socket?.close(code, reason);
    sessions.get(sid)?.backend.destroy();
    sessions.delete(sid);
  }
  function open(sid: string, { port, host = '127.0.0.1' }: { readonly port: number; readonly host?: string }): Session {
    const backend = connect(port, host);
    const session: Session = {
      backend,
      socket: undefined,
      received: 0,
      acknowledged: 0,
      kept: Buffer.alloc(0),
      start: 0,
    };
    backend.on('data', (data) => {
      session.kept = Buffer.concat([session.kept, data]);
      most = Math.max(most, session.kept.length);
      if (session.kept.length > AHEAD) backend.pause();
      send(session, data);
    });
    backend.on('end', () => end(sid, 1000, ''));
    backend.on('error', () => end(sid, 4010, 'destination read failed'));
    sessions.set(sid, session);
    return session;
  }
  function take(session: Session, sid: string, bytes: Buffer): number {
    const tag = bytes.readUInt16BE(0);
    if (tag === 7) {
      const had = Number(bytes.readBigUInt64BE(2));
      if (had < session.start || had > session.start + session.kept.length) end(sid, 4006, 'invalid ack');
      session.kept = session.kept.subarray(had - session.start);
      session.start = had;
      if (session.kept.length <= AHEAD) session.backend.resume();
      return 0;
    }
    if (tag !== 4) {
      end(sid, 4008, 'invalid tag');
      return 0;
    }
    const length = bytes.readUInt32BE(2);
    if (length > FRAME || length !== bytes.length - 6) end(sid, 4013, 'invalid data');
    session.received += length;
    session.backend.write(bytes.subarray(6));
    if (manners.losesAcks !== true && session.received - session.acknowledged > FRAME) {
      session.acknowledged = session.received;
      session.socket?.send(frame(7, count(session.received)));
    }
    return length;
  }
  function attach(session: Session, sid: string, socket: WebSocket): void {
    let carried = 0;
    session.socket = socket;
    const onBackend = (data: Buffer): void => carry(data.length);
    function carry(length: number): void {
      carried += length;
      if (manners.cutAfter !== undefined && carried > manners.cutAfter) socket.terminate();
    }
    session.backend.on('data', onBackend);
    socket.on('message', (bytes: Buffer) => {
      if (socket !== session.socket || socket.readyState !== socket.OPEN) return;
      carry(take(session, sid, bytes));
    });
    socket.on('close', (code) => {
      session.backend.off('data', onBackend);
      if (session.socket === socket) session.socket = undefined;
      if (code === 1000 || manners.forgets === true) end(sid, 1000, '');
    });
    socket.on('error', () => socket.terminate());
  }
  function start(socket: WebSocket, query: URLSearchParams): void {
    const route = manners.route(query);
    if ('code' in route) {
      socket.close(route.code, route.reason);
      return;
    }
    const sid = randomBytes(12).toString('base64url');
    const session = open(sid, route);
    session.backend.once('connect', () => {
      session.socket = socket;
      socket.send(frame(1, sized(Buffer.from(sid))));
      attach(session, sid, socket);
    });
    session.backend.once('error', () => socket.close(4003, 'failed to connect to backend'));
  }
  function goOn(socket: WebSocket, query: URLSearchParams): void {
    const sid = query.get('sid') ?? '';
    const session = sessions.get(sid);
    if (session === undefined) {
      socket.close(4001, 'sid unknown');
      return;
    }
    const had = Number(query.get('ack'));
    if (had < session.start) {
      socket.close(4074, 'failed to rewind');
      return;
    }
    session.kept = session.kept.subarray(had - session.start);
    session.start = had;
    session.acknowledged = session.received;
    socket.send(frame(2, count(session.received)));
    attach(session, sid, socket);
    send(session, session.kept);
    session.backend.resume();
  }
  function refuse(socket: Duplex, status: number): void {
    socket.end(`HTTP/1.1 ${status} Refused\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\nrefused`);
  }
  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { pathname, searchParams, search } = new URL(request.url ?? '', 'ws://relay');
    calls.push(`${pathname}${search}`);
    const { authorization = '', origin, 'sec-websocket-protocol': protocol = '' } = request.headers;
    if (manners.status !== undefined) refuse(socket, manners.status);
    else if (!manners.believes(authorization.replace(/^Bearer /, ''))) refuse(socket, 401);
    else if (protocol !== SUBPROTOCOL || !/^\/v4\/(re)?connect$/.test(pathname)) refuse(socket, 400);
    else {
      sockets.handleUpgrade(request, socket, head, (opened) => {
        // As the real one: who does not say that it is no page is left to wait.
        if (origin !== 'bot:iap-tunneler') return;
        if (pathname === '/v4/connect') start(opened, searchParams);
        else goOn(opened, searchParams);
      });
    }
  }
  const server = createServer();
  server.on('upgrade', upgrade);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const cut = (): void => {
    for (const client of sockets.clients) client.terminate();
  };
  return {
    ...{ root: `ws://127.0.0.1:${port}/v4/`, manners, calls, cut },
    freeze: () => {
      for (const client of sockets.clients) client.pause();
    },
    mostAhead: () => most,
    close: () => {
      cut();
      for (const sid of sessions.keys()) end(sid, 1001, '');
      server.closeAllConnections();
      server.close();
    },
  };
}
