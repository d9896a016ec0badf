import { setTimeout as delay } from 'node:timers/promises';
import { opened } from '../web-socket.ts';
import { decodeMessage, type AgentMessage } from './agent-message.ts';
import { channelOpening } from './handshake.ts';

/** How to get to a session's data channel. Both parts let in whoever has them. */
export interface ChannelAddress {
  readonly url: string;
  readonly token: string;
}

export interface DataChannelOptions {
  readonly address: ChannelAddress;
  /** A new way to the same session; undefined when the session is over. May throw. */
  readonly resume: () => Promise<ChannelAddress | undefined>;
  readonly onMessage: (message: AgentMessage) => void;
  /** The channel was lost and is there again. */
  readonly onBack: () => void;
  /** The channel is lost for good. Not called after `close`. */
  readonly onLost: (reason: string) => void;
}

export interface DataChannel {
  /** What cannot be sent now is dropped. */
  send(bytes: Uint8Array): void;
  close(): void;
}

/** Pauses before each attempt to get a lost channel back. Milliseconds. */
const PAUSES = [0, 200, 500, 1000, 2000, 4000, 5000, 5000];

/** Opens a channel at once, and again whenever it breaks. */
export function openDataChannel(options: DataChannelOptions): DataChannel {
  const { resume, onMessage, onBack, onLost } = options;
  const client = crypto.randomUUID();
  let socket: WebSocket | undefined;
  let closed = false;

  function listen(to: WebSocket): void {
    to.addEventListener('message', ({ data }: { readonly data: unknown }) => {
      const message = data instanceof ArrayBuffer ? decodeMessage(Buffer.from(data)) : undefined;
      if (message !== undefined && to === socket && !closed) onMessage(message);
    });
    to.addEventListener('close', () => {
      if (to === socket && !closed) void reopen();
    });
  }
  async function open({ url, token }: ChannelAddress): Promise<void> {
    const fresh = new WebSocket(url);
    fresh.binaryType = 'arraybuffer';
    await opened(fresh, 'the data channel');
    if (closed) {
      fresh.close();
      return;
    }
    fresh.send(JSON.stringify(channelOpening(token, client)));
    socket = fresh;
    listen(fresh);
  }
  async function reopen(first?: ChannelAddress): Promise<void> {
    let why = '';
    for (const [index, pause] of PAUSES.entries()) {
      await delay(pause);
      if (closed) return;
      try {
        const address = index === 0 && first !== undefined ? first : await resume();
        if (address === undefined) {
          why = 'the session is over';
          break;
        }
        await open(address);
        if (first === undefined || index > 0) onBack();
        return;
      } catch (error) {
        why = error instanceof Error ? error.message : String(error);
      }
    }
    if (!closed) onLost(why);
  }
  void reopen(options.address);
  return {
    send: (bytes) => {
      if (socket?.readyState === WebSocket.OPEN) socket.send(bytes);
    },
    close: () => {
      closed = true;
      socket?.close();
    },
  };
}
