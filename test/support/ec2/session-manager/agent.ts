import { connect, type Socket } from 'node:net';
import {
  acknowledged,
  acknowledgement,
  decodeMessage,
  encodeMessage,
  jsonPayload,
  PAYLOAD,
  type AgentMessage,
} from '../../../../builders/_amazon/guest/session-manager/agent-message.ts';

/** What happens to messages on their way, in both directions. */
export interface Trouble {
  /** Of so many messages one is lost; 0: none. */
  readonly lose?: number;
  /** Of so many messages one comes twice. */
  readonly twice?: number;
  /** Of so many messages one comes after the next one. */
  readonly late?: number;
}

/** The agent of an instance, in one session. */
export interface TestAgent {
  /** Takes what a client sent. */
  take(bytes: Buffer): void;
  /** The client is there, for the first time or again. */
  start(): void;
  /** As if the machine had crashed: nothing is said any more. */
  freeze(): void;
  stop(): void;
}

export interface AgentOptions {
  readonly version: string;
  readonly host: string;
  readonly port: number;
  /** Further actions that the handshake asks for. */
  readonly actions: readonly object[];
  readonly send: (bytes: Uint8Array) => void;
  readonly onTerminate: () => void;
}

const [OPEN, END, DATA, NOTHING] = [0, 1, 2, 3];
const MOST_DATA = 32_768;

function frame(command: number, connection: number, data: Uint8Array): Buffer {
  const head = Buffer.from([1, command, 0, 0, 0, 0, 0, 0]);
  head.writeUInt16LE(data.length, 2);
  head.writeUInt32LE(connection, 4);
  return Buffer.concat([head, data]);
}

/** The server's side of smux, version 1, with a connection to the port for each stream. */
function shared(
  { host, port }: AgentOptions,
  write: (payloadType: number, data: Uint8Array) => void,
): { take(data: Uint8Array): void; stop(): void } {
  const sockets = new Map<number, Socket>();
  let rest = Buffer.alloc(0);
  const say = (command: number, id: number, data: Uint8Array = Buffer.alloc(0)): void =>
    write(PAYLOAD.output, frame(command, id, data));
  function open(id: number): void {
    if (id % 2 === 0 || id < 3 || sockets.has(id)) throw new Error(`a client may not open the stream ${id}`);
    const socket = connect(port, host);
    sockets.set(id, socket);
    socket.on('data', (data) => {
      for (let at = 0; at < data.length; at += MOST_DATA) say(DATA, id, data.subarray(at, at + MOST_DATA));
    });
    socket.on('error', () => {
      if (socket.bytesRead === 0) write(PAYLOAD.flag, Buffer.from([0, 0, 0, 3]));
    });
    socket.on('close', () => {
      if (sockets.delete(id)) say(END, id);
    });
  }
  return {
    take: (data) => {
      rest = Buffer.concat([rest, data]);
      while (rest.length >= 8) {
        const [version = 0, command = 0] = rest;
        const length = rest.readUInt16LE(2);
        const id = rest.readUInt32LE(4);
        if (version !== 1 || command > NOTHING) throw new Error(`no command ${command} of version ${version}`);
        if (rest.length < 8 + length) return;
        const content = Buffer.from(rest.subarray(8, 8 + length));
        rest = rest.subarray(8 + length);
        if (command === OPEN) open(id);
        if (command === DATA) sockets.get(id)?.write(content);
        if (command === END) {
          const socket = sockets.get(id);
          sockets.delete(id);
          socket?.end();
        }
      }
    },
    stop: () => {
      for (const each of sockets.values()) each.destroy();
      sockets.clear();
    },
  };
}

export function startAgent(options: AgentOptions): TestAgent {
  const underWay = new Map<number, Buffer>();
  const ahead = new Map<number, AgentMessage>();
  let [next, expected] = [0, 0];
  let [started, complete, frozen] = [false, false, false];

  const send = (bytes: Uint8Array): void => {
    if (!frozen) options.send(bytes);
  };
  function write(payloadType: number, payload: Uint8Array): void {
    for (let at = 0; at === 0 || at < payload.length; at += 1024) {
      const part = payload.subarray(at, at + 1024);
      const flags = next === 0 ? 1 : 0;
      // The layout of both directions is the same, but for the name.
      const bytes = encodeMessage({ type: 'output_stream_data', sequence: next, flags, payloadType, payload: part });
      underWay.set(next, bytes);
      next += 1;
      send(bytes);
    }
  }
  const streams = shared(options, write);
  const timer = setInterval(() => {
    for (const bytes of [...underWay.values()].slice(0, 50)) send(bytes);
  }, 100);

  function handle(message: AgentMessage): void {
    if (message.payloadType === PAYLOAD.handshakeResponse) {
      const { ProcessedClientActions = [], ClientVersion } = jsonPayload(message) as {
        ProcessedClientActions?: { ActionStatus: number }[];
        ClientVersion?: string;
      };
      if (ClientVersion === undefined || ProcessedClientActions.some(({ ActionStatus }) => ActionStatus !== 1)) {
        options.onTerminate();
        return;
      }
      complete = true;
      write(
        PAYLOAD.handshakeComplete,
        Buffer.from(JSON.stringify({ HandshakeTimeToComplete: 1, CustomerMessage: '' })),
      );
      return;
    }
    // What comes too early is acknowledged and forgotten, as by the real agent.
    if (!complete) return;
    if (message.payloadType === PAYLOAD.output) streams.take(message.payload);
    if (message.payloadType === PAYLOAD.flag && Buffer.from(message.payload).readUInt32BE(0) === 2) {
      options.onTerminate();
    }
  }
  function receive(message: AgentMessage): void {
    send(acknowledgement(message));
    if (message.sequence < expected) return;
    ahead.set(message.sequence, message);
    for (let ready = ahead.get(expected); ready !== undefined; ready = ahead.get(expected)) {
      ahead.delete(expected);
      expected += 1;
      handle(ready);
    }
  }
  return {
    take: (bytes) => {
      if (frozen) return;
      const message = decodeMessage(bytes);
      if (message === undefined) throw new Error('the agent was sent something that is no message');
      if (message.type === 'input_stream_data') receive(message);
      else if (message.type === 'acknowledge') underWay.delete(acknowledged(message) ?? -1);
      else throw new Error(`the agent was sent a message of type ${message.type}`);
    },
    start: () => {
      if (started) return;
      started = true;
      const properties = { portNumber: String(options.port), type: 'LocalPortForwarding' };
      const actions = [
        ...options.actions,
        { ActionType: 'SessionType', ActionParameters: { SessionType: 'Port', Properties: properties } },
      ];
      write(
        PAYLOAD.handshakeRequest,
        Buffer.from(JSON.stringify({ AgentVersion: options.version, RequestedClientActions: actions })),
      );
    },
    freeze: () => {
      frozen = true;
    },
    stop: () => {
      clearInterval(timer);
      streams.stop();
    },
  };
}
