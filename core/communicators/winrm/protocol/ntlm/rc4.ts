/** RC4 with its running state, as NTLM seals messages; Node's own is switched off in OpenSSL 3. */
export function rc4(key: Uint8Array): (data: Uint8Array) => Buffer {
  const box = Uint8Array.from({ length: 256 }, (_, index) => index);
  const at = (index: number): number => box[index & 255] ?? 0;
  const swap = (first: number, second: number): void => {
    const kept = at(first);
    box[first] = at(second);
    box[second] = kept;
  };
  for (let i = 0, j = 0; i < 256; i++) {
    j = (j + at(i) + (key[i % key.length] ?? 0)) & 255;
    swap(i, j);
  }
  let i = 0;
  let j = 0;
  return (data) => {
    const out = Buffer.from(data);
    // Hot: megabytes pass here byte by byte.
    for (let index = 0; index < out.length; index++) {
      i = (i + 1) & 255;
      const first = box[i] ?? 0;
      j = (j + first) & 255;
      const second = box[j] ?? 0;
      box[i] = second;
      box[j] = first;
      out[index] = (out[index] ?? 0) ^ (box[(first + second) & 255] ?? 0);
    }
    return out;
  };
}
