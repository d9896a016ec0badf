import { throwIfCancelled } from '../../plugins/sdk/index.ts';
import { giveBack } from '../_shared/give-back.ts';
import type { Patience } from '../_transfer/patience.ts';
import type { SessionSender } from './sender.ts';

/** What was sent. */
export interface SentStream {
  readonly size: number;
  /** As Google tells it of an object: big-endian, in base64. */
  readonly crc32c: string;
}

/** A multiple of 256 KiB; two of them are in memory. */
const PART = 8 * 1_048_576;
/** Polynomial of CRC32C, reversed. */
const CASTAGNOLI = 0x82f63b78;

/**
 * Sends a stream whose size nobody knows before its end, and gives the memory of its chunks back. While a part is on its way the next one is taken from the stream.
 * Parts that the session has already are taken and summed, and not sent. Throws what the stream and `SessionSender.send`
 * throw, and `CancelledError`.
 */
export async function sendStream(
  source: AsyncIterable<Buffer>,
  sender: SessionSender,
  patience: Patience,
  cancelled: AbortSignal,
): Promise<SentStream> {
  const { createCRC32 } = await import('hash-wasm');
  const sum = await createCRC32(CASTAGNOLI);
  const stop = new AbortController();
  const signal = AbortSignal.any([cancelled, stop.signal]);
  let [filling, other] = [Buffer.allocUnsafeSlow(PART), Buffer.allocUnsafeSlow(PART)];
  let filled = 0;
  let position = 0;
  let onItsWay: Promise<void> = Promise.resolve();

  const flush = async (isLast: boolean): Promise<void> => {
    await onItsWay;
    const bytes = filling.subarray(0, filled);
    const stretch = { position, bytes, size: isLast ? position + filled : undefined };
    position += filled;
    filled = 0;
    [filling, other] = [other, filling];
    onItsWay = patience.patiently(() => sender.send(stretch, signal), signal);
    // Whoever waits for it sees the failure; this only keeps it from counting as unhandled until then.
    onItsWay.catch(() => stop.abort());
  };

  try {
    for await (const chunk of source) {
      throwIfCancelled(cancelled);
      if (stop.signal.aborted) await onItsWay;
      sum.update(chunk);
      for (let rest = chunk; rest.length > 0;) {
        if (filled === PART) await flush(false);
        const count = rest.copy(filling, filled);
        filled += count;
        rest = rest.subarray(count);
      }
      giveBack(chunk);
    }
    await flush(true);
    await onItsWay;
  } finally {
    stop.abort();
    await onItsWay.catch(() => undefined);
  }
  return { size: position, crc32c: Buffer.from(sum.digest('binary')).toString('base64') };
}
