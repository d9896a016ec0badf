/** What is wrong with a template. Data, gathered and printed together; never thrown one by one. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  /** Catalogue code, `AREA_WHAT`; see docs/diagnostics.md. */
  readonly code: string;
  /** What is wrong and what was found, in one sentence without a full stop. */
  readonly message: string;
  /**
   * RFC 6901 pointer. A component's `prepare` gives it relative to its own configuration ("/disk_size");
   * the plan rebases it onto the template ("/builders/0/disk_size").
   */
  readonly pointer: string;
  /** What to do next. */
  readonly hint?: string;
}

/** A place in a file. Line and column count from 1; a column is a UTF-16 code unit, as editors count. */
export interface SourceLocation {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Length in UTF-16 code units of what the caret underlines, on that line only. */
  readonly length: number;
}

/** A diagnostic with its place and the source line it complains about. */
export interface LocatedDiagnostic extends Diagnostic {
  readonly location?: SourceLocation;
  readonly excerpt?: string;
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === 'error');
}
