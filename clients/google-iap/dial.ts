import WebSocket from 'ws';
import { agentFor } from '../../core/http/agent.ts';
import { reasonOf } from '../../core/http/send-request.ts';
import { decodeFrame, type Frame } from './frames.ts';
import { closeError, RelayError, statusError } from './relay-error.ts';

/** A WebSocket to the relay that has said that the way is open. */
export interface Channel {
  send(bytes: Uint8Array): void;
  /** Resolves when all that was sent has left this machine. */
  flush(): Promise<void>;
  /** Reads no more, so that the relay has to wait. */
  pause(): void;
  resume(): void;
  ping(): void;
  /** Tells the relay that this was all. */
  close(): void;
  /** Cuts it: `onClose` follows. */
  cut(): void;
}

export interface ChannelHandlers {
  /** Hears of each frame, the one that opened the way too. */
  readonly onFrame: (frame: Frame) => void;
  readonly onPong: () => void;
  /** Called once, when the channel was open. */
  readonly onClose: (error: RelayError) => void;
}

const SUBPROTOCOL = 'relay.tunnel.cloudproxy.app';
/** Without it the relay says nothing at all. */
const ORIGIN = 'bot:iap-tunneler';
const PATIENCE = 60_000;
const LARGEST_BODY = 1000;

function channelOf(socket: WebSocket): Channel {
  return {
    send: (bytes) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(bytes);
    },
    flush: () =>
      new Promise((resolve) => {
        if (socket.readyState !== WebSocket.OPEN) resolve();
        // A control frame goes after the data before it.
        else socket.ping(undefined, undefined, () => resolve());
      }),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    ping: () => {
      if (socket.readyState === WebSocket.OPEN) socket.ping();
    },
    close: () => socket.close(1000),
    cut: () => socket.terminate(),
  };
}

/**
 * Calls the relay, and resolves when it says that the way is open; frames may have been handed on by then. Throws
 * `RelayError`, and the signal's reason when that aborts meanwhile.
 */
export function dial(
  url: URL,
  headers: Readonly<Record<string, string>>,
  { onFrame, onPong, onClose }: ChannelHandlers,
  signal: AbortSignal | undefined,
): Promise<Channel> {
  const web = new URL(url);
  web.protocol = url.protocol === 'ws:' ? 'http:' : 'https:';
  const socket = new WebSocket(url, [SUBPROTOCOL], {
    headers: { ...headers },
    origin: ORIGIN,
    agent: agentFor(web),
    perMessageDeflate: false,
    handshakeTimeout: PATIENCE,
    followRedirects: false,
  });
  return new Promise((resolve, reject) => {
    let open = false;
    let said: Extract<Frame, { readonly type: 'closing' }> | undefined;
    const silent = setTimeout(() => fail(new RelayError('unreachable', 'the relay of IAP says nothing')), PATIENCE);
    const cancel = (): void => fail(signal?.reason);
    signal?.addEventListener('abort', cancel, { once: true });

    function settle(): void {
      clearTimeout(silent);
      signal?.removeEventListener('abort', cancel);
    }
    function fail(error: unknown): void {
      settle();
      socket.terminate();
      reject(error instanceof Error ? error : new Error(String(error)));
    }
    function take(frame: Frame): void {
      if (frame.type === 'closing') said = frame;
      const opens = frame.type === 'connected' || frame.type === 'reconnected';
      if (open || opens) onFrame(frame);
      if (open || !opens) return;
      open = true;
      settle();
      resolve(channelOf(socket));
    }
    socket.on('message', (data: Buffer, isBinary) => {
      try {
        if (isBinary) take(decodeFrame(data));
      } catch {
        // Whatever this is, it is not what a relay says.
        socket.terminate();
      }
    });
    socket.on('pong', onPong);
    socket.on('error', (error) => {
      if (!open) fail(new RelayError('unreachable', `the relay of IAP cannot be reached: ${reasonOf(error)}`));
    });
    socket.on('unexpected-response', (_request, response) => {
      const { statusCode: status = 0 } = response;
      let text = '';
      response.on('data', (chunk: Buffer) => (text = (text + chunk.toString('utf8')).slice(0, LARGEST_BODY)));
      response.on('close', () => fail(statusError(status, text)));
    });
    socket.on('close', (code, reason) => {
      const error = closeError(said?.code ?? code, said?.reason ?? reason.toString('utf8'));
      if (open) onClose(error);
      else fail(error);
    });
    if (signal?.aborted === true) cancel();
  });
}
