import { ackFrame, LARGEST_DATA } from './frames.ts';

/** What comes: counted, and acknowledged now and then. */
export interface Incoming {
  /** Bytes since the beginning. */
  readonly received: number;
  add(length: number): void;
  /** The relay was told by other means what has come. */
  told(): void;
  close(): void;
}

/** Bytes after which the relay is told; Google's own client waits for two frames, too. */
const ACK_AFTER = 2 * LARGEST_DATA;
/** Milliseconds after which it is told of less. */
const ACK_WITHIN = 2000;

/** `send` says whether the relay can be told now. */
export function incoming(send: (bytes: Buffer) => boolean): Incoming {
  let received = 0;
  let acknowledged = 0;
  let timer: NodeJS.Timeout | undefined;

  function acknowledge(): void {
    clearTimeout(timer);
    timer = undefined;
    if (received !== acknowledged && send(ackFrame(received))) acknowledged = received;
  }
  return {
    get received() {
      return received;
    },
    add: (length) => {
      received += length;
      if (received - acknowledged > ACK_AFTER) acknowledge();
      else timer ??= setTimeout(acknowledge, ACK_WITHIN);
    },
    told: () => void (acknowledged = received),
    close: () => clearTimeout(timer),
  };
}
