import { broken } from '../plugin-error.ts';

/**
 * Reads the numbers and texts of a gob stream, as Go's `encoding/gob` describes them, message by message: a message is a
 * length and so many bytes. Every method throws PluginError "broken" when the bytes end too early.
 */
export interface GobCursor {
  unsigned(): number;
  signed(): number;
  bytes(): Buffer;
  text(): string;
  float(): number;
  /** Whether the message that is being read has been read to its end. */
  readonly atMessageEnd: boolean;
  readonly atEnd: boolean;
  /** Goes on with the next message. */
  nextMessage(): void;
}

export function gobCursor(stream: Uint8Array): GobCursor {
  const all = Buffer.from(stream.buffer, stream.byteOffset, stream.byteLength);
  let at = 0;
  let messageEnd = 0;

  function take(count: number): Buffer {
    if (count > all.length - at) throw broken('a gob ends in the middle of a value');
    const taken = all.subarray(at, at + count);
    at += count;
    return taken;
  }

  /** One byte below 128 is itself; others are the negated count of the bytes that follow, most significant first. */
  function unsigned64(): bigint {
    const first = take(1).readUInt8();
    if (first < 128) return BigInt(first);
    const count = 256 - first;
    if (count > 8) throw broken('a gob has a number of more than 64 bits');
    return BigInt(`0x${take(count).toString('hex')}`);
  }

  function toNumber(value: bigint): number {
    const number = Number(value);
    if (!Number.isSafeInteger(number)) throw broken('a gob has a number that is larger than any length or kind');
    return number;
  }

  const unsigned = (): number => toNumber(unsigned64());
  const bytes = (): Buffer => take(unsigned());
  return {
    unsigned,
    // The lowest bit says whether the others are to be complemented.
    signed: () => {
      const value = unsigned64();
      return toNumber((value & 1n) === 1n ? -(value >> 1n) - 1n : value >> 1n);
    },
    bytes,
    text: () => bytes().toString('utf8'),
    // A float's bytes come the other way round, so that its zeros need not be sent.
    float: () => {
      const reversed = Buffer.alloc(8);
      reversed.writeBigUInt64LE(unsigned64());
      return reversed.readDoubleBE();
    },
    get atMessageEnd() {
      return at >= messageEnd;
    },
    get atEnd() {
      return at >= all.length;
    },
    nextMessage: () => {
      messageEnd = unsigned() + at;
    },
  };
}
