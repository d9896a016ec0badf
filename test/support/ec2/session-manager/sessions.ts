import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { encodeMessage } from '../../../../builders/_amazon/guest/session-manager/agent-message.ts';
import { startAgent, type TestAgent, type Trouble } from './agent.ts';
import { acceptWebSocket, type ServerSocket } from './web-socket.ts';

export interface TestSession {
  readonly id: string;
  readonly target: string;
  readonly reason: string;
  readonly agent: TestAgent;
  /** The token that opens the channel; each is good for one time. */
  token: string;
  socket: ServerSocket | undefined;
  over: boolean;
  /** How often a client has come. */
  opened: number;
}

/** Sessions of Session Manager, and what tests do to them. */
export interface TestSessions {
  /** Where data channels are served: "http://127.0.0.1:PORT". */
  address: string;
  /** From now on. */
  trouble: Trouble;
  /** What the next session's agent says of itself. */
  agentVersion: string;
  actions: readonly object[];
  all(): readonly TestSession[];
  active(): readonly TestSession[];
  find(id: string): TestSession | undefined;
  start(place: { target: string; reason: string; host: string; port: number }): TestSession;
  /** A new token for a session that goes on; undefined when it is over. */
  resume(id: string): string | undefined;
  /** The service ends it, and says so. */
  end(session: TestSession, output: string): void;
  /** Connections break; the sessions go on. */
  cut(): void;
  /** Takes a request for a data channel. */
  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void;
  stop(): void;
}

/** Passes things on, though not all, nor in order. */
function troubled(pass: (bytes: Buffer) => void, now: () => Trouble): (bytes: Buffer) => void {
  let count = 0;
  let held: Buffer | undefined;
  const hits = (every = 0): boolean => every > 0 && count % every === 0;
  return (bytes) => {
    count += 1;
    const { lose, twice, late } = now();
    if (hits(lose)) return;
    if (held === undefined && hits(late)) {
      held = bytes;
      return;
    }
    pass(bytes);
    if (hits(twice)) pass(bytes);
    if (held === undefined) return;
    pass(held);
    held = undefined;
  };
}

export function makeSessions(): TestSessions {
  const sessions = new Map<string, TestSession>();
  const noSocket: ServerSocket | undefined = undefined;
  function end(session: TestSession, output: string): void {
    if (session.over) return;
    session.over = true;
    const said = { MessageType: 'channel_closed', SessionId: session.id, SchemaVersion: 1, Output: output };
    const payload = Buffer.from(JSON.stringify(said));
    session.socket?.sendBinary(encodeMessage({ type: 'channel_closed', sequence: 0, payloadType: 0, payload }));
    session.socket?.close();
    session.agent.stop();
  }
  const made: TestSessions = {
    address: '',
    trouble: {},
    agentVersion: '3.3.131.0',
    actions: [],
    all: () => [...sessions.values()],
    active: () => [...sessions.values()].filter(({ over }) => !over),
    find: (id) => sessions.get(id),
    start: ({ target, reason, host, port }) => {
      const id = `tester-${randomUUID().slice(0, 17)}`;
      const send = troubled(
        (bytes) => sessions.get(id)?.socket?.sendBinary(bytes),
        () => made.trouble,
      );
      const agent = startAgent({
        version: made.agentVersion,
        actions: made.actions,
        host,
        port,
        send: (bytes) => send(Buffer.from(bytes)),
        onTerminate: () => {
          const session = sessions.get(id);
          if (session !== undefined) end(session, '');
        },
      });
      const token = randomUUID();
      const session: TestSession = { id, target, reason, agent, token, socket: noSocket, over: false, opened: 0 };
      sessions.set(id, session);
      return session;
    },
    resume: (id) => {
      const session = sessions.get(id);
      if (session === undefined || session.over) return undefined;
      session.token = randomUUID();
      return session.token;
    },
    end,
    cut: () => {
      for (const { socket } of sessions.values()) socket?.cut();
    },
    upgrade: (request, stream, head) => {
      const id = /^\/data-channel\/([\w-]+)/.exec(request.url ?? '')?.[1] ?? '';
      const session = sessions.get(id);
      if (session === undefined || session.over) {
        stream.end('HTTP/1.1 404 Not Found\r\n\r\n');
        return;
      }
      let known = false;
      const take = troubled(
        (bytes) => session.agent.take(bytes),
        () => made.trouble,
      );
      const socket = acceptWebSocket(request, stream, head, {
        onText: (text) => {
          const { TokenValue, MessageSchemaVersion } = JSON.parse(text) as Record<string, unknown>;
          if (TokenValue !== session.token || MessageSchemaVersion !== '1.0') {
            socket.cut();
            return;
          }
          known = true;
          session.token = '';
          session.opened += 1;
          session.socket = socket;
          session.agent.start();
        },
        onBinary: (data) => {
          if (known) take(data);
        },
        onClose: () => {
          if (session.socket === socket) session.socket = undefined;
        },
      });
    },
    stop: () => {
      for (const session of sessions.values()) {
        end(session, '');
        session.socket?.cut();
      }
    },
  };
  return made;
}
