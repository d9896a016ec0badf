import { builtin } from '../../plugins/builtin.ts';
import { hasErrors, type LocatedDiagnostic } from '../diagnostics/diagnostic.ts';
import { sortDiagnostics } from '../diagnostics/render.ts';
import { TemplateError } from '../errors/errors.ts';
import { createLook } from '../plan/look.ts';
import { makePlan } from '../plan/make-plan.ts';
import type { Plan } from '../plan/plan.ts';
import { readGivenVariables } from '../template/given-variables.ts';
import { packerVersion } from './kiln-version.ts';
import type { Output } from './output.ts';
import { readParsed } from './read-parsed.ts';

interface PlanFlags {
  readonly only: readonly string[];
  readonly except: readonly string[];
  readonly var: readonly string[];
  readonly 'var-file': readonly string[];
  readonly force: boolean;
}

/**
 * Reads a template and makes the plan that the flags ask for. Says warnings; throws `TemplateError` with all
 * complaints, and `UsageError`.
 */
export async function planTemplate(
  path: string,
  flags: PlanFlags,
  output: Output,
  signal: AbortSignal = new AbortController().signal,
): Promise<Plan> {
  const { template, findings } = await readParsed(path);
  const { given, diagnostics: inFiles } = await readGivenVariables(flags['var-file'], flags.var);
  const complaints: readonly LocatedDiagnostic[] = [...findings, ...inFiles];
  if (hasErrors(complaints)) throw new TemplateError(sortDiagnostics(complaints));
  const { plan, diagnostics } = await makePlan(template, {
    components: builtin,
    given,
    only: flags.only,
    except: flags.except,
    force: flags.force,
    startedAt: new Date(),
    packerVersion,
    workingDirectory: process.cwd(),
    environment: (name) => process.env[name],
    look: createLook(),
    signal,
  });
  const all = sortDiagnostics([...complaints, ...diagnostics]);
  if (plan === undefined || hasErrors(all)) throw new TemplateError(all);
  output.complain(all);
  return plan;
}
