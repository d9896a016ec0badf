/** probe.asm, assembled, without the zeros behind it. A unit test compares the two. */
const CODE: string = [
  '+jHAjtiO0LwAfGa5QA0DAGZJdfzkkgwC5pIPARZ4fQ8gwAwBDyLA6ix8CABmuBAAjtiOwI7QvAB8AAC5QA0DAEl1/Q8g4A0gBgAA',
  'DyLgDyDAJPsMAg8iwA8QDYh9AAAPKMG5AFpiAg9ZwUl1+rgBAACAD6IPuuIdc1K/AAABALkEEAAAMcDzq8cFAAABAAMQAQDHBQAQ',
  'AQADIAEAxwUAIAEAgwAAALgAAAEADyLYuYAAAMAPMoDMAQ8wDyDADQAAAIAPIsDq13wAABgAsDFmugEF7vr06/y/AEABADHAMdK7',
  'AQAAALkCAAAA8EgPxw+DfwgCdVOwEeYgsCDmIbAE5iGwAeYhsP7mIbhLfQAAZokEJQAyAQDHBCUCMgEAGAAAjg8BHCV+fQAAsDTm',
  'Q2a4qQTmQIjg5kAx2/v0g/sUcvqwMWa6AQXu9PTr/f/DsCDmIEjPkJCQkJAAAAAAAAAAAP//AAAAms8A//8AAACSzwD//wAAAJqv',
  'AB8AWH0AAA8CADABAAAAAAAAAIA/AACAPwAAgD8AAIA/',
].join('');

/** Exit status of a QEMU whose guest ran the whole sector: what the debug device makes of the byte 0x31. */
export const PASSED: number = 0x31 * 2 + 1;

/** The boot sector by which an accelerator is measured, 512 bytes. */
export function probeSector(): Uint8Array {
  const sector = Buffer.alloc(512);
  sector.set(Buffer.from(CODE, 'base64'));
  sector.writeUInt16LE(0xaa55, 510);
  return sector;
}
