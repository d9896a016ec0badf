import { connect, type Socket } from 'node:net';
import {
  acknowledged,
  acknowledgement,
  decodeMessage,
  encodeMessage,
  jsonPayload,
  PAYLOAD,
  type AgentMessage,
} from '../../../../builders/_amazon/session-manager/agent-message.ts';
import type { AgentEncryption } from './agent-encryption.ts';

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
  readonly encryption: AgentEncryption | undefined;
  readonly send: (bytes: Uint8Array) => void;
  /** The agent ends the session, and says why. */
  readonly onTerminate: (output: string) => void;
}

interface HandshakeResponse {
  readonly ProcessedClientActions?: readonly {
    readonly ActionType: string;
    readonly ActionStatus: number;
    readonly ActionResult: unknown;
    readonly Error: string;
  }[];
  readonly ClientVersion?: string;
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

/** Why the client is no good; undefined when it has done what it was asked for. */
function clientProblem({ ProcessedClientActions = [], ClientVersion }: HandshakeResponse): string | undefined {
  if (ClientVersion === undefined) return 'no version';
  const failed = ProcessedClientActions.find(({ ActionStatus }) => ActionStatus !== 1);
  if (failed === undefined) return undefined;
  return `${failed.ActionType} failed on client with status ${failed.ActionStatus} error: ${failed.Error}`;
}

export function startAgent(options: AgentOptions): TestAgent {
  const { encryption } = options;
  const underWay = new Map<number, Buffer>();
  const ahead = new Map<number, AgentMessage>();
  let [next, expected] = [0, 0];
  let [started, complete, frozen] = [false, false, false];

  const send = (bytes: Uint8Array): void => {
    if (!frozen) options.send(bytes);
  };
  function write(payloadType: number, payload: Uint8Array): void {
    for (let at = 0; at === 0 || at < payload.length; at += 1024) {
      const piece = payload.subarray(at, at + 1024);
      const part = payloadType === PAYLOAD.output ? (encryption?.seal(piece) ?? piece) : piece;
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

  const writeJson = (payloadType: number, content: object): void =>
    write(payloadType, Buffer.from(JSON.stringify(content)));
  function finish(): void {
    complete = true;
    const CustomerMessage = encryption === undefined ? '' : 'This session is encrypted using AWS KMS.';
    writeJson(PAYLOAD.handshakeComplete, { HandshakeTimeToComplete: 1, CustomerMessage });
  }
  /** One more thing of the handshake; what it throws ends the session. */
  function shakeHands(act: () => void): void {
    try {
      act();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      options.onTerminate(`----------ERROR-------\nEncountered error while initiating handshake. ${why}`);
    }
  }
  function takeResponse(response: HandshakeResponse): void {
    const problem = clientProblem(response);
    if (problem !== undefined) throw new Error(problem);
    const { ProcessedClientActions = [] } = response;
    encryption?.takeKey(ProcessedClientActions.find(({ ActionType }) => ActionType === 'KMSEncryption')?.ActionResult);
    const challenge = encryption?.challenge();
    if (challenge === undefined) finish();
    else writeJson(PAYLOAD.encryptionChallenge, challenge);
  }
  function handle(message: AgentMessage): void {
    if (message.payloadType === PAYLOAD.handshakeResponse) {
      shakeHands(() => takeResponse(jsonPayload(message)));
      return;
    }
    if (message.payloadType === PAYLOAD.encryptionAnswer) {
      shakeHands(() => {
        encryption?.checkAnswer(jsonPayload(message));
        finish();
      });
      return;
    }
    // What comes too early is acknowledged and forgotten, as by the real agent.
    if (!complete) return;
    if (message.payloadType === PAYLOAD.output) streams.take(encryption?.open(message.payload) ?? message.payload);
    if (message.payloadType === PAYLOAD.flag && Buffer.from(message.payload).readUInt32BE(0) === 2) {
      options.onTerminate('');
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
      const port = { ActionType: 'SessionType', ActionParameters: { SessionType: 'Port', Properties: properties } };
      const RequestedClientActions = encryption === undefined ? [port] : [port, encryption.action];
      writeJson(PAYLOAD.handshakeRequest, { AgentVersion: options.version, RequestedClientActions });
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
