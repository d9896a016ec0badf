import { errorAt, warningAt, type Finding, type Mark } from '../../diagnostics/finding.ts';
import { nameHint } from '../../diagnostics/suggest.ts';
import { isList } from '../../json/guards.ts';
import { describeValue, weakText } from '../../schema/weak-values.ts';
import type { Template, TemplateBuilder } from '../../template/template.ts';
import { checkSources } from './build-sources.ts';
import { matchesAny } from './name-pattern.ts';
import type { NamedBuild, NamedSource } from './named-build.ts';
import type { PlanOptions } from '../plan-options.ts';

/** Renders one of the template's own texts; undefined when that fails, which was complained about by then. */
type RenderOwn = (text: string, pointer: string) => string | undefined;

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return Buffer.compare(Buffer.from(a.name), Buffer.from(b.name));
}

/** What `from` names: one build, or a list of them. */
function sourceNames(builder: TemplateBuilder, render: RenderOwn, findings: Finding[]): readonly NamedSource[] {
  if (builder.from === undefined) return [];
  const place = `${builder.pointer}/from`;
  const parts = isList(builder.from)
    ? builder.from.map((part, index) => ({ part, pointer: `${place}/${index}` }))
    : [{ part: builder.from, pointer: place }];
  const sources = new Map<string, NamedSource>();
  for (const { part, pointer } of parts) {
    const text = weakText(part);
    if (text === undefined) {
      const message = `"from" has to be the name of a build, or a list of names, not ${describeValue(part)}`;
      findings.push(errorAt('TEMPLATE_WRONG_TYPE', pointer, message));
      continue;
    }
    const name = render(text, pointer);
    if (name !== undefined) sources.set(name, { name, pointer });
  }
  return [...sources.values()];
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
    builds.set(name, { builder, name, displayName, from: sourceNames(builder, render, findings) });
  }
  return [...builds.values()].sort(byName);
}

/** Whether one of the patterns is the build's name, or its name with the type before it, as Kiln shows it. */
function names({ name, displayName }: NamedBuild, patterns: readonly string[]): boolean {
  const typed = patterns.filter((pattern) => pattern.includes('.'));
  return matchesAny(name, patterns) || matchesAny(displayName, typed);
}

/** The place of one of the names that a flag was given. */
function atFlag(flag: 'only' | 'except', given: readonly string[], name?: string): Mark {
  const start = `-${flag}=`;
  const before = name === undefined ? [] : given.slice(0, given.indexOf(name));
  const offset = start.length + before.reduce((sum, each) => sum + each.length + 1, 0);
  const excerpt = start + given.join(',');
  const length = Math.max(1, (name ?? given.join(',')).length);
  return { kind: 'elsewhere', location: { file: `-${flag}`, line: 1, column: offset + 1, length }, excerpt };
}

function checkNames(template: Template, builds: readonly NamedBuild[], options: PlanOptions): readonly Finding[] {
  const known = builds.map(({ name }) => name);
  const postProcessors = template.postProcessors.flat().map(({ name }) => name);
  return (['only', 'except'] as const).flatMap((flag) => {
    const candidates = flag === 'only' ? known : [...known, ...postProcessors];
    return options[flag].flatMap((pattern) => {
      if (pattern === '' && flag === 'except') return [];
      if (builds.some((build) => names(build, [pattern]))) return [];
      if (candidates.some((name) => matchesAny(name, [pattern]))) return [];
      const what = flag === 'only' ? 'no build' : 'no build and no post-processor';
      const message =
        pattern === '' ? `-${flag} is given and empty` : `-${flag} names "${pattern}", and ${what} has that name`;
      const hint = pattern === '' ? 'leave the flag out for all builds' : nameHint(pattern, [...new Set(candidates)]);
      return [warningAt('PLAN_UNKNOWN_NAME', '', message, { hint, mark: atFlag(flag, options[flag], pattern) })];
    });
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
  const sourcesOf = checkSources(template, builds, findings);
  // What a builder is called that was left out for its faults is not certain.
  const isWhole = template.lostBuilders.length === 0;
  if (isWhole) findings.push(...checkNames(template, builds, options));
  const selected = new Set(
    builds.filter((build) => (only.length === 0 || names(build, only)) && !names(build, except)),
  );
  const bringAlong = (source: NamedBuild, build: NamedBuild): void => {
    const place = build.from.find(({ name }) => name === source.name)?.pointer ?? build.builder.pointer;
    if (names(source, except)) {
      const message = `the build "${build.name}" starts from "${source.name}", which -except leaves out`;
      findings.push(errorAt('PLAN_SOURCE_EXCLUDED', place, message, { hint: `leave out "${build.name}" as well` }));
      return;
    }
    const message = `the build "${build.name}" starts from "${source.name}", which -only does not name; it is built too`;
    findings.push(warningAt('PLAN_SOURCE_INCLUDED', place, message));
    selected.add(source);
  };
  for (const build of selected) {
    for (const source of sourcesOf(build)) if (!selected.has(source)) bringAlong(source, build);
  }
  if (isWhole && selected.size === 0 && builds.length > 0) {
    const all = builds.map(({ name }) => `"${name}"`).join(', ');
    const hint = all.length < 500 ? `the template has ${all}` : undefined;
    const mark = only.length > 0 ? atFlag('only', only) : atFlag('except', except);
    const message = 'there is nothing to build with these -only and -except';
    findings.push(errorAt('PLAN_NO_BUILDS', '', message, { hint, mark }));
  }
  return [...selected].sort(byName);
}
