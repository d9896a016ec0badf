import type { Requirement } from '../../contract/component.ts';
import type { Plan } from '../../plan/plan.ts';
import { findRequirement } from './find-program.ts';

function requirementsOf(plan: Plan): readonly Requirement[] {
  return plan.builds.flatMap((build) => [
    ...build.builder.requirements(build.config),
    ...build.provisioners.flatMap(({ module, config }) => module.requirements(config as never)),
    ...build.postProcessors.flat().flatMap(({ module, config }) => module.requirements(config as never)),
  ]);
}

/** Programs that the plan calls and cannot do without, and that this machine lacks; each once. */
export function missingPrograms(plan: Plan): readonly Requirement[] {
  const needed = requirementsOf(plan).filter(({ optional }) => optional !== true);
  const once = new Map(needed.map((requirement) => [requirement.program, requirement]));
  return [...once.values()].filter((requirement) => findRequirement(requirement) === undefined);
}

/** Names of the packages that have these programs, sorted, each once. */
export function packagesOf(requirements: readonly Requirement[]): readonly string[] {
  return [...new Set(requirements.map((requirement) => requirement.package))].sort();
}
