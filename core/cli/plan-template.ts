import { TemplateError } from '../errors/errors.ts';
import { statPathOnce, readStart } from '../plan/stat-path.ts';
import { makePlan } from '../plan/make-plan.ts';
import type { PlanOptions } from '../plan/plan-options.ts';
import type { Plan } from '../plan/plan.ts';
import { variablesInEnvironment } from '../template/variables/environment-variables.ts';
import { readGivenVariables } from '../template/variables/given-variables.ts';
import { parseTemplate } from '../template/parse-template.ts';
import { readTemplate } from '../template/read-template.ts';
import type { Template } from '../template/template.ts';
import { packerVersion } from './kiln-version.ts';
import type { Output } from './output/output.ts';
import { templateComponents } from './template-plugins.ts';

export interface PlanFlags {
  readonly only: readonly string[];
  readonly except: readonly string[];
  readonly var: readonly string[];
  readonly 'var-file': readonly string[];
  readonly force: boolean;
  /** Whether data sources are asked; default true. */
  readonly fetchData?: boolean;
  /** The moment that `timestamp` tells; default now. */
  readonly startedAt?: Date;
}

/**
 * What a plan depends on besides the template; throws `UsageError` when a variable file cannot be read, and `TemplateError`
 * when the lock file of plugins is wrong.
 */
export async function readPlanOptions(
  template: Template,
  flags: PlanFlags,
  signal?: AbortSignal,
): Promise<PlanOptions> {
  const { given, diagnostics } = await readGivenVariables(flags['var-file'], flags.var, signal);
  const names = template.variables.map(({ name }) => name);
  const environment = (name: string): string | undefined => process.env[name];
  return {
    ...(await templateComponents(template)),
    given: [...variablesInEnvironment(names, environment), ...given],
    givenDiagnostics: diagnostics,
    only: flags.only,
    except: flags.except,
    force: flags.force,
    startedAt: flags.startedAt ?? new Date(),
    packerVersion,
    workingDirectory: process.cwd(),
    environment,
    statPath: statPathOnce(),
    readStart,
    fetchData: flags.fetchData ?? true,
    signal,
  };
}

/**
 * Reads a template and makes the plan that the flags ask for. Says warnings; throws `TemplateError` with all
 * complaints, and `UsageError`.
 */
export async function planTemplate(
  path: string,
  flags: PlanFlags,
  output: Output,
  signal?: AbortSignal,
): Promise<Plan> {
  const template = parseTemplate(await readTemplate(path, signal));
  const { plan, diagnostics } = await makePlan(template, await readPlanOptions(template, flags, signal));
  if (plan === undefined) throw new TemplateError(diagnostics);
  output.complain(diagnostics);
  return plan;
}
