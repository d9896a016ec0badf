import { errorAt, type Finding } from '../../diagnostics/finding.ts';
import { nameHint } from '../../diagnostics/suggest.ts';
import { mayBeLost, type Template } from '../../template/template.ts';
import type { NamedBuild } from './named-build.ts';

/** The builds that a build starts from; those that do not exist are left out. */
export type SourcesOf = (build: NamedBuild) => readonly NamedBuild[];

/** Leads from a build to those it starts from, with complaints about those that do not exist and about circles. */
export function checkSources(template: Template, builds: readonly NamedBuild[], findings: Finding[]): SourcesOf {
  const byName = new Map(builds.map((build) => [build.name, build]));
  const sources = new Map<string, readonly NamedBuild[]>();
  for (const { name, from } of builds) {
    const missing = from.filter((source) => !byName.has(source.name) && !mayBeLost(template, source.name));
    findings.push(...missing.map((source) => unknownSource(name, source, byName)));
    const known = from.map((source) => byName.get(source.name)).filter((source) => source !== undefined);
    sources.set(name, known);
  }
  const sourcesOf: SourcesOf = ({ name }) => sources.get(name) ?? [];
  findings.push(...circles(builds, sourcesOf));
  return sourcesOf;
}

function unknownSource(
  name: string,
  source: NamedBuild['from'][number],
  byName: ReadonlyMap<string, NamedBuild>,
): Finding {
  const others = [...byName.keys()].filter((other) => other !== name);
  const message = `"from" names a build "${source.name}" that the template does not have`;
  return errorAt('TEMPLATE_UNKNOWN_BUILDER_NAME', source.pointer, message, { hint: nameHint(source.name, others) });
}

/** The builds that can never start, because they wait for each other or for such as do. */
function stuckBuilds(builds: readonly NamedBuild[], sourcesOf: SourcesOf): ReadonlySet<NamedBuild> {
  const stuck = new Set(builds);
  const dependents = new Map<NamedBuild, NamedBuild[]>();
  for (const build of builds) {
    for (const source of sourcesOf(build)) dependents.set(source, [...(dependents.get(source) ?? []), build]);
  }
  const free = builds.filter((build) => sourcesOf(build).length === 0);
  for (let build = free.pop(); build !== undefined; build = free.pop()) {
    if (!stuck.delete(build)) continue;
    const next = dependents.get(build) ?? [];
    free.push(...next.filter((dependent) => !sourcesOf(dependent).some((source) => stuck.has(source))));
  }
  return stuck;
}

function circles(builds: readonly NamedBuild[], sourcesOf: SourcesOf): readonly Finding[] {
  const stuck = stuckBuilds(builds, sourcesOf);
  const settled = new Set<NamedBuild>();
  return [...stuck].flatMap((start) => {
    const path: NamedBuild[] = [];
    for (let at: NamedBuild | undefined = start; at !== undefined && !settled.has(at);) {
      const first = path.indexOf(at);
      if (first >= 0) {
        for (const build of path) settled.add(build);
        const around = [...path.slice(first), at].map(({ name }) => `"${name}"`).join(' → ');
        const message = `the builds start from each other in a circle: ${around}`;
        return [errorAt('TEMPLATE_FROM_CYCLE', `${at.builder.pointer}/from`, message)];
      }
      path.push(at);
      at = sourcesOf(at).find((source) => stuck.has(source));
    }
    for (const build of path) settled.add(build);
    return [];
  });
}
