import type { Socket } from 'node:net';
import { FLAG, jsonPayload, PAYLOAD, type AgentMessage } from './agent-message.ts';
import { openDataChannel, type ChannelAddress } from './data-channel.ts';
import { answerHandshake, wantsKeepAlive } from './handshake.ts';
import { multiplexer } from './multiplexer.ts';
import { reliableStream, type StreamOptions } from './reliable-stream.ts';

export interface SessionOptions {
  readonly address: ChannelAddress;
  readonly resume: () => Promise<ChannelAddress | undefined>;
  /** The instance lets nobody in at the port that the session leads to. */
  readonly onRefused: () => void;
  readonly stallLimit?: StreamOptions['stallLimit'];
}

/** A session that leads to a port of an instance. */
export interface PortSession {
  /** When connections can be carried. Rejects with the reason when there will be no such time. */
  readonly ready: Promise<void>;
  /** Resolves with the reason when the session is over, other than by `close`. */
  readonly over: Promise<string>;
  /** Carries what is said on the connection; it is destroyed when the session ends. */
  carry(connection: Socket): void;
  close(): void;
}

const KEEP_ALIVE_EVERY = 10_000;
const READY_LIMIT = 30_000;
/** What agents put before the reason. */
const ERROR_LINE = /^\s*-+ERROR-+\s/;

/** Connections that are carried, and the way to hold them up while there is no room. */
function carried(): { add(connection: Socket): void; pause(): void; resume(): void; destroy(): void } {
  const connections = new Set<Socket>();
  let paused = false;
  return {
    add: (connection) => {
      connections.add(connection);
      connection.once('close', () => connections.delete(connection));
      if (paused) connection.pause();
    },
    pause: () => {
      paused = true;
      for (const each of connections) each.pause();
    },
    resume: () => {
      paused = false;
      for (const each of connections) each.resume();
    },
    destroy: () => {
      for (const each of connections) each.destroy();
    },
  };
}

/** Opens the session's channel and shakes hands with the agent. */
export function openPortSession(options: SessionOptions): PortSession {
  const ready = Promise.withResolvers<undefined>();
  const over = Promise.withResolvers<string>();
  const connections = carried();
  let keepAlive: NodeJS.Timeout | undefined;
  let problem: string | undefined;
  // Whoever only carries connections hears of it by `over`.
  ready.promise.catch(() => undefined);

  function end(reason: string): void {
    close();
    ready.reject(new Error(reason));
    over.resolve(reason);
  }
  function close(): void {
    clearTimeout(tooLate);
    clearInterval(keepAlive);
    stream.close();
    channel.close();
    connections.destroy();
  }
  function shakeHands(message: AgentMessage): void {
    const { response, agentVersion, ...found } = answerHandshake(jsonPayload(message));
    ({ problem } = found);
    stream.write(PAYLOAD.handshakeResponse, Buffer.from(JSON.stringify(response)));
    if (wantsKeepAlive(agentVersion)) keepAlive = setInterval(() => shared.keepAlive(), KEEP_ALIVE_EVERY);
  }
  function take(message: AgentMessage): void {
    switch (message.payloadType) {
      case PAYLOAD.handshakeRequest:
        shakeHands(message);
        break;
      case PAYLOAD.handshakeComplete:
        clearTimeout(tooLate);
        if (problem === undefined) ready.resolve(undefined);
        break;
      case PAYLOAD.output:
        shared.take(message.payload);
        break;
      case PAYLOAD.flag:
        if (Buffer.from(message.payload).readUInt32BE(0) === FLAG.connectToPortError) options.onRefused();
        break;
    }
  }
  const stream = reliableStream({
    send: (bytes) => channel.send(bytes),
    onPayload: (message) => {
      try {
        take(message);
      } catch (error) {
        end(error instanceof Error ? error.message : String(error));
        return;
      }
      if (problem !== undefined) end(problem);
    },
    onRoom: () => connections.resume(),
    onStalled: () => end('the agent of the instance does not answer any more'),
    ...(options.stallLimit === undefined ? {} : { stallLimit: options.stallLimit }),
  });
  const shared = multiplexer((bytes) => stream.write(PAYLOAD.output, bytes));
  const channel = openDataChannel({
    address: options.address,
    resume: options.resume,
    onMessage: (message) => {
      if (message.type !== 'channel_closed') {
        stream.take(message);
        return;
      }
      const output = jsonPayload(message)['Output'];
      const said = typeof output === 'string' ? output.replace(ERROR_LINE, '').trim() : '';
      end(said === '' ? 'AWS has closed the session' : said);
    },
    onBack: () => stream.sendAgain(),
    onLost: end,
  });
  const tooLate = setTimeout(() => end('the agent of the instance does not shake hands'), READY_LIMIT);
  return {
    ready: ready.promise,
    over: over.promise,
    carry: (connection) => {
      const way = shared.open({
        onData: (data) => void connection.write(data),
        onEnd: () => connection.end(),
      });
      connections.add(connection);
      connection.on('data', (data: Buffer) => {
        if (!way.write(data)) connections.pause();
      });
      connection.on('error', () => connection.destroy());
      connection.on('close', () => way.end());
    },
    close,
  };
}
