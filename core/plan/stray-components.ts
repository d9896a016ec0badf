import {
  applies,
  type BuilderFilter,
  type Template,
  type TemplatePostProcessor,
  type TemplateProvisioner,
} from '../template/template.ts';
import { buildContext, factNamesIn, planPostProcessor, planProvisioner } from './plan-build.ts';
import type { PlanContext } from './plan-context.ts';
import type { NamedBuild } from './builds/named-build.ts';

/** A component that names builders which the template lacks. */
export type StrayComponent = (
  | { readonly kind: 'provisioner'; readonly written: TemplateProvisioner }
  | { readonly kind: 'post-processor'; readonly written: TemplatePostProcessor }
) & {
  /** What the lacking builders are called. */
  readonly names: readonly string[];
};

type Named = BuilderFilter & Partial<Pick<TemplateProvisioner, 'override'>>;

/** The builders without which the component, or what its `override` has for them, would not be looked at. */
function lackingNames({ override = {}, ...filter }: Named, builds: readonly NamedBuild[]): readonly string[] {
  const overridden = Object.keys(override);
  const lacking = overridden.filter((name) => builds.every(({ builder }) => builder.name !== name));
  if (lacking.length > 0) return lacking;
  if (builds.some(({ builder }) => applies(filter, builder.name))) return [];
  // An "except" of all builders switches a component off, with whatever is wrong with it, as in Packer.
  if (filter.only.length === 0 && builds.length > 0) return [];
  return [overridden[0] ?? filter.only[0] ?? ''];
}

/** The components that no build would have in full. Each is one of a template with errors. */
export function strayComponents(template: Template, builds: readonly NamedBuild[]): readonly StrayComponent[] {
  const cleanup = template.errorCleanupProvisioner;
  const all = [
    ...template.provisioners.map((written) => ({ kind: 'provisioner' as const, written })),
    ...(cleanup === undefined || builds.length > 0 ? [] : [{ kind: 'provisioner' as const, written: cleanup }]),
    ...template.postProcessors.flat().map((written) => ({ kind: 'post-processor' as const, written })),
  ];
  return all
    .map((component) => ({ ...component, names: lackingNames(component.written, builds) }))
    .filter(({ names }) => names.length > 0);
}

function lackingBuild(name: string, builds: readonly NamedBuild[]): NamedBuild {
  const builder = { type: name, name, pointer: '', from: undefined, config: {} };
  return { builder, name, displayName: name, from: builds.flatMap(({ from }) => from) };
}

/** Plans such components for what there is to complain about them, so that all complaints come at once. */
export function checkStray(
  components: readonly StrayComponent[],
  builds: readonly NamedBuild[],
  plan: PlanContext,
): void {
  const facts = new Set(builds.flatMap((build) => [...factNamesIn(plan, build)]));
  for (const component of components) {
    for (const name of component.names) {
      const build = lackingBuild(name, builds);
      const context = buildContext(build, plan, new Set([...factNamesIn(plan, build), ...facts]));
      if (component.kind === 'provisioner') planProvisioner(component.written, context);
      else planPostProcessor(component.written, context);
    }
  }
}
