import { hasErrors, type LocatedDiagnostic } from '../../../core/diagnostics/diagnostic.ts';
import { diagnosticData, renderDiagnostics } from '../../../core/diagnostics/render.ts';
import { TemplateError } from '../../../core/errors/errors.ts';
import { statPathOnce, readStart } from '../../../core/plan/stat-path.ts';
import { makePlan } from '../../../core/plan/make-plan.ts';
import type { ComponentRegistry } from '../../../core/contract/component-registry.ts';
import { fixText } from '../../../core/template/fix/fix-text.ts';
import { formatTemplate } from '../../../core/template/format/format-template.ts';
import { inspectMachineText, inspectTemplate } from '../../../core/template/inspect.ts';
import { parseTemplate } from '../../../core/template/parse-template.ts';
import { templateSource, type TemplateSource } from '../../../core/template/read-template.ts';

const unreachable: Readonly<Record<string, string>> = {
  CONSUL_HTTP_ADDR: '127.0.0.1:9',
  VAULT_ADDR: 'http://127.0.0.1:9',
  VAULT_TOKEN: 'x',
};

function insist(holds: boolean, what: string): void {
  if (!holds) throw new Error(`broken promise: ${what}`);
}

/** What every complaint promises, whatever it is about. */
function checkDiagnostics(diagnostics: readonly LocatedDiagnostic[], text: string): void {
  const lines = text.replace(/^\ufeff/, '').split('\n');
  for (const { code, message, pointer, location, hint } of diagnostics) {
    insist(/^[A-Z][A-Z_]+$/.test(code), `${code} is a code`);
    insist(message !== '' && hint !== '', `${code} says something`);
    insist(!/\n\s+at [^\n]+:\d+:\d+/.test(`${message}${hint ?? ''}`), `no stack trace: ${message}`);
    insist(pointer === '' || pointer.startsWith('/'), `${JSON.stringify(pointer)} is a pointer`);
    if (location === undefined) continue;
    const line = lines[location.line - 1];
    insist(line !== undefined, `line ${String(location.line)} exists`);
    insist(location.column >= 1 && location.column <= (line ?? '').length + 1, `${code} has a column of its line`);
    insist(location.length >= 1, `${code} marks something`);
  }
  insist(
    renderDiagnostics(diagnostics).length + JSON.stringify(diagnostics.map(diagnosticData)).length > 0,
    'it can be shown',
  );
}

function tidy(source: TemplateSource, text: string): void {
  const formatted = formatTemplate('t.json', text);
  insist(formatTemplate('t.json', formatted) === formatted, 'what was formatted stays as it is');
  const fixed = fixText(source);
  insist(fixText(templateSource('t.json', fixed)) === fixed, 'what was fixed stays as it is');
}

/** What came of a template. */
interface Tried {
  readonly outcome: 'plan' | 'complaints' | 'no JSON';
  /** Of the errors, each once. */
  readonly codes: readonly string[];
}

function tried(outcome: Tried['outcome'], diagnostics: readonly LocatedDiagnostic[]): Tried {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  return { outcome, codes: [...new Set(errors.map(({ code }) => code))].sort() };
}

/** Parses and plans a template, as `kiln validate` does. Throws when something is not as promised. */
export async function tryValidate(text: string, components: ComponentRegistry): Promise<Tried> {
  return attempt(text, components, () => undefined);
}

/** Looks at it with the other commands, too. */
export async function tryTemplate(text: string, components: ComponentRegistry): Promise<Tried> {
  return attempt(text, components, (source) => {
    tidy(source, text);
  });
}

async function attempt(
  text: string,
  components: ComponentRegistry,
  more: (source: TemplateSource) => void,
): Promise<Tried> {
  let source: TemplateSource;
  try {
    source = templateSource('t.json', text);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    insist(hasErrors(error.diagnostics), 'a text that is no JSON has an error');
    checkDiagnostics(error.diagnostics, text);
    return tried('no JSON', error.diagnostics);
  }
  const template = parseTemplate(source);
  inspectMachineText(inspectTemplate(template), 0);
  const { plan, diagnostics } = await makePlan(template, {
    components,
    given: [],
    givenDiagnostics: [],
    only: [],
    except: [],
    force: false,
    startedAt: new Date('2026-03-04T05:06:07Z'),
    packerVersion: '1.16.0',
    workingDirectory: import.meta.dirname,
    environment: (name) => unreachable[name],
    statPath: statPathOnce(),
    readStart,
    fetchData: false,
    signal: undefined,
  });
  insist((plan === undefined) === hasErrors(diagnostics), 'there is a plan unless there is an error');
  checkDiagnostics(diagnostics, text);
  more(source);
  return tried(plan === undefined ? 'complaints' : 'plan', diagnostics);
}
