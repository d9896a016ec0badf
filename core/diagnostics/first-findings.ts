import { hasErrors } from './diagnostic.ts';
import { errorAt, warningAt, type Finding } from './finding.ts';

/** Errors, and warnings, that are shown of one template. Nobody reads more, and each costs time to show. */
const MOST = 1000;

/** The first findings of each severity; when some are left out, one more at the end of the file says how many. */
export function firstFindings(findings: readonly Finding[]): readonly Finding[] {
  const counts = { error: 0, warning: 0 };
  const first = findings.filter(({ severity }) => ++counts[severity] <= MOST);
  const left = findings.length - first.length;
  if (left === 0) return first;
  const make = hasErrors(findings) ? errorAt : warningAt;
  const message = `${String(left)} more complaints are left out`;
  const mark = { kind: 'range', start: Number.MAX_SAFE_INTEGER, end: Number.MAX_SAFE_INTEGER } as const;
  return [...first, make('COMPLAINTS_LEFT_OUT', '', message, { mark })];
}
