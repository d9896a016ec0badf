import type { Requirement } from '../../contract/component.ts';
import type { Plan } from '../../plan/plan.ts';
import { findRequirement, type Find } from './find-requirement.ts';

function needsIn({ builds }: Plan): readonly Requirement[] {
  return builds.flatMap((build) => [
    ...build.builder.needs(),
    ...[...build.provisioners, build.errorCleanupProvisioner, ...build.postProcessors.flat()].flatMap((planned) =>
      planned === undefined ? [] : planned.needs(),
    ),
  ]);
}

/** Programs that the plan calls and that this machine lacks; each once. */
export function missingPrograms(plan: Plan, find?: Find): readonly Requirement[] {
  const once = new Map(needsIn(plan).map((requirement) => [requirement.program, requirement]));
  return [...once.values()].filter((requirement) => findRequirement(requirement, find) === undefined);
}

/** Names of the packages that have these programs, sorted, each once. */
export function packagesOf(requirements: readonly Requirement[]): readonly string[] {
  return [...new Set(requirements.map((requirement) => requirement.package))].sort();
}
