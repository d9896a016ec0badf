import { Duplex } from 'node:stream';
import { broken } from '../plugin-error.ts';
import { Flag, FrameType, INITIAL_WINDOW, type FrameHeader } from './frame.ts';

/** How a stream gets at the connection that it shares with others. */
export interface StreamLink {
  send(header: FrameHeader, data?: Buffer, sent?: (error?: Error | null) => void): void;
  closed(stream: number): void;
}

/** The most that goes into one frame, so that other streams get their turn. */
const FRAME_LIMIT = 64 * 1024;

/** One stream of a session. Neither side sends more than the other has room for. */
export class YamuxStream extends Duplex {
  readonly id: number;
  private readonly link: StreamLink;
  private sendWindow = INITIAL_WINDOW;
  private receiveWindow = INITIAL_WINDOW;
  private unsent: { data: Buffer; done: (error?: Error | null) => void } | undefined;
  private endReceived = false;

  constructor(id: number, link: StreamLink) {
    super({ allowHalfOpen: true, highWaterMark: FRAME_LIMIT });
    this.id = id;
    this.link = link;
  }

  /** @throws PluginError "broken" when the other side sends more than it was told that there is room for. */
  receive(data: Buffer): void {
    if (data.length > this.receiveWindow) throw broken('it sends more on a stream than it may');
    this.receiveWindow -= data.length;
    if (this.destroyed || this.endReceived) return;
    this.push(data);
  }

  receiveEnd(): void {
    if (this.endReceived) return;
    this.endReceived = true;
    this.push(null);
  }

  /** The other side has room for so many bytes more. */
  widen(bytes: number): void {
    this.sendWindow += bytes;
    this.sendUnsent();
  }

  override _read(): void {
    // What is to be read comes by itself.
  }

  /** All ways to read a stream come through here, and only after it is known how much of the window is free again. */
  override read(size?: number): unknown {
    const part: unknown = super.read(size);
    const taken = INITIAL_WINDOW - this.receiveWindow - this.readableLength;
    if (taken >= INITIAL_WINDOW / 2 && !this.endReceived && !this.destroyed) {
      this.receiveWindow += taken;
      this.link.send({ type: FrameType.window, flags: 0, stream: this.id, length: taken });
    }
    return part;
  }

  override _write(data: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.unsent = { data, done };
    this.sendUnsent();
  }

  override _final(done: (error?: Error | null) => void): void {
    this.link.send({ type: FrameType.window, flags: Flag.fin, stream: this.id, length: 0 }, undefined, done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (!this.writableFinished || !this.endReceived) {
      this.link.send({ type: FrameType.window, flags: Flag.rst, stream: this.id, length: 0 });
    }
    this.unsent?.done(error ?? broken('the stream was closed'));
    this.unsent = undefined;
    this.link.closed(this.id);
    done(error);
  }

  private sendUnsent(): void {
    while (this.unsent !== undefined && this.sendWindow > 0) {
      const { data, done } = this.unsent;
      const part = data.subarray(0, Math.min(this.sendWindow, FRAME_LIMIT));
      const rest = data.subarray(part.length);
      this.sendWindow -= part.length;
      this.unsent = rest.length === 0 ? undefined : { data: rest, done };
      const header = { type: FrameType.data, flags: 0, stream: this.id, length: part.length };
      this.link.send(header, part, rest.length === 0 ? done : undefined);
    }
  }
}
