import { open } from 'node:fs/promises';
import type { Verifier } from '../../contract/verifier.ts';

/** A file that is there as a signature, and who can tell whether it is a good one. */
export interface FoundSignature {
  readonly path: string;
  /** Undefined: it is of no kind that Kiln knows. */
  readonly verifier: Verifier | undefined;
}

/** The first 4 KiB of a file; undefined when there is none. Other errors pass. */
async function startOf(path: string): Promise<Buffer | undefined> {
  try {
    await using handle = await open(path);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4096), 0, 4096, 0);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** What is at those paths, each once. */
export async function signaturesAt(
  paths: Iterable<string>,
  verifiers: readonly Verifier[],
): Promise<readonly FoundSignature[]> {
  const found: FoundSignature[] = [];
  for (const path of new Set(paths)) {
    const start = await startOf(path);
    if (start === undefined) continue;
    found.push({ path, verifier: verifiers.find((verifier) => verifier.isSignature(start)) });
  }
  return found;
}

/** Where signatures of a file are by their names. */
export function pathsBeside(file: string, verifiers: readonly Verifier[]): readonly string[] {
  return verifiers.flatMap(({ suffixes }) => suffixes).map((suffix) => `${file}${suffix}`);
}
