import type { Diagnostic, SourceLocation } from './diagnostic.ts';
import type { DiagnosticCode } from './catalogue.ts';

/** Which part of the pointed-at value the caret goes under; without it, the whole value. */
export type Mark =
  /** The whole value where it is written, also when it is made of variables: they are not filled in there. */
  | { readonly kind: 'written' }
  | { readonly kind: 'key' }
  /** `offset` and `length` (1 unless given) count UTF-16 code units of the decoded text. */
  | { readonly kind: 'text'; readonly offset: number; readonly length?: number }
  /** `start` and `end` are offsets in the file. */
  | { readonly kind: 'range'; readonly start: number; readonly end: number }
  /** The place is in another file, or at a flag. Without `excerpt` nothing of it is shown. */
  | { readonly kind: 'elsewhere'; readonly location: SourceLocation; readonly excerpt: string | undefined };

/** A diagnostic of the engine's own on its way to being located. */
export interface Finding extends Diagnostic {
  readonly mark?: Mark;
}

export interface FindingDetails {
  /** A function is called when the hint is shown: what was meant takes long to find for thousands of names. */
  readonly hint?: string | (() => string | undefined) | undefined;
  readonly mark?: Mark | undefined;
}

function finding(
  severity: Diagnostic['severity'],
  code: DiagnosticCode,
  pointer: string,
  message: string,
  details: FindingDetails,
): Finding {
  const { hint, mark } = details;
  const marked = { severity, code, message, pointer, ...(mark === undefined ? {} : { mark }) };
  if (hint === undefined) return marked;
  if (typeof hint === 'string') return { ...marked, hint };
  return Object.defineProperty(marked, 'hint', { get: hint, enumerable: true });
}

export function errorAt(code: DiagnosticCode, pointer: string, message: string, details: FindingDetails = {}): Finding {
  return finding('error', code, pointer, message, details);
}

export function warningAt(
  code: DiagnosticCode,
  pointer: string,
  message: string,
  details: FindingDetails = {},
): Finding {
  return finding('warning', code, pointer, message, details);
}
