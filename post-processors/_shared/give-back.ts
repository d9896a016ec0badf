/**
 * Gives the memory of bytes back at once that nobody reads any more, when they are all of what was allocated for them.
 * V8 counts what lies outside its heap only now and then: 64 MiB of it wait for that, however little is in use.
 */
export function giveBack(bytes: Buffer): void {
  if (bytes.length === bytes.buffer.byteLength && bytes.buffer instanceof ArrayBuffer) bytes.buffer.transfer(0);
}
