import type { LocatedDiagnostic, SourceLocation } from './diagnostic.ts';

/** The longest piece of a source line that is shown, in UTF-16 code units. */
const EXCERPT_WIDTH = 120;

/** "web.json:12:5" */
export function locationText(location: SourceLocation): string {
  return `${location.file}:${String(location.line)}:${String(location.column)}`;
}

function excerptLines(excerpt: string, location: SourceLocation): readonly string[] {
  const start = location.column - 1;
  const from = excerpt.length <= EXCERPT_WIDTH ? 0 : Math.max(0, start - Math.floor(EXCERPT_WIDTH / 3));
  const shown = excerpt.slice(from, from + EXCERPT_WIDTH).replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f]/g, ' ');
  const indent = shown.slice(0, start - from).replaceAll(/[^\t]/g, ' ');
  const room = Math.max(1, shown.length - (start - from));
  const number = String(location.line);
  const gutter = ' '.repeat(number.length);
  return [
    `  ${number} | ${from > 0 ? '…' : ''}${shown}${from + EXCERPT_WIDTH < excerpt.length ? '…' : ''}`,
    `  ${gutter} | ${from > 0 ? ' ' : ''}${indent}${'^'.repeat(Math.min(Math.max(1, location.length), room))}`,
  ];
}

/** A diagnostic for people: code, place, message, the source line with the fault underlined, and what to do. */
export function renderDiagnostic(diagnostic: LocatedDiagnostic): string {
  const { severity, code, message, pointer, hint, location, excerpt } = diagnostic;
  const head = [
    `${severity} ${code}`,
    ...(location === undefined ? [] : [locationText(location)]),
    ...(pointer === '' ? [] : [pointer]),
  ].join('  ');
  const lines = [head, ...message.split('\n').map((line) => `  ${line}`)];
  if (location !== undefined && excerpt !== undefined) lines.push(...excerptLines(excerpt, location));
  if (hint !== undefined)
    lines.push(...hint.split('\n').map((line, index) => `  ${index === 0 ? 'hint: ' : '      '}${line}`));
  return lines.join('\n');
}

/** All of them, one blank line between two; empty without diagnostics. */
export function renderDiagnostics(diagnostics: readonly LocatedDiagnostic[]): string {
  return diagnostics.map((diagnostic) => `${renderDiagnostic(diagnostic)}\n`).join('\n');
}

/** Of a source line in data, in UTF-16 code units: a template may be one line of megabytes. */
const LONGEST_EXCERPT = 1000;

export interface DiagnosticData extends LocatedDiagnostic {
  /** The column at which `excerpt` starts when it is not the whole line. */
  readonly excerptColumn?: number;
}

/** The diagnostic as plain data for programs; its fields are documented in docs/diagnostics.md. */
export function diagnosticData(diagnostic: LocatedDiagnostic): DiagnosticData {
  const { severity, code, message, pointer, hint, location, excerpt } = diagnostic;
  const from = Math.max(0, (location?.column ?? 1) - 1 - Math.floor(LONGEST_EXCERPT / 4));
  const isLong = excerpt !== undefined && excerpt.length > LONGEST_EXCERPT;
  return {
    severity,
    code,
    message,
    pointer,
    ...(hint === undefined ? {} : { hint }),
    ...(location === undefined ? {} : { location }),
    ...(excerpt === undefined ? {} : { excerpt: isLong ? excerpt.slice(from, from + LONGEST_EXCERPT) : excerpt }),
    ...(isLong ? { excerptColumn: from + 1 } : {}),
  };
}

function byPlace(a: LocatedDiagnostic, b: LocatedDiagnostic): number {
  const file = (a.location?.file ?? '').localeCompare(b.location?.file ?? '');
  if (file !== 0) return file;
  const line = (a.location?.line ?? 0) - (b.location?.line ?? 0);
  if (line !== 0) return line;
  return (a.location?.column ?? 0) - (b.location?.column ?? 0) || (a.code < b.code ? -1 : a.code > b.code ? 1 : 0);
}

/** In the order of the source, each once. */
export function sortDiagnostics(diagnostics: readonly LocatedDiagnostic[]): readonly LocatedDiagnostic[] {
  const seen = new Map<string, LocatedDiagnostic>();
  for (const diagnostic of diagnostics) {
    const place = diagnostic.location === undefined ? '' : locationText(diagnostic.location);
    const key = [diagnostic.code, diagnostic.pointer, place, diagnostic.message].join('\n');
    if (!seen.has(key)) seen.set(key, diagnostic);
  }
  return [...seen.values()].sort(byPlace);
}
