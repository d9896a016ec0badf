import { sep } from 'node:path';
import { StepError } from '../../errors/errors.ts';
import type { Requirement } from '../../contract/component.ts';
import type { Plan } from '../../plan/plan.ts';
import { findProgram } from '../../process/find-program.ts';
import { confirm } from '../../ui/ask.ts';
import { installRoot } from '../install-root.ts';
import type { Output } from '../output/output.ts';
import { isTerminal } from '../output/terminal-of.ts';
import { aptCommand, aptInstall } from './apt.ts';
import { missingPrograms, packagesOf } from './missing-programs.ts';

function named(missing: readonly Requirement[]): string {
  return missing.map(({ program, purpose }) => `${program} (needed to ${purpose})`).join(', ');
}

/** No package has what the template names by its path. */
function noPrograms(missing: readonly Requirement[]): StepError {
  return new StepError(`there is no program ${named(missing)}`, {
    code: 'PROGRAM_MISSING',
    hint: `a name with a slash is a path, here from ${process.cwd()}, and has to be executable`,
  });
}

function lacking(missing: readonly Requirement[], packages: readonly string[]): StepError {
  const names = named(missing);
  return new StepError(`this machine lacks ${names}`, {
    code: 'PROGRAM_MISSING',
    hint: `install it: ${aptCommand(packages)}\nor let Kiln do it: run as root with KILN_SETUP=1`,
  });
}

/** Kiln's own examples may install what they need, so that the first build needs one command only. */
function isOwnExample(templatePath: string): boolean {
  return templatePath.startsWith(`${installRoot()}${sep}examples${sep}`);
}

async function mayInstall(plan: Plan, packages: readonly string[], output: Output): Promise<boolean> {
  const asked = process.env['KILN_SETUP'];
  if (process.getuid?.() !== 0 || findProgram('apt-get') === undefined || asked === '0') return false;
  if (asked === '1' || isOwnExample(plan.templatePath)) return true;
  if (output.mode !== 'text' || !isTerminal(0) || !isTerminal(1)) return false;
  return confirm(`This machine lacks packages that the template needs: ${packages.join(', ')}. Install them now?`);
}

/**
 * Sees to it that the programs which the plan calls are there: installs their packages when it may, else throws
 * `StepError` PROGRAM_MISSING with the command that does. KILN_SETUP=0 forbids installing.
 */
export async function ensurePrograms(plan: Plan, output: Output, signal: AbortSignal): Promise<void> {
  const missing = missingPrograms(plan);
  if (missing.length === 0) return;
  const paths = missing.filter(({ program, isFile }) => program.includes('/') && isFile !== true);
  if (paths.length > 0) throw noPrograms(paths);
  const packages = packagesOf(missing);
  if (!(await mayInstall(plan, packages, output))) throw lacking(missing, packages);
  output.say(`Installing what this machine lacks: ${aptCommand(packages)}`);
  await aptInstall(packages, signal, (line) => output.say(`    ${line}`));
  const still = missingPrograms(plan);
  if (still.length > 0) throw lacking(still, packagesOf(still));
}
