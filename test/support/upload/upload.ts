import { createHash } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../../../plugins/sdk/index.ts';
import { runPostProcessor, type TestedRun } from '../../../plugins/sdk/testing.ts';
import { postProcessor } from '../../../post-processors/upload/index.ts';
import { root } from '../../../core/dev/components.ts';

const tested = {
  type: 'upload',
  schema: join(root, 'post-processors/upload/schema.json'),
  component: postProcessor,
} as const;

/** Runs the post-processor on files, by the real engine. */
export async function upload(
  files: readonly string[],
  options: JsonObject,
  signal: AbortSignal = new AbortController().signal,
): Promise<TestedRun> {
  const artifact = { builderId: 'kiln.test', id: 'test', description: 'a test', files, properties: {} };
  return runPostProcessor(tested, options, { artifact, signal });
}

/** The failure's code and message, for assertions that show why; undefined when all went well. */
export function failureOf({ failure }: TestedRun): string | undefined {
  return failure === undefined ? undefined : `${failure.code}: ${failure.message}`;
}

/** Bytes that no compression, cache or hole makes less of, the same for the same seed. */
export function noise(size: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(size);
  let state = seed * 2_654_435_761;
  for (let index = 0; index + 4 <= size; index += 4) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes.writeInt32LE(state | 0, index);
  }
  return bytes;
}

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A file of its own directory. */
export async function fileOf(name: string, bytes: Buffer): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'kiln-upload-')), name);
  await writeFile(path, bytes);
  return path;
}
