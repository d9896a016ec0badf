import type { Requirement } from '../../contract/component.ts';
import type { Plan, PlannedPostProcessor, PlannedProvisioner } from '../../plan/plan.ts';
import { findRequirement, type Find } from './find-requirement.ts';

/** What the configuration calls, as far as it is known before the build runs. */
function needsOf({ module, known, waiting }: PlannedProvisioner | PlannedPostProcessor): readonly Requirement[] {
  return module.needs(known).filter(({ decidedBy = [] }) => !decidedBy.some((option) => waiting.has(option)));
}

function needsIn({ builds }: Plan): readonly Requirement[] {
  return builds.flatMap((build) => [
    ...build.builder.needs(build.config),
    ...[...build.provisioners, build.errorCleanupProvisioner, ...build.postProcessors.flat()].flatMap((planned) =>
      planned === undefined ? [] : needsOf(planned),
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
