import type { DiagnosticCode } from '../../diagnostics/catalogue.ts';
import { errorAt, warningAt, type Finding } from '../../diagnostics/finding.ts';
import { nameHint } from '../../diagnostics/suggest.ts';
import {
  dataReferences,
  hasDotReference,
  InterpolationError,
  renderKeepingDots,
  renderWithLookups,
  templateFunctions,
  type FunctionTable,
  userReferences,
  valuesOf,
  withBraces,
  type Answers,
  type UserReference,
} from '../../interpolation/index.ts';
import type { Template, TemplateDataSource } from '../../template/template.ts';
import { fetchedData, unknownData, type DataState } from './data-state.ts';
import { markInVariable, textFinding, type VariableText } from './text-finding.ts';
import type { PlanOptions } from '../plan-options.ts';
import { writtenTexts } from './read-variables.ts';
import type { CommonContext, Variables } from './text-context.ts';
import { textsIn, valueOrder } from './value-order.ts';

const MOST_PASSES = 100;
/** How much longer a value may become than it is written. */
const MOST_GROWTH = 1024 * 1024;

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

/** Asks a data source whose needs are worked out. */
export type Fetch = (source: TemplateDataSource, known: Variables) => Promise<FetchedState>;

/** What a data source adds to what is known. */
export interface FetchedState {
  readonly state: DataState;
  readonly findings: readonly Finding[];
  /** Values that nobody may see. */
  readonly secrets: readonly string[];
}

/** What is known so far. */
interface Known extends Variables {
  readonly values: Record<string, string>;
  readonly unknown: Set<string>;
  readonly dotted: Set<string>;
  readonly data: Map<string, DataState>;
}

/** How the values of variables are rendered: once more after each lookup, and one after another. */
function valueRenderer(
  options: PlanOptions,
  common: CommonContext,
  { values, data }: Known,
  answers: Answers,
): (text: string) => Promise<string | undefined> {
  const { environment, signal } = options;
  const { lookups } = options.components;
  let standIns = 0;
  let functions: FunctionTable | undefined;
  const valueOf = (text: string): string => {
    functions ??= templateFunctions({
      ...common,
      variables: values,
      data: fetchedData(data, () => standIns++),
      outside: { environment, answers },
    });
    const options = { functions, work: common.work };
    return renderText(text, (each) => renderKeepingDots(each, options));
  };
  return async (text) => {
    const before = standIns;
    const value = await renderWithLookups(() => valueOf(text), answers, { lookups, signal });
    return standIns === before ? value : undefined;
  };
}

/**
 * Works out all variables, and asks the data sources that they and others need. Data sources that do not wait for each
 * other are asked at the same time. Collects every complaint; rejects only when it is cancelled.
 */
export async function resolveVariables(
  template: Template,
  options: PlanOptions,
  common: CommonContext,
  fetch: Fetch,
): Promise<{ readonly variables: Variables; readonly findings: readonly Finding[] }> {
  const findings: Finding[] = [];
  const texts = writtenTexts(template, options.given, findings);
  const known: Known = {
    values: Object.create(null) as Record<string, string>,
    unknown: new Set(template.variables.map(({ name }) => name).filter((name) => !texts.has(name))),
    dotted: new Set(),
    texts,
    data: new Map(template.dataSources.map(({ name }) => [name, { ...unknownData, isPending: true }])),
    secrets: [],
  };
  const { values, unknown, dotted, data } = known;
  const { ordered, stuck, findings: circles } = valueOrder(texts, template.dataSources);
  findings.push(...circles);
  for (const { kind, name } of stuck) {
    if (kind === 'variable') unknown.add(name);
    else data.set(name, unknownData);
  }
  const answers: Answers = new Map();
  const sensitive = new Set(template.sensitiveVariables);
  const render = valueRenderer(options, common, known, answers);
  const fetching = new Map<string, Promise<readonly string[]>>();
  const fetched = async (texts: readonly string[]): Promise<void> => {
    await Promise.all(texts.flatMap(dataReferences).flatMap((name) => fetching.get(name) ?? []));
  };
  const fetchOne = async (source: TemplateDataSource): Promise<readonly string[]> => {
    await fetched(textsIn(source.config));
    const outcome = await fetch(source, known);
    data.set(source.name, outcome.state);
    findings.push(...outcome.findings);
    return outcome.secrets;
  };
  const resolveOne = async (name: string, written: VariableText): Promise<void> => {
    const needed = userReferences(written.text);
    if (needed.some((reference) => unknown.has(reference.name))) {
      unknown.add(name);
      return;
    }
    findings.push(...unknownReferences(name, written, needed, texts));
    try {
      await fetched([written.text]);
      const value = await render(written.text);
      if (value === undefined) unknown.add(name);
      else values[name] = value;
      if (value?.includes('{{') === true && hasDotReference(value)) dotted.add(name);
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
  };
  for (const each of ordered) {
    if (each.kind === 'variable') {
      if (each.written.text.includes('{{')) await resolveOne(each.name, each.written);
      else values[each.name] = each.written.text;
    } else {
      const asked = fetchOne(each.source);
      // Awaited below; until then nobody listens to it.
      asked.catch(() => undefined);
      fetching.set(each.name, asked);
    }
  }
  const secretData = (await Promise.all(fetching.values())).flat();
  // What is written of a sensitive variable is hidden as well: it may be no well-formed template.
  const hidden = template.sensitiveVariables.flatMap((name) => [values[name], texts.get(name)?.text]);
  const secrets = [...hidden, ...valuesOf(answers), ...secretData].filter(
    (value): value is string => (value ?? '') !== '',
  );
  findings.push(...shortSecrets(template, values));
  return { variables: { ...known, secrets: [...new Set(secrets.map(withBraces))] }, findings };
}
