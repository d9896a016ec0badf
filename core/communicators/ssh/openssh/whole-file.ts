import { ReadStream } from 'node:fs';
import type { ExecOptions } from '../../../contract/communicator.ts';

/**
 * The descriptor of the file that a stream is going to be read from, all of it; undefined for anything else. It stays
 * the stream's. Throws what opening the file throws.
 */
export async function wholeFile(stdin: ExecOptions['stdin']): Promise<number | undefined> {
  if (!(stdin instanceof ReadStream) || stdin.bytesRead > 0) return undefined;
  // What of the file is meant is in no type.
  const [start, end, fd] = ['start', 'end', 'fd'].map((name): unknown => Reflect.get(stdin, name));
  if (start !== undefined || end !== Infinity) return undefined;
  if (typeof fd === 'number') return fd;
  return new Promise((resolve, reject) => stdin.once('open', resolve).once('error', reject));
}
