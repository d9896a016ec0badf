import { hasErrors, type LocatedDiagnostic } from '../diagnostics/diagnostic.ts';
import type { Finding } from '../diagnostics/finding.ts';
import { firstFindings } from '../diagnostics/first-findings.ts';
import { locationText, sortDiagnostics } from '../diagnostics/render.ts';
import { withBraces } from '../interpolation/index.ts';
import { checkTemplate } from '../template/check-template.ts';
import { locateAll } from '../template/locate.ts';
import { applies, type Template } from '../template/template.ts';
import { componentLoaders, type ComponentLoaders } from './component-loader.ts';
import type { Plan } from './plan.ts';
import { planBuild, sequenceFor } from './plan-build.ts';
import { variablesDifferByBuild } from './plan-component.ts';
import type { PlanContext } from './plan-context.ts';
import type { PlanOptions } from './plan-options.ts';
import { complaintMask } from '../secrets/masked-complaint.ts';
import { renderOwnText } from './render-own-text.ts';
import { checkStray, strayComponents, type StrayComponent } from './stray-components.ts';
import { resolveValues } from './resolve-values.ts';
import { nameBuilds, selectBuilds } from './builds/select-builds.ts';
import { type NamedBuild } from './builds/named-build.ts';
import { withoutGuest } from './builds/without-guest.ts';
import { commonContext } from './texts/text-setting.ts';
import { placeOfValue, traceValue } from './texts/trace-values.ts';

export interface MadePlan {
  /** Undefined when there is an error among the diagnostics. */
  readonly plan: Plan | undefined;
  /**
   * Everything there is to say about the template and about the given variables, in the order of the source; the values
   * of secrets are hidden.
   */
  readonly diagnostics: readonly LocatedDiagnostic[];
}

/** Loads what the builds use; complaints about what does not exist. */
async function loadComponents(
  loaders: ComponentLoaders,
  template: Template,
  builds: readonly NamedBuild[],
  except: readonly string[],
  stray: readonly StrayComponent[],
): Promise<readonly Finding[]> {
  const used = template.provisioners.filter((each) => builds.some(({ builder }) => applies(each, builder.name)));
  const cleanup = template.errorCleanupProvisioner;
  const strayOf = (kind: StrayComponent['kind']): readonly StrayComponent['written'][] =>
    stray.filter((each) => each.kind === kind).map(({ written }) => written);
  const sequences = builds.flatMap((build) =>
    template.postProcessors.flatMap((sequence) => sequenceFor(sequence, build, except)),
  );
  const findings = await Promise.all([
    loaders.builders.load(builds.map(({ builder }) => builder)),
    loaders.communicators.load(builds.map(({ builder }) => builder)),
    loaders.provisioners.load([
      ...new Set([...used, ...(cleanup === undefined ? [] : [cleanup]), ...strayOf('provisioner')]),
    ]),
    loaders.postProcessors.load([...new Set([...sequences, ...strayOf('post-processor')])]),
  ]);
  return findings.flat();
}

/** The place itself, and all that it is in. */
function placesAround(pointer: string): readonly string[] {
  const places = [pointer];
  for (let at = pointer.lastIndexOf('/'); at > 0; at = pointer.lastIndexOf('/', at - 1))
    places.push(pointer.slice(0, at));
  return places;
}

/** Different complaints of all builds once each: the same component may belong to hundreds of builds. */
function collector(): {
  readonly all: Finding[];
  readonly complain: (findings: readonly Finding[]) => readonly Finding[];
} {
  const seen = new Set<string>();
  const all: Finding[] = [];
  return {
    all,
    complain: (findings) => {
      const fresh = findings.filter(({ code, pointer, message }) => {
        const key = [code, pointer, message].join('\n');
        const isFresh = !seen.has(key);
        seen.add(key);
        return isFresh;
      });
      all.push(...fresh);
      return fresh;
    },
  };
}

/**
 * Works out what a run of the template would do: variables, builds, components with their configurations. All
 * complaints are collected, those of the template's syntax included. Touches nothing but `options.statPath`, `options.readStart`, the
 * servers that variables name and the processes that components ask; throws `CancelledError` when those are cancelled.
 */
export async function makePlan(template: Template, options: PlanOptions): Promise<MadePlan> {
  const { source } = template;
  const { all, complain } = collector();
  complain(template.findings);
  complain(checkTemplate(template, options.packerVersion));
  complain(options.pluginFindings ?? []);
  const common = commonContext(template, options);
  const loaders = componentLoaders(options.components);
  const { variables, findings, secretOptions, secretPlaces } = await resolveValues(template, options, common, loaders);
  complain(findings);
  const secrets = new Set([...variables.secrets, ...secretOptions]);
  const context: PlanContext = {
    template,
    options,
    common,
    variables,
    loaders,
    secrets,
    secretPlaces,
    shared: new Map(),
    sameEverywhere: new Map(),
    variablesDifferByBuild: variablesDifferByBuild(variables.values),
    elsewhere: [],
    signal: options.signal ?? new AbortController().signal,
    complain,
    present: (complaints) => {
      const located = locateAll(
        source,
        complaints.map((finding) => traceValue(finding, source, variables)),
      );
      const [maskAll, maskSensitive] = [complaintMask([...secrets]), complaintMask(variables.secrets)];
      return sortDiagnostics(located).map((diagnostic) => {
        const { pointer } = diagnostic;
        // A password such as "vagrant" is hidden where the password is the matter, not in each word like it.
        const isSecret = placesAround(pointer).some((place) => secretPlaces.has(place));
        return (isSecret ? maskAll : maskSensitive)(diagnostic);
      });
    },
  };
  const named: Finding[] = [];
  const builds = nameBuilds(template, (text, pointer) => renderOwnText(text, pointer, context), named);
  const selected = selectBuilds(template, builds, options, named);
  complain(named);
  const stray = strayComponents(template, builds);
  complain(await loadComponents(context.loaders, template, selected, options.except, stray));
  const planned = selected.map((build) => planBuild(build, context)).filter((build) => build !== undefined);
  checkStray(stray, builds, context);
  // With something wrong, this is not what has to be mended first.
  if (!hasErrors(all)) complain(planned.flatMap(withoutGuest));
  if (!hasErrors(all)) complain((await Promise.all(context.elsewhere.map((ask) => ask()))).flat());
  const ofGiven = options.givenDiagnostics.map(complaintMask([...secrets]));
  const diagnostics = sortDiagnostics([...ofGiven, ...context.present(firstFindings(all))]);
  if (hasErrors(diagnostics)) return { plan: undefined, diagnostics };
  const plan: Plan = {
    templatePath: source.path,
    templateText: source.text,
    builds: planned,
    secrets: [...secrets],
    started: options.startedAt.getTime(),
    variables: Object.fromEntries(Object.entries(variables.values).map(([name, value]) => [name, withBraces(value)])),
    locate: (pointer) => {
      const place = placeOfValue(pointer, source, variables);
      return place === undefined ? undefined : locationText(place.location);
    },
  };
  return { plan, diagnostics };
}
