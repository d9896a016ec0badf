import { wrapped } from '../text/columns.ts';
import { visible } from '../text/visible.ts';
import type { LocatedDiagnostic, SourceLocation } from './diagnostic.ts';
import { excerptOf } from './excerpt.ts';

/** Columns of a source line where nobody knows how many there are. */
const USUAL_COLUMNS = 80;

/** How diagnostics are shown. */
export interface Look {
  /** Columns of the terminal; without them messages are not wrapped, so that they can be searched for. */
  readonly columns?: number | undefined;
  readonly colour?: boolean;
}

const colours = { error: '1;31', warning: '1;33', hint: '36', gutter: '34', place: '2' } as const;

type Paint = (colour: keyof typeof colours, text: string) => string;

/** "web.json:12:5" */
export function locationText(location: SourceLocation): string {
  return `${location.file}:${String(location.line)}:${String(location.column)}`;
}

function excerptLines(excerpt: string, location: SourceLocation, columns: number): readonly [string, string, string] {
  const number = String(location.line);
  const gutter = ' '.repeat(number.length);
  const { source, indent, marks } = excerptOf(excerpt, location, Math.max(16, columns - `  ${number} | `.length));
  return [`  ${number} | ${source}`, `  ${gutter} | ${indent}`, marks];
}

/** Message and hint come from anywhere: from a guest, too. */
function safe(text: string): string {
  return text
    .split(/\r*\n/)
    .map((line) => visible(line, false))
    .join('\n');
}

/** A diagnostic for people: code, place, message, the source line with the fault underlined, and what to do. */
export function renderDiagnostic(diagnostic: LocatedDiagnostic, { columns, colour = false }: Look = {}): string {
  const { severity, code, message, pointer, hint, location, excerpt } = diagnostic;
  const paint: Paint = (name, text) => (colour ? `\u001b[${colours[name]}m${text}\u001b[0m` : text);
  const width = columns ?? Number.POSITIVE_INFINITY;
  const places = [
    ...(location === undefined ? [] : [locationText(location)]),
    ...(pointer === '' ? [] : [pointer]),
  ].map(safe);
  const head = `${severity} ${code}`;
  const beside = [head, ...places].join('  ').length <= width;
  const lines = [
    beside
      ? [paint(severity, head), ...places.map((place) => paint('place', place))].join('  ')
      : [paint(severity, head), ...places.map((place) => `  ${paint('place', place)}`)].join('\n'),
    wrapped(safe(message), width, '  '),
  ];
  if (location !== undefined && excerpt !== undefined) {
    const [source, indent, marks] = excerptLines(excerpt, location, columns ?? USUAL_COLUMNS);
    const cut = source.indexOf('|') + 1;
    lines.push(paint('gutter', source.slice(0, cut)) + source.slice(cut));
    lines.push(paint('gutter', indent.slice(0, cut)) + indent.slice(cut) + paint(severity, marks));
  }
  if (hint !== undefined) {
    const text = wrapped(safe(hint), width, '  hint: ', '        ');
    lines.push(`  ${paint('hint', 'hint:')}${text.slice('  hint:'.length)}`);
  }
  return lines.join('\n');
}

/** All of them, one blank line between two; empty without diagnostics. */
export function renderDiagnostics(diagnostics: readonly LocatedDiagnostic[], look: Look = {}): string {
  return diagnostics.map((diagnostic) => `${renderDiagnostic(diagnostic, look)}\n`).join('\n');
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
