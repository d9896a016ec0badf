import type { LocatedDiagnostic } from '../../diagnostics/diagnostic.ts';
import { errorAt } from '../../diagnostics/finding.ts';
import type { GivenVariables, GivenVariable } from './given-variable.ts';

const ASSIGNMENT = /^\s*(?:export\s+)?([A-Za-z_][\w.-]*)\s*=[ \t]*(.*?)\s*$/;

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/** The text that a value stands for, and how far into the value as written it starts; undefined when it is not well-formed. */
function readValue(written: string): { readonly text: string; readonly start: number } | undefined {
  const quote = written[0];
  if (quote === "'" || quote === '"') {
    const body = quote === "'" ? /^'([^']*)'\s*(?:#.*)?$/ : /^"((?:[^"\\]|\\.)*)"\s*(?:#.*)?$/;
    const inner = body.exec(written)?.[1];
    if (inner === undefined) return undefined;
    const text = quote === "'" ? inner : inner.replaceAll(/\\(.)/g, (_, next: string) => escapes[next] ?? next);
    return { text, start: 1 };
  }
  return { text: written.replace(/\s+#.*$/, '').replace(/^#.*$/, ''), start: 0 };
}

/**
 * Reads lines of NAME=VALUE. Blank lines and lines that start with # count for nothing, "export" before a name is
 * allowed, a value may be in single quotes (as it stands) or double quotes (with \n, \r, \t, \" and \\).
 */
export function readEnvFile(label: string, text: string): GivenVariables {
  const given: GivenVariable[] = [];
  const diagnostics: LocatedDiagnostic[] = [];
  for (const [index, excerpt] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    if (/^\s*(#.*)?$/.test(excerpt)) continue;
    const [, name, written = ''] = ASSIGNMENT.exec(excerpt) ?? [];
    const value = name === undefined ? undefined : readValue(written);
    if (name === undefined || value === undefined) {
      const message = 'this line is not in the form NAME=VALUE';
      const location = { file: label, line: index + 1, column: 1, length: Math.max(1, excerpt.length) };
      const details = { hint: 'a value with quotes has to end with the same quote' };
      const { severity, code, pointer, hint } = errorAt('VARIABLE_FILE_LINE', '', message, details);
      diagnostics.push({
        severity,
        code,
        message,
        pointer,
        ...(hint === undefined ? {} : { hint }),
        location,
        excerpt,
      });
      continue;
    }
    const at = excerpt.lastIndexOf(written) + value.start;
    const location = { file: label, line: index + 1, column: at + 1, length: Math.max(1, value.text.length) };
    given.push({ name, value: value.text, place: () => ({ location, excerpt }) });
  }
  return { given, diagnostics };
}
