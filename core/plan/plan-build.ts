import type { Provisioner } from '../contract/component.ts';
import { errorAt } from '../diagnostics/finding.ts';
import { renderUntilStable } from '../interpolation/index.ts';
import { applies, type TemplatePostProcessor, type TemplateProvisioner } from '../template/template.ts';
import { matchesAny } from './builds/name-pattern.ts';
import { weakBoolean } from '../schema/weak-values.ts';
import type { Configured } from './configure-component.ts';
import { factNamesOf } from './texts/fact-names.ts';
import {
  configuredBuilder,
  configuredPostProcessor,
  configuredProvisioner,
  isIndependent,
  knownNeeds,
} from './configured.ts';
import type { PlannedBuild, PlannedPostProcessor, PlannedProvisioner } from './plan.ts';
import type { BuildContext, PlanContext } from './plan-context.ts';
import { planComponent } from './plan-component.ts';
import type { TextSetting } from './texts/text-context.ts';
import { renderOwnText } from './render-own-text.ts';
import type { NamedBuild } from './builds/named-build.ts';
import { textSetting } from './texts/text-setting.ts';

function retries(written: TemplateProvisioner, build: NamedBuild, plan: PlanContext): number {
  if (written.maxRetries === '') return 0;
  const pointer = `${written.pointer}/max_retries`;
  const text = renderOwnText(written.maxRetries, pointer, plan, build);
  if (text === undefined) return 0;
  if (/^\+?\d{1,9}$/.test(text)) return Number(text);
  const message = `"max_retries" has to be a whole number, not ${JSON.stringify(text)}`;
  plan.complain([errorAt('RETRIES_NOT_NUMBER', pointer, message)]);
  return 0;
}

/** What the provisioner is called; "" when it has no name and its options, as far as they are known, tell of none. */
function ownLabel(
  written: TemplateProvisioner,
  module: Provisioner<object>,
  { config, deferred, validated }: Configured,
  { plan, build }: BuildContext,
): string {
  const name = renderOwnText(written.name, `${written.pointer}/name`, plan, build) ?? '';
  if (name !== '') return name;
  // What is not known yet, or was complained about, is not asked for.
  if (deferred.size > 0 || validated.broken.size > 0 || !validated.complete) return '';
  return module.label?.(config) ?? '';
}

export function planProvisioner(written: TemplateProvisioner, context: BuildContext): PlannedProvisioner | undefined {
  const { plan, build } = context;
  const component = plan.loaders.provisioners.loaded(written.type);
  const maxRetries = retries(written, build, plan);
  if (component === undefined) return undefined;
  const { configured, configure, rebase } = planComponent(component, written, context, 'in the build');
  const { module } = component;
  const { type, pointer, pauseBefore, timeout } = written;
  const own = ownLabel(written, module, configured, context);
  return {
    type,
    label: own === '' ? type : `${type}: ${own}`,
    pointer,
    needs: () => knownNeeds(module, configured),
    pluginVersion: component.plugin?.version ?? '',
    needsNoGuest: module.needsNoGuest === true,
    configure: async (...given) => configuredProvisioner(module, await configure(...given)),
    rebase,
    pauseBefore,
    timeout: timeout > 0 ? timeout : undefined,
    maxRetries,
  };
}

function keepsInput(
  { keepInputArtifact: keep, pointer: of }: TemplatePostProcessor,
  { plan, build }: BuildContext,
): boolean | undefined {
  if (typeof keep !== 'string') return keep;
  const pointer = `${of}/keep_input_artifact`;
  const text = renderOwnText(keep, pointer, plan, build);
  if (text === undefined || text === '') return undefined;
  const value = weakBoolean(text);
  if (value !== undefined) return value;
  const message = `"keep_input_artifact" has to be true or false, not ${JSON.stringify(text)}`;
  plan.complain([errorAt('TEMPLATE_WRONG_TYPE', pointer, message)]);
  return undefined;
}

export function planPostProcessor(
  written: TemplatePostProcessor,
  context: BuildContext,
): PlannedPostProcessor | undefined {
  const component = context.plan.loaders.postProcessors.loaded(written.type);
  if (component === undefined) return undefined;
  const { configured, configure, rebase } = planComponent(component, written, context, 'in the build');
  const { module } = component;
  const { type, pointer, name } = written;
  const keep = keepsInput(written, context);
  return {
    type,
    pointer,
    name,
    needs: () => knownNeeds(module, configured),
    configure: async (...given) => configuredPostProcessor(module, await configure(...given)),
    discard: module.discard?.bind(module),
    independent: () => isIndependent(module, configured),
    rebase,
    input: keep === undefined ? undefined : keep ? 'keep' : 'discard',
  };
}

/** The sequence as it is for this build: -except ends it at the post-processor that it names. */
export function sequenceFor(
  sequence: readonly TemplatePostProcessor[],
  build: NamedBuild,
  except: readonly string[],
): readonly TemplatePostProcessor[] {
  const own = sequence.filter((postProcessor) => applies(postProcessor, build.builder.name));
  const end = own.findIndex(({ name }) => matchesAny(name, except));
  return end < 0 ? own : own.slice(0, end);
}

/** Names of what `build` tells of this build. */
export function factNamesIn({ loaders }: PlanContext, build: NamedBuild): ReadonlySet<string> {
  return factNamesOf(build, loaders.builders.loaded(build.builder.type)?.module.factNames);
}

export function buildContext(build: NamedBuild, plan: PlanContext, factNames: ReadonlySet<string>): BuildContext {
  const { name, builder, from } = build;
  const { force, statPath, readStart, environment } = plan.options;
  const settings = new Map<string, TextSetting>();
  return {
    plan,
    build,
    prepare: {
      buildName: name,
      builderType: builder.type,
      force,
      from: from[0]?.name,
      statPath,
      readStart,
      environment,
    },
    factNames,
    setting: (componentType, kind) => {
      const key = `${componentType} ${kind}`;
      const known = settings.get(key);
      if (known !== undefined) return known;
      const setting = textSetting(plan.common, plan.variables, {
        build: { name, type: builder.type },
        componentType,
        factNames: kind === 'builder' ? undefined : factNames,
        facts: undefined,
      });
      settings.set(key, setting);
      return setting;
    },
  };
}

/** Plans one build; undefined when a component of it does not exist. Complaints go to the plan. */
export function planBuild(build: NamedBuild, plan: PlanContext): PlannedBuild | undefined {
  const { builder, name, displayName, from } = build;
  const { template, options, loaders } = plan;
  const context = buildContext(build, plan, factNamesIn(plan, build));
  const component = loaders.builders.loaded(builder.type);
  const own = component && planComponent(component, builder, context, 'builder');
  const provisioners = template.provisioners
    .filter((provisioner) => applies(provisioner, builder.name))
    .map((provisioner) => planProvisioner(provisioner, context))
    .filter((planned) => planned !== undefined);
  const cleanup = template.errorCleanupProvisioner && planProvisioner(template.errorCleanupProvisioner, context);
  const postProcessors = template.postProcessors
    .map((sequence) => sequenceFor(sequence, build, options.except))
    .filter((sequence) => sequence.length > 0)
    .map((sequence) =>
      sequence
        .map((postProcessor) => planPostProcessor(postProcessor, context))
        .filter((planned) => planned !== undefined),
    );
  if (component === undefined || own === undefined) return undefined;
  return {
    name,
    type: builder.type,
    displayName,
    pointer: builder.pointer,
    builder: configuredBuilder(component.module, own.configured.config),
    config: own.configured.config,
    rebase: own.rebase,
    from: from.map((source) => source.name),
    provisioners,
    errorCleanupProvisioner: cleanup,
    postProcessors,
    render: (text, data, { facts, onNoValue }) => {
      const { functions } = textSetting(plan.common, plan.variables, {
        build: { name, type: builder.type },
        componentType: builder.type,
        factNames: facts && context.factNames,
        facts,
      });
      return renderUntilStable(text, { functions, data, closed: true, onNoValue });
    },
  };
}
