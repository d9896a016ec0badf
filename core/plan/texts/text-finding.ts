import type { DiagnosticCode } from '../../diagnostics/catalogue.ts';
import { errorAt, type Finding, type Mark } from '../../diagnostics/finding.ts';
import type { SourcePlace } from '../../template/locate.ts';

/** A variable's value as written. */
export interface VariableText {
  readonly text: string;
  /** Of the variable in the template. */
  readonly pointer: string;
  /** Where the text starts when it does not come from the template. */
  readonly place: (() => SourcePlace | undefined) | undefined;
}

/** Which UTF-16 code units of a text are to blame. */
interface Blamed {
  readonly offset: number;
  readonly length: number;
}

/** Marks a part of a variable's value. */
export function markInVariable(variable: VariableText, { offset, length }: Blamed): Mark {
  const inside = offset < variable.text.length ? { offset, length } : { offset: 0, length: variable.text.length };
  const place = variable.place?.();
  if (place === undefined) return { kind: 'text', ...inside };
  const { location, excerpt } = place;
  const column = Math.min(location.column + inside.offset, excerpt.length + 1);
  return {
    kind: 'elsewhere',
    location: { ...location, column, length: Math.max(1, Math.min(inside.length, excerpt.length + 1 - column)) },
    excerpt,
  };
}

/** A complaint about a part of a variable's value. */
export function textFinding(
  code: DiagnosticCode,
  variable: VariableText,
  message: string,
  blamed: Blamed,
  hint?: string,
): Finding {
  return errorAt(code, variable.pointer, message, { hint, mark: markInVariable(variable, blamed) });
}
