/** A directory of a git repository. */
export interface Formula {
  readonly repository: string;
  /** Relative to the repository. */
  readonly directory: string;
  readonly ref: string | undefined;
}

/** Reads "git::URL//directory?ref=…"; undefined when it is not of this form. */
export function parseFormula(text: string): Formula | undefined {
  const found = /^(?:git::)?([^?]*?[^:?/])\/\/([^?]+?)\/?(?:\?ref=([^&]+))?$/.exec(text);
  if (found === null) return undefined;
  const [, repository = '', directory = '', ref] = found;
  const leaves = directory.split('/').includes('..') || directory.startsWith('/');
  // Git takes what starts with a dash for an option.
  if (leaves || repository.startsWith('-') || ref?.startsWith('-') === true) return undefined;
  return { repository, directory, ref };
}
