import { basename, resolve } from 'node:path';
import { StepError, type PostProcessRun } from '../../../plugins/sdk/index.ts';

/** One line of a checksum file, before its digest is known. */
export interface PlannedLine {
  readonly file: string;
  readonly algorithm: string;
}

/** Checksum files (absolute paths) and the lines that go into each, in the order in which Packer writes them. */
export type Places = ReadonlyMap<string, readonly PlannedLine[]>;

/** Throws `StepError` when a checksum file would be one of the files, or a file's name does not fit on a line. */
export function placeLines(
  files: readonly string[],
  algorithms: readonly string[],
  output: string,
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
    for (const file of files) {
      if (/[\r\n]/.test(basename(file))) {
        throw new StepError(`the file name ${JSON.stringify(basename(file))} does not fit on a line`, {
          code: 'CHECKSUM_FILE_NAME',
        });
      }
      lines.push({ file, algorithm });
    }
  }
  return places;
}
