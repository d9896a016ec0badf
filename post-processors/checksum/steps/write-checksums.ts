import type { PostProcessRun } from '../../../plugins/sdk/index.ts';
import type { Digests } from '../../../plugins/sdk/files.ts';
import { rewriteFile } from '../../_shared/rewrite-file.ts';
import type { LineFormat } from '../line-format.ts';
import { checksumLock } from '../lock.ts';
import type { Places } from './place-lines.ts';

/**
 * The text of a checksum file after `lines` were put into it: a line of the same file and algorithm gives way in
 * place, others stay as they are, new ones come last.
 */
export function mergeLines(existing: string, lines: readonly string[], format: LineFormat): string {
  const fresh = Map.groupBy(lines, (line) => format.key(line));
  const known = existing.split('\n');
  if (known.at(-1) === '') known.pop();
  const replaced = new Set<string | undefined>();
  const kept = known.flatMap((line) => {
    const of = format.key(line);
    const successors = of === undefined ? undefined : fresh.get(of);
    if (successors === undefined) return [line];
    if (replaced.has(of)) return [];
    replaced.add(of);
    return successors;
  });
  const added = lines.filter((line) => !replaced.has(format.key(line)));
  return [...kept, ...added].map((line) => `${line}\n`).join('');
}

/** Writes each checksum file whole; other builds may write to the same ones. */
export async function writeChecksums(
  places: Places,
  digests: ReadonlyMap<string, Digests>,
  format: LineFormat,
  run: PostProcessRun,
): Promise<void> {
  for (const [path, planned] of places) {
    const lines = planned.map(({ file, name, algorithm }) =>
      format.line(digests.get(file)?.get(algorithm) ?? '', name, algorithm),
    );
    const change = (existing: string | undefined): string => mergeLines(existing ?? '', lines, format);
    await rewriteFile(path, change, { kind: checksumLock, mode: 0o644 }, run);
  }
}
