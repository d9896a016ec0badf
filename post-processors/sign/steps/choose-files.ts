import { basename, matchesGlob } from 'node:path';
import { StepError } from '../../../plugins/sdk/index.ts';

/** What names of signatures and of other words about a file have behind the file's own name. */
const suffixes = ['.asc', '.sig', '.gpg', '.minisig', '.sigstore.json'];

function isSignature(file: string, all: ReadonlySet<string>): boolean {
  return suffixes.some((suffix) => file.endsWith(suffix) && all.has(file.slice(0, -suffix.length)));
}

/**
 * The files that are signed, each once. Throws `StepError` SIGN_FILES for a pattern that no file's name matches: a
 * signature that somebody relies on must not be left out in silence.
 */
export function chooseFiles(files: readonly string[], patterns: readonly string[] | undefined): readonly string[] {
  const all = new Set(files);
  if (patterns === undefined) return [...all].filter((file) => !isSignature(file, all));
  const matches = (file: string, pattern: string): boolean => matchesGlob(basename(file), pattern);
  for (const [index, pattern] of patterns.entries()) {
    if (files.some((file) => matches(file, pattern))) continue;
    throw new StepError(`no file of the artifact is called ${pattern}`, {
      code: 'SIGN_FILES',
      pointer: `/files/${index}`,
      hint: `it has ${files.map((file) => basename(file)).join(', ')}`,
    });
  }
  return [...all].filter((file) => patterns.some((pattern) => matches(file, pattern)));
}
