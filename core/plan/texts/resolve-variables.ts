import type { DiagnosticCode } from '../../diagnostics/catalogue.ts';
import { errorAt, warningAt, type Finding } from '../../diagnostics/finding.ts';
import { nameHint } from '../../diagnostics/suggest.ts';
import {
  hasDotReference,
  InterpolationError,
  renderKeepingDots,
  renderWithLookups,
  templateFunctions,
  type FunctionTable,
  userReferences,
  valuesOf,
  type Answers,
  type UserReference,
} from '../../interpolation/index.ts';
import { pointerToken } from '../../diagnostics/pointer.ts';
import type { Template } from '../../template/template.ts';
import { markInVariable, textFinding, type VariableText } from './text-finding.ts';
import type { PlanOptions } from '../plan-options.ts';
import type { CommonContext, Variables } from './text-context.ts';

const MOST_PASSES = 100;
/** How much longer a value may become than it is written. */
const MOST_GROWTH = 1024 * 1024;

/** Every variable as written: its default, or the last of the values given. */
function writtenTexts(template: Template, options: PlanOptions, findings: Finding[]): Map<string, VariableText> {
  const texts = new Map<string, VariableText>();
  const required = new Map<string, string>();
  for (const { name, pointer, default: text } of template.variables) {
    if (text === undefined) required.set(name, pointer);
    else texts.set(name, { text, pointer, place: undefined });
  }
  for (const { name, value, place } of options.given) {
    required.delete(name);
    texts.set(name, { text: value, pointer: `/variables/${pointerToken(name)}`, place });
  }
  for (const [name, pointer] of required) {
    const near = nameHint(
      name,
      options.given
        .map((variable) => variable.name)
        .filter((given) => !template.variables.some((v) => v.name === given)),
    );
    const hint = near?.startsWith('did') === true ? near : `give it a value with -var '${name}=…' or in a -var-file`;
    findings.push(
      errorAt('VARIABLE_REQUIRED', pointer, `the variable "${name}" is required and has no value`, {
        hint,
        mark: { kind: 'key' },
      }),
    );
  }
  return texts;
}

/** One rendering after another while the text calls for other variables, as Packer does it. */
function renderText(text: string, render: (text: string) => string): string {
  let current = text;
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    if (!current.includes('{{')) return current;
    const last = userReferences(current).length === 0;
    current = render(current);
    if (last) return current;
    if (current.length > text.length + MOST_GROWTH) break;
  }
  throw new InterpolationError('the value grows without end', { offset: 0, length: 1 }, { code: 'VARIABLE_RECURSION' });
}

/** The circles among variables that all need another one of them; each variable is gone through once. */
function circles(needs: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const done = new Set<string>();
  return [...needs.keys()].flatMap((from) => {
    const path = new Map<string, number>();
    let at: string | undefined = from;
    for (; at !== undefined && !done.has(at) && !path.has(at); at = needs.get(at)?.[0]) path.set(at, path.size);
    for (const name of path.keys()) done.add(name);
    const start = at === undefined ? undefined : path.get(at);
    return start === undefined ? [] : [[...path.keys()].slice(start)];
  });
}

/** Members of a circle that a message names. */
const MOST_NAMED = 20;

function circleFinding(members: readonly string[], texts: ReadonlyMap<string, VariableText>): readonly Finding[] {
  const [first] = [...members].sort();
  const text = first === undefined ? undefined : texts.get(first);
  if (first === undefined || text === undefined) return [];
  const at = members.indexOf(first);
  const around = [...members.slice(at), ...members.slice(0, at), first].map((member) => `"${member}"`);
  const named = around.length <= MOST_NAMED ? around : [...around.slice(0, MOST_NAMED), '…', `"${first}"`];
  const message =
    members.length === 1
      ? `the variable "${first}" needs its own value`
      : `the variables need each other's values in a circle: ${named.join(' → ')}`;
  return [textFinding('VARIABLE_CYCLE', text, message, { offset: 0, length: text.text.length })];
}

/** The order in which each variable comes after those it uses, and those that are in a circle or behind one. */
function order(texts: ReadonlyMap<string, VariableText>): {
  readonly ordered: readonly string[];
  readonly stuck: ReadonlyMap<string, readonly string[]>;
} {
  const needs = new Map<string, Set<string>>();
  const neededBy = new Map<string, string[]>();
  for (const name of [...texts.keys()].sort()) {
    const text = texts.get(name)?.text ?? '';
    const references = text.includes('{{') ? userReferences(text).map((reference) => reference.name) : [];
    const known = new Set(references.filter((other) => texts.has(other)));
    needs.set(name, known);
    for (const other of known) neededBy.set(other, [...(neededBy.get(other) ?? []), name]);
  }
  const ordered = [...needs].filter(([, others]) => others.size === 0).map(([name]) => name);
  for (const name of ordered) {
    for (const user of neededBy.get(name) ?? []) {
      const left = needs.get(user);
      left?.delete(name);
      if (left?.size === 0) ordered.push(user);
    }
  }
  const done = new Set(ordered);
  const stuck = [...needs].filter(([name]) => !done.has(name)).map(([name, others]) => [name, [...others]] as const);
  return { ordered, stuck: new Map(stuck) };
}

/** Warnings about variables that a variable's value names and that nobody declares or gives; they are empty texts. */
function unknownReferences(
  name: string,
  written: VariableText,
  references: readonly UserReference[],
  texts: ReadonlyMap<string, VariableText>,
): readonly Finding[] {
  return references
    .filter((reference) => !texts.has(reference.name))
    .map(({ name: asked, offset, length }) => {
      const message = `the value of the variable "${name}" names a variable "${asked}", which is neither declared nor given; it stands for an empty text`;
      const near = nameHint(asked, [...texts.keys()]);
      const hint = near?.startsWith('did') === true ? near : 'declare it in "variables"';
      const mark = markInVariable(written, { offset, length });
      return warningAt('VARIABLE_UNDEFINED', written.pointer, message, { hint, mark });
    });
}

/** A complaint about a sensitive variable's value, without any of it. */
function hiddenFinding(code: DiagnosticCode, name: string, { pointer, place }: VariableText): Finding {
  const location = place?.()?.location;
  return errorAt(
    code,
    pointer,
    `the value of the sensitive variable "${name}" is not a template that can be filled in`,
    {
      hint: 'braces {{ that are meant as text are written {{`{{`}}',
      mark: location === undefined ? { kind: 'key' } : { kind: 'elsewhere', location, excerpt: undefined },
    },
  );
}

/** A shorter text is found by chance in most others. */
const SHORTEST_SECRET = 3;

function shortSecrets(template: Template, values: Readonly<Record<string, string>>): readonly Finding[] {
  return template.sensitiveVariables.flatMap((name, index) => {
    const { length } = values[name] ?? '';
    if (length === 0 || length >= SHORTEST_SECRET) return [];
    const letters = length === 1 ? 'one character' : `${String(length)} characters`;
    const message = `the value of the sensitive variable "${name}" has ${letters} only, which are hidden wherever they occur, also in words`;
    return [warningAt('VARIABLE_SENSITIVE_SHORT', `/sensitive-variables/${String(index)}`, message)];
  });
}

/** Works out all variables. Collects every complaint; rejects only when the lookups are cancelled. */
export async function resolveVariables(
  template: Template,
  options: PlanOptions,
  common: CommonContext,
): Promise<{ readonly variables: Variables; readonly findings: readonly Finding[] }> {
  const findings: Finding[] = [];
  const texts = writtenTexts(template, options, findings);
  const values: Record<string, string> = Object.create(null) as Record<string, string>;
  const unknown = new Set(template.variables.map(({ name }) => name).filter((name) => !texts.has(name)));
  const { ordered, stuck } = order(texts);
  findings.push(...circles(stuck).flatMap((members) => circleFinding(members, texts)));
  for (const name of stuck.keys()) unknown.add(name);
  const { environment, signal } = options;
  const answers: Answers = new Map();
  const { lookups } = options.components;
  const sensitive = new Set(template.sensitiveVariables);
  let functions: FunctionTable | undefined;
  const valueOf = (text: string): string => {
    functions ??= templateFunctions({ ...common, variables: values, outside: { environment, answers } });
    const options = { functions, work: common.work };
    return renderText(text, (each) => renderKeepingDots(each, options));
  };
  for (const name of ordered) {
    const written = texts.get(name);
    if (written === undefined) continue;
    if (!written.text.includes('{{')) {
      values[name] = written.text;
      continue;
    }
    const needed = userReferences(written.text);
    if (needed.some((reference) => unknown.has(reference.name))) {
      unknown.add(name);
      continue;
    }
    findings.push(...unknownReferences(name, written, needed, texts));
    try {
      values[name] = await renderWithLookups(() => valueOf(written.text), answers, { lookups, signal });
    } catch (error) {
      if (!(error instanceof InterpolationError)) throw error;
      unknown.add(name);
      const { code, message, hint, offset, length } = error;
      findings.push(
        sensitive.has(name)
          ? hiddenFinding(code, name, written)
          : textFinding(code, written, `the variable "${name}": ${message}`, { offset, length }, hint),
      );
    }
  }
  // What is written of a sensitive variable is hidden as well: it may be no well-formed template.
  const hidden = template.sensitiveVariables.flatMap((name) => [values[name], texts.get(name)?.text]);
  const secrets = [...hidden, ...valuesOf(answers)].filter((value): value is string => (value ?? '') !== '');
  findings.push(...shortSecrets(template, values));
  const dotted = new Set(
    Object.keys(values).filter((name) => {
      const value = values[name] ?? '';
      return value.includes('{{') && hasDotReference(value);
    }),
  );
  return { variables: { values, unknown, dotted, texts, secrets: [...new Set(secrets)] }, findings };
}
