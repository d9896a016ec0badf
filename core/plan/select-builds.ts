import { errorAt, warningAt, type Finding } from '../diagnostics/finding.ts';
import { nameHint } from '../diagnostics/suggest.ts';
import { weakText } from '../schema/weak-values.ts';
import { describeValue } from '../schema/weak-values.ts';
import type { Template, TemplateBuilder } from '../template/template.ts';
import { matchesAny } from './name-pattern.ts';
import type { PlanOptions } from './plan-options.ts';

/** A builder whose own texts (its name, `from`) are filled in. */
export interface NamedBuild {
  readonly builder: TemplateBuilder;
  readonly name: string;
  /** "qemu.web", or the bare type of a builder without a name of its own. */
  readonly displayName: string;
  readonly from: string | undefined;
}

/** Renders one of the template's own texts; undefined when that fails, which was complained about by then. */
type RenderOwn = (text: string, pointer: string) => string | undefined;

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return Buffer.compare(Buffer.from(a.name), Buffer.from(b.name));
}

function sourceName(builder: TemplateBuilder, render: RenderOwn, findings: Finding[]): string | undefined {
  if (builder.from === undefined) return undefined;
  const pointer = `${builder.pointer}/from`;
  const text = weakText(builder.from);
  if (text !== undefined) return render(text, pointer);
  findings.push(
    errorAt('TEMPLATE_WRONG_TYPE', pointer, `"from" has to be the name of a build, not ${describeValue(builder.from)}`),
  );
  return undefined;
}

/** Gives every builder its final name; two with the same one are a mistake. Sorted by name. */
export function nameBuilds(template: Template, render: RenderOwn, findings: Finding[]): readonly NamedBuild[] {
  const builds = new Map<string, NamedBuild>();
  for (const builder of template.builders) {
    const { type, pointer } = builder;
    const name = render(builder.name, `${pointer}/name`);
    if (name === undefined) continue;
    const twin = builds.get(name);
    if (twin !== undefined) {
      const message = `the name ${JSON.stringify(builder.name)} comes to "${name}", which another builder has as well`;
      findings.push(errorAt('PLAN_DUPLICATE_BUILD', `${pointer}/name`, message));
      continue;
    }
    const displayName = builder.name === type ? type : `${type}.${name}`;
    builds.set(name, { builder, name, displayName, from: sourceName(builder, render, findings) });
  }
  return [...builds.values()].sort(byName);
}

function checkNames(template: Template, builds: readonly NamedBuild[], options: PlanOptions): readonly Finding[] {
  const names = builds.map(({ name }) => name);
  const postProcessors = template.postProcessors.flat().map(({ name }) => name);
  return (['only', 'except'] as const).flatMap((flag) => {
    const candidates = flag === 'only' ? names : [...names, ...postProcessors];
    return options[flag].flatMap((pattern) => {
      if (candidates.some((name) => matchesAny(name, [pattern]))) return [];
      const what = flag === 'only' ? 'no build' : 'no build and no post-processor';
      const message = `-${flag} names "${pattern}", and ${what} has that name`;
      return [warningAt('PLAN_UNKNOWN_NAME', '', message, { hint: nameHint(pattern, [...new Set(candidates)]) })];
    });
  });
}

/** Leads from a build to the one it starts from, with complaints about those that do not exist. */
function checkSources(builds: readonly NamedBuild[], findings: Finding[]): ReadonlyMap<string, NamedBuild> {
  const byNames = new Map(builds.map((build) => [build.name, build]));
  const sources = new Map<string, NamedBuild>();
  for (const { name, from, builder } of builds) {
    if (from === undefined) continue;
    const source = byNames.get(from);
    if (source !== undefined) sources.set(name, source);
    else {
      const message = `"from" names a build "${from}" that the template does not have`;
      const hint = nameHint(
        from,
        [...byNames.keys()].filter((other) => other !== name),
      );
      findings.push(errorAt('TEMPLATE_UNKNOWN_BUILDER_NAME', `${builder.pointer}/from`, message, { hint }));
    }
  }
  findings.push(...circles(builds, sources));
  return sources;
}

function circles(builds: readonly NamedBuild[], sources: ReadonlyMap<string, NamedBuild>): readonly Finding[] {
  const settled = new Set<string>();
  return builds.flatMap((start) => {
    const path: NamedBuild[] = [];
    for (let at: NamedBuild | undefined = start; at !== undefined; at = sources.get(at.name)) {
      const first = path.indexOf(at);
      if (first >= 0) {
        for (const { name } of path) settled.add(name);
        const around = [...path.slice(first), at].map(({ name }) => `"${name}"`).join(' → ');
        const message = `the builds start from each other in a circle: ${around}`;
        return [errorAt('TEMPLATE_FROM_CYCLE', `${at.builder.pointer}/from`, message)];
      }
      if (settled.has(at.name)) break;
      path.push(at);
    }
    for (const { name } of path) settled.add(name);
    return [];
  });
}

/** The builds that -only and -except leave, and those that they start from; in the order of their names. */
export function selectBuilds(
  template: Template,
  builds: readonly NamedBuild[],
  options: PlanOptions,
  findings: Finding[],
): readonly NamedBuild[] {
  const { only, except } = options;
  const sources = checkSources(builds, findings);
  findings.push(...checkNames(template, builds, options));
  const selected = new Set(
    builds.filter(({ name }) => (only.length === 0 || matchesAny(name, only)) && !matchesAny(name, except)),
  );
  for (const build of selected) {
    const source = sources.get(build.name);
    if (source === undefined || selected.has(source)) continue;
    const place = `${build.builder.pointer}/from`;
    if (matchesAny(source.name, except)) {
      const message = `the build "${build.name}" starts from "${source.name}", which -except leaves out`;
      findings.push(errorAt('PLAN_SOURCE_EXCLUDED', place, message, { hint: `leave out "${build.name}" as well` }));
    } else {
      const message = `the build "${build.name}" starts from "${source.name}", which -only does not name; it is built too`;
      findings.push(warningAt('PLAN_SOURCE_INCLUDED', place, message));
      selected.add(source);
    }
  }
  if (selected.size === 0 && builds.length > 0) {
    const names = builds.map(({ name }) => `"${name}"`).join(', ');
    const hint = names.length < 500 ? `the template has ${names}` : undefined;
    findings.push(errorAt('PLAN_NO_BUILDS', '', 'there is nothing to build with these -only and -except', { hint }));
  }
  return [...selected].sort(byName);
}
