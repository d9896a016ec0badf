import { errorAt, type Finding } from '../diagnostics/finding.ts';
import { nameHint } from '../diagnostics/suggest.ts';
import {
  hasDotReference,
  InterpolationError,
  renderKeepingDots,
  renderWithLookups,
  templateFunctions,
  type FunctionTable,
  userReferences,
  type Lookups,
} from '../interpolation/index.ts';
import { pointerToken } from '../template/json-source.ts';
import type { Template } from '../template/template.ts';
import { textFinding, type VariableText } from './text-finding.ts';
import type { PlanOptions } from './plan-options.ts';
import type { CommonContext } from './text-setting.ts';

/** Variables with their values worked out. */
export interface Variables {
  readonly values: Readonly<Record<string, string>>;
  /** Those that have no value because of a complaint; texts that use them are not judged. */
  readonly unknown: ReadonlySet<string>;
  /** Those whose value has expressions such as `{{ .HTTPIP }}`, for whoever fills in that data. */
  readonly dotted: ReadonlySet<string>;
  /** Values as written, with where. */
  readonly texts: ReadonlyMap<string, VariableText>;
  /** Values that nobody may see. */
  readonly secrets: readonly string[];
}

const MOST_PASSES = 100;
const LONGEST = 16 * 1024 * 1024;

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
    if (current.length > LONGEST) break;
  }
  throw new InterpolationError('the value grows without end', { offset: 0, length: 1 }, { code: 'VARIABLE_RECURSION' });
}

/** The names of a circle of variables, from a set whose members all need another member. */
function circle(from: string, needs: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const path: string[] = [];
  for (let at: string | undefined = from; at !== undefined; at = needs.get(at)?.[0]) {
    const start = path.indexOf(at);
    if (start >= 0) return path.slice(start);
    path.push(at);
  }
  return path;
}

function circleFindings(
  needs: ReadonlyMap<string, readonly string[]>,
  texts: ReadonlyMap<string, VariableText>,
): readonly Finding[] {
  const seen = new Set<string>();
  return [...needs.keys()].flatMap((name) => {
    const members = circle(name, needs);
    const [first] = [...members].sort();
    const text = first === undefined ? undefined : texts.get(first);
    if (first === undefined || text === undefined || seen.has(first)) return [];
    seen.add(first);
    const at = members.indexOf(first);
    const around = [...members.slice(at), ...members.slice(0, at), first].map((member) => `"${member}"`);
    const message =
      members.length === 1
        ? `the variable ${around[0] ?? ''} needs its own value`
        : `the variables need each other's values in a circle: ${around.join(' → ')}`;
    return [textFinding('VARIABLE_CYCLE', text, message, { offset: 0, length: text.text.length })];
  });
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
  findings.push(...circleFindings(stuck, texts));
  for (const name of stuck.keys()) unknown.add(name);
  const { environment, signal } = options;
  const lookups: Lookups = new Map();
  let functions: FunctionTable | undefined;
  const valueOf = (text: string): string => {
    functions ??= templateFunctions({ ...common, variables: values, outside: { environment, lookups } });
    const options = { functions };
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
    try {
      values[name] = await renderWithLookups(() => valueOf(written.text), lookups, { environment, signal });
    } catch (error) {
      if (!(error instanceof InterpolationError)) throw error;
      unknown.add(name);
      const { code, message, hint, offset, length } = error;
      findings.push(textFinding(code, written, `the variable "${name}": ${message}`, { offset, length }, hint));
    }
  }
  const secrets = template.sensitiveVariables.flatMap((name) => {
    const value = values[name];
    return value === undefined || value === '' ? [] : [value];
  });
  const dotted = new Set(
    Object.keys(values).filter((name) => {
      const value = values[name] ?? '';
      return value.includes('{{') && hasDotReference(value);
    }),
  );
  return { variables: { values, unknown, dotted, texts, secrets }, findings };
}
