import { errorAt, warningAt, type Finding } from '../../diagnostics/finding.ts';
import { UsageError } from '../../errors/errors.ts';
import type { JsonValue } from '../../contract/json.ts';
import { isObject } from '../../json/guards.ts';
import { describeValue } from '../../schema/weak-values.ts';
import { readEnvFile } from './env-file.ts';
import { parseJsonSource, type JsonSource } from '../json-source.ts';
import { pointerToken } from '../../diagnostics/pointer.ts';
import { literalText, locateAll, placeOf, type SourcePlace } from '../locate.ts';
import { readNamedFile } from '../read-template.ts';
import type { GivenVariable, GivenVariables } from './given-variable.ts';

/** Where a value's text starts: behind its quote. */
function textPlace(source: JsonSource, pointer: string): SourcePlace | undefined {
  return placeOf(source, pointer, { kind: 'text', offset: 0, length: Infinity });
}

function jsonVariable(source: JsonSource, name: string, value: JsonValue, findings: Finding[]): GivenVariable[] {
  const pointer = `/${pointerToken(name)}`;
  const place = (): SourcePlace | undefined => textPlace(source, pointer);
  if (value === null || typeof value === 'string') return [{ name, value: value ?? '', place }];
  if (typeof value === 'object') {
    const message = `the variable "${name}" is ${describeValue(value)}, not text`;
    findings.push(errorAt('VARIABLE_NOT_TEXT', pointer, message));
    return [];
  }
  const text = literalText(source, pointer) ?? String(value);
  const message = `the value of the variable "${name}" is a ${typeof value}; it is taken as the text "${text}"`;
  findings.push(warningAt('VARIABLE_COERCED', pointer, message, { hint: `write "${text}" in quotes` }));
  return [{ name, value: text, place }];
}

function readJsonFile(label: string, text: string): GivenVariables {
  const source = parseJsonSource(label, text);
  const findings: Finding[] = [...source.findings];
  const given: GivenVariable[] = [];
  if (isObject(source.value)) {
    for (const [name, value] of Object.entries(source.value))
      given.push(...jsonVariable(source, name, value, findings));
  } else if (source.value !== undefined) {
    const message = `a variable file is one JSON object, not ${describeValue(source.value)}`;
    findings.push(errorAt('VARIABLE_FILE_NOT_OBJECT', '', message));
  }
  return { given, diagnostics: locateAll(source, findings) };
}

async function readVariableFile(path: string, signal: AbortSignal | undefined): Promise<GivenVariables> {
  const text = await readNamedFile(path, 'variable file', 'VARIABLE_FILE_UNREADABLE', signal);
  if (/(^|[./])env$/.test(path)) return readEnvFile(path, text);
  if (/\.ya?ml$/i.test(path)) return (await import('./yaml-file.ts')).readYamlFile(path, text);
  return readJsonFile(path, text);
}

/** Throws `UsageError` when there is no "=". */
function readAssignment(assignment: string): GivenVariable {
  const split = assignment.indexOf('=');
  if (split <= 0) {
    throw new UsageError(`-var ${JSON.stringify(assignment)} is not in the form name=value`, {
      code: 'USAGE',
      hint: 'write -var name=value; quote it for the shell when the value has blanks',
    });
  }
  const value = assignment.slice(split + 1);
  const excerpt = assignment.split('\n', 1).join('');
  const location = { file: '-var', line: 1, column: split + 2, length: Math.max(1, excerpt.length - split - 1) };
  return { name: assignment.slice(0, split), value, place: () => ({ location, excerpt }) };
}

/**
 * Reads what -var-file and -var give, in the order in which it counts: files as they come, then assignments. Throws
 * `UsageError` when a file cannot be read or an assignment has no "=".
 */
export async function readGivenVariables(
  files: readonly string[],
  assignments: readonly string[],
  signal?: AbortSignal,
): Promise<GivenVariables> {
  const read: GivenVariables[] = [];
  for (const path of files) read.push(await readVariableFile(path, signal));
  return {
    given: [...read.flatMap(({ given }) => given), ...assignments.map(readAssignment)],
    // A line that cannot be read may be that of a secret, and nobody can tell which part of it is.
    diagnostics: read.flatMap(({ diagnostics }) => diagnostics).map(({ excerpt: _line, ...rest }) => rest),
  };
}
