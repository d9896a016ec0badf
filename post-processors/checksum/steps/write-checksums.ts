import { basename } from 'node:path';
import type { PostProcessRun } from '../../../plugins/sdk/index.ts';
import { rewriteFile } from '../../_shared/rewrite-file.ts';
import { checksumLock } from '../lock.ts';
import type { Digests } from './hash-files.ts';
import type { Places } from './place-lines.ts';

/** Lengths differ between the algorithms, so a name and a length say which line it is. */
function lineKey(line: string): string {
  const tab = line.indexOf('\t');
  return `${tab} ${line.slice(tab + 1)}`;
}

/**
 * The text of a checksum file after `lines` were put into it: a line of the same file and algorithm gives way in
 * place, others stay as they are, new ones come last.
 */
export function mergeLines(existing: string, lines: readonly string[]): string {
  const fresh = Map.groupBy(lines, lineKey);
  const known = existing.split('\n');
  if (known.at(-1) === '') known.pop();
  const replaced = new Set<string>();
  const kept = known.flatMap((line) => {
    const key = lineKey(line);
    const successors = fresh.get(key);
    if (successors === undefined) return [line];
    if (replaced.has(key)) return [];
    replaced.add(key);
    return successors;
  });
  const added = lines.filter((line) => !replaced.has(lineKey(line)));
  return [...kept, ...added].map((line) => `${line}\n`).join('');
}

/** Writes each checksum file whole; other builds may write to the same ones. */
export async function writeChecksums(places: Places, digests: Digests, run: PostProcessRun): Promise<void> {
  for (const [path, planned] of places) {
    const lines = planned.map(({ file, algorithm }) => {
      const digest = digests.get(file)?.get(algorithm) ?? '';
      return `${digest}\t${basename(file)}`;
    });
    await rewriteFile(path, (existing) => mergeLines(existing ?? '', lines), { kind: checksumLock, mode: 0o644 }, run);
  }
}
