/** Left rotations of the three rounds of RFC 1320. */
const SHIFTS = [
  [3, 7, 11, 19],
  [3, 5, 9, 13],
  [3, 9, 11, 15],
] as const;
const ORDERS = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15],
  [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15],
] as const;
const CONSTANTS = [0, 0x5a827999, 0x6ed9eba1] as const;

function mix(round: number, x: number, y: number, z: number): number {
  if (round === 0) return (x & y) | (~x & z);
  if (round === 1) return (x & y) | (x & z) | (y & z);
  return x ^ y ^ z;
}

function padded(message: Uint8Array): Buffer {
  const whole = Buffer.alloc(Math.ceil((message.length + 9) / 64) * 64);
  whole.set(message);
  whole[message.length] = 0x80;
  whole.writeBigUInt64LE(BigInt(message.length) * 8n, whole.length - 8);
  return whole;
}

/** MD4 (RFC 1320), which NTLM keeps passwords in; Node's own is switched off in OpenSSL 3. */
export function md4(message: Uint8Array): Buffer {
  const blocks = padded(message);
  let state: readonly [number, number, number, number] = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
  for (let offset = 0; offset < blocks.length; offset += 64) {
    let [a, b, c, d] = state;
    for (const [round, order] of ORDERS.entries()) {
      for (const [step, word] of order.entries()) {
        const sum = (a + mix(round, b, c, d) + blocks.readUInt32LE(offset + 4 * word) + (CONSTANTS[round] ?? 0)) | 0;
        const shift = SHIFTS[round]?.[step % 4] ?? 0;
        [a, b, c, d] = [d, (sum << shift) | (sum >>> (32 - shift)), b, c];
      }
    }
    state = [(state[0] + a) | 0, (state[1] + b) | 0, (state[2] + c) | 0, (state[3] + d) | 0];
  }
  const digest = Buffer.alloc(16);
  for (const [index, word] of state.entries()) digest.writeInt32LE(word | 0, 4 * index);
  return digest;
}
