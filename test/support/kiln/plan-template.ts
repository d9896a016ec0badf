import { resolve } from 'node:path';
import type { LocatedDiagnostic } from '../../../core/diagnostics/diagnostic.ts';
import { statPathOnce, readStart } from '../../../core/plan/stat-path.ts';
import { makePlan, type MadePlan } from '../../../core/plan/make-plan.ts';
import type { PlanOptions } from '../../../core/plan/plan-options.ts';
import { readGivenVariables } from '../../../core/template/variables/given-variables.ts';
import { parseTemplate } from '../../../core/template/parse-template.ts';
import { templateSource } from '../../../core/template/read-template.ts';
import { builtin } from '../../../plugins/builtin.ts';

export interface Given {
  readonly vars?: readonly string[];
  readonly varFiles?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly options?: Partial<PlanOptions>;
}

/** Plans a template with the built-in components, as `kiln validate t.json` does. Texts are taken as they are. */
export async function planTemplate(template: string | object, given: Given = {}): Promise<MadePlan> {
  const text = typeof template === 'string' ? template : JSON.stringify(template, null, 2);
  const { given: variables, diagnostics } = await readGivenVariables(given.varFiles ?? [], given.vars ?? []);
  return makePlan(parseTemplate(templateSource('t.json', text)), {
    components: builtin,
    given: variables,
    givenDiagnostics: diagnostics,
    only: [],
    except: [],
    force: false,
    startedAt: new Date('2026-03-04T05:06:07Z'),
    packerVersion: '1.16.0',
    workingDirectory: resolve('.'),
    environment: (name) => given.environment?.[name],
    statPath: statPathOnce(),
    readStart,
    fetchData: true,
    signal: new AbortController().signal,
    ...given.options,
  });
}

/** "CODE line:column", in the order of the source. */
export function codesAndPlaces(diagnostics: readonly LocatedDiagnostic[]): readonly string[] {
  return diagnostics.map(
    ({ code, location }) => `${code} ${location === undefined ? '-' : `${location.line}:${location.column}`}`,
  );
}

export function codes(diagnostics: readonly LocatedDiagnostic[]): readonly string[] {
  return diagnostics.map(({ code }) => code);
}
