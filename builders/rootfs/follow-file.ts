import { open } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MILLISECONDS = 200;
const TAIL_BYTES = 8192;

/** Calls `onLine` with each line of a growing file until `ended` resolves and all of it was read. */
export async function followFile(path: string, ended: Promise<unknown>, onLine: (line: string) => void): Promise<void> {
  const state = { growing: true };
  const end = ended.then(() => {
    state.growing = false;
  });
  const decoder = new TextDecoder();
  const buffer = Buffer.alloc(65_536);
  let pending = '';
  await using file = await open(path);
  for (;;) {
    const last = !state.growing;
    const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
    if (bytesRead > 0) {
      const lines = (pending + decoder.decode(buffer.subarray(0, bytesRead), { stream: true })).split(/\r?\n/);
      pending = lines.pop() ?? '';
      lines.forEach(onLine);
    } else if (last) break;
    else await Promise.race([end, delay(POLL_MILLISECONDS)]);
  }
  if (pending !== '') onLine(pending);
}

/** The last 8 KiB of a text file, from the start of a line. */
export async function readTail(path: string): Promise<string> {
  await using file = await open(path);
  const { size } = await file.stat();
  const start = Math.max(0, size - TAIL_BYTES);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start);
  const text = buffer.toString('utf8', 0, bytesRead);
  return start === 0 ? text : text.slice(text.indexOf('\n') + 1);
}
