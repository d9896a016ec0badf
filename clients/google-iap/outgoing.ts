import { dataFrame, LARGEST_DATA } from './frames.ts';

/** What is written: kept until the relay says that it has had it. */
export interface Outgoing {
  /** Whether the writer waits for the relay. */
  readonly waits: boolean;
  /** Sends a piece; `done` is called when there is room for more. */
  write(chunk: Buffer, done: () => void): void;
  /** The relay has had so many bytes since the beginning. False when that cannot be. */
  confirm(received: number): boolean;
  /** Sends again what was not confirmed. */
  sendAgain(): void;
}

/** Bytes that may be on their way, and not confirmed, before the writer has to wait. */
const WINDOW = 4 * 1024 * 1024;

/** `send` may drop what it cannot send now: that is sent again. */
export function outgoing(send: (bytes: Buffer) => void): Outgoing {
  let pieces: Buffer[] = [];
  let bytes = 0;
  let confirmed = 0;
  let room: (() => void) | undefined;

  function forget(count: number): void {
    let left = count;
    let whole = 0;
    for (const piece of pieces) {
      if (piece.length > left) break;
      left -= piece.length;
      whole += 1;
    }
    pieces = pieces.slice(whole);
    const [first] = pieces;
    if (left > 0 && first !== undefined) pieces[0] = first.subarray(left);
    bytes -= count;
  }
  return {
    get waits() {
      return room !== undefined;
    },
    write: (chunk, done) => {
      for (let at = 0; at < chunk.length; at += LARGEST_DATA) {
        const piece = chunk.subarray(at, at + LARGEST_DATA);
        pieces.push(piece);
        send(dataFrame(piece));
      }
      bytes += chunk.length;
      if (bytes <= WINDOW) done();
      else room = done;
    },
    confirm: (received) => {
      const news = received - confirmed;
      if (news < 0 || news > bytes) return false;
      confirmed = received;
      forget(news);
      if (room === undefined || bytes > WINDOW / 2) return true;
      const go = room;
      room = undefined;
      go();
      return true;
    },
    sendAgain: () => {
      for (const piece of pieces) send(dataFrame(piece));
    },
  };
}
