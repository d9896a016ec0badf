import { basename, dirname, relative, resolve } from 'node:path';
import { StepError, type PostProcessRun } from '../../../plugins/sdk/index.ts';
import type { DigestAlgorithm } from '../../../plugins/sdk/files.ts';
import { digestLengths, type LineFormat } from '../line-format.ts';

/** One line of a checksum file, before its digest is known. */
export interface PlannedLine {
  readonly file: string;
  /** What the line calls the file. */
  readonly name: string;
  readonly algorithm: DigestAlgorithm;
}

/** Checksum files (absolute paths) and the lines that go into each, in the order in which Packer writes them. */
export type Places = ReadonlyMap<string, readonly PlannedLine[]>;

function nameOf(file: string, path: string, format: LineFormat): string {
  const name = format.relative ? relative(dirname(path), file) : basename(file);
  if (!/[\r\n]/.test(name)) return name;
  throw new StepError(`the file name ${JSON.stringify(name)} does not fit on a line`, { code: 'CHECKSUM_FILE_NAME' });
}

/** Lines of one file must be known again by their digests' lengths. */
function checkLengths(lines: readonly PlannedLine[], rendered: string): void {
  const byLength = new Map<number, DigestAlgorithm>();
  for (const { algorithm } of lines) {
    const length = digestLengths[algorithm];
    const other = byLength.get(length) ?? algorithm;
    byLength.set(length, other);
    if (other === algorithm) continue;
    throw new StepError(`lines of ${other} and ${algorithm} could not be told apart in ${rendered}`, {
      code: 'CHECKSUM_SAME_LENGTH',
      pointer: '/checksum_types',
      hint: 'give each algorithm a file of its own by {{.ChecksumType}} in "output", or set "format" to "bsd"',
    });
  }
}

/** Throws `StepError` when a checksum file would be one of the files, or its lines would not do. */
export function placeLines(
  files: readonly string[],
  algorithms: readonly DigestAlgorithm[],
  output: string,
  format: LineFormat,
  run: Pick<PostProcessRun, 'render' | 'buildName' | 'builderType'>,
): Places {
  const inputs = new Set(files);
  const places = new Map<string, PlannedLine[]>();
  for (const algorithm of algorithms) {
    const { buildName: BuildName, builderType: BuilderType } = run;
    const rendered = run.render(output, { BuildName, BuilderType, ChecksumType: algorithm }, '/output');
    const path = resolve(rendered);
    if (inputs.has(path)) {
      throw new StepError(`the checksum file ${rendered} is one of the artifact's own files`, {
        code: 'CHECKSUM_OVER_INPUT',
        pointer: '/output',
        hint: 'give "output" another path',
      });
    }
    const lines = places.get(path) ?? [];
    if (files.length > 0) places.set(path, lines);
    lines.push(...files.map((file) => ({ file, name: nameOf(file, path, format), algorithm })));
    if (!format.namesAlgorithm) checkLengths(lines, rendered);
  }
  return places;
}
