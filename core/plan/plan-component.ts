import type { PrepareContext } from '../contract/component.ts';
import { hasErrors } from '../diagnostics/diagnostic.ts';
import { errorAt } from '../diagnostics/finding.ts';
import { locationText } from '../diagnostics/render.ts';
import { TemplateError } from '../errors/errors.ts';
import type { JsonObject, JsonValue } from '../contract/json.ts';
import type { ConfigLayer } from '../schema/decode.ts';
import { rebaseWritten } from '../schema/validate.ts';
import { isList, isObject } from '../json/guards.ts';
import { describeValue } from '../schema/weak-values.ts';
import { pointerToken } from '../diagnostics/pointer.ts';
import { configureComponent, prepareComponent, prepareElsewhere, type Configured } from './configure-component.ts';
import type { LoadedComponent } from './component-loader.ts';
import type { Configure } from './plan.ts';
import type { BuildContext, PlanContext, TextKind } from './plan-context.ts';
import type { NamedBuild } from './builds/named-build.ts';
import { textSetting } from './texts/text-setting.ts';
import type { PlannedComponent } from './planned-component.ts';

/** A component as the template has it, apart from what it is. */
export interface WrittenComponent {
  readonly type: string;
  readonly pointer: string;
  readonly config: JsonObject;
  readonly override?: Readonly<Record<string, JsonValue>>;
}

type Preparable = Parameters<typeof prepareElsewhere<PrepareContext>>[0];

/** The component's configuration and what the template lays over it for this builder. */
function layersOf(written: WrittenComponent, build: NamedBuild, plan: PlanContext): readonly ConfigLayer[] {
  const { config, pointer, override = {} } = written;
  const { name } = build.builder;
  const own: ConfigLayer = { config, pointer };
  const over = Object.hasOwn(override, name) ? (override[name] ?? null) : null;
  if (over === null) return [own];
  const place = `${pointer}/override/${pointerToken(name)}`;
  const parts = isList(over) ? over : [over];
  if (!parts.every(isObject)) {
    const message = `"override" for "${name}" has to be an object of options, not ${describeValue(over)}`;
    plan.complain([errorAt('TEMPLATE_WRONG_TYPE', place, message)]);
    return [own];
  }
  return [own, ...parts.map((part) => ({ config: part, pointer: place }))];
}

/** Template functions whose value differs from build to build. */
const OF_A_BUILD = /build_name|build_type|uuid/;

/** Whether the texts are the same in all builds, which then share the work. */
function isSameEverywhere(written: WrittenComponent, plan: PlanContext): boolean {
  const known = plan.sameEverywhere.get(written.pointer);
  if (known !== undefined) return known;
  const same = !plan.variablesDifferByBuild && !OF_A_BUILD.test(JSON.stringify(written.config));
  plan.sameEverywhere.set(written.pointer, same);
  return same;
}

export function variablesDifferByBuild(values: Readonly<Record<string, string>>): boolean {
  return Object.values(values).some((value) => value.includes('{{') && OF_A_BUILD.test(value));
}

function configureNow(
  component: LoadedComponent<Preparable>,
  written: WrittenComponent,
  layers: readonly ConfigLayer[],
  context: BuildContext,
  kind: TextKind,
): Configured {
  const { plan } = context;
  const made = configureComponent(component, layers, written.pointer, context.setting(written.type, kind));
  plan.complain(made.findings);
  if (kind === 'builder') plan.complain(plan.loaders.communicators.note(made.config, written.pointer));
  for (const secret of made.secrets) plan.secrets.add(secret);
  for (const place of made.secretPlaces) plan.secretPlaces.add(place);
  return made;
}

/** Configures the component again when the running build's data are there. */
function configureLater(
  component: LoadedComponent<Preparable>,
  written: WrittenComponent,
  layers: readonly ConfigLayer[],
  { plan, build, prepare, factNames }: BuildContext,
): Configure<JsonObject> {
  const place = { build: { name: build.name, type: build.builder.type }, componentType: written.type, factNames };
  return async (facts, ui) => {
    const setting = textSetting(plan.common, plan.variables, { ...place, facts });
    const made = configureComponent(component, layers, written.pointer, setting);
    // What is secret of it is known only now; a complaint may have it in it already.
    for (const secret of made.secrets) ui.addSecret(secret);
    const complaints = [...made.findings, ...prepareComponent(component.module, made, written.pointer, prepare)];
    if (!hasErrors(complaints)) {
      complaints.push(...(await prepareElsewhere(component.module, made, written.pointer, prepare, plan.signal)));
    }
    if (hasErrors(complaints)) throw new TemplateError(plan.present(complaints));
    for (const { message, location } of plan.present(plan.complain(complaints))) {
      ui.warn(location === undefined ? message : `${locationText(location)}: ${message}`);
    }
    return made.config;
  };
}

function configureAlready(config: JsonObject): Configure<JsonObject> {
  return () => Promise.resolve(config);
}

/** Plans one component of a build; complaints go to the plan. */
export function planComponent(
  component: LoadedComponent<Preparable>,
  written: WrittenComponent,
  context: BuildContext,
  kind: TextKind,
): PlannedComponent {
  const { plan, build, prepare } = context;
  const { pointer } = written;
  const layers = layersOf(written, build, plan);
  const shareable = layers.length === 1 && isSameEverywhere(written, plan);
  const known = shareable ? plan.shared.get(pointer) : undefined;
  const configured = known?.configured ?? configureNow(component, written, layers, context, kind);
  plan.complain(prepareComponent(component.module, configured, pointer, prepare));
  if (component.module.prepareElsewhere !== undefined) {
    plan.elsewhere.push(() => prepareElsewhere(component.module, configured, pointer, prepare, plan.signal));
  }
  if (known !== undefined && configured.deferred.size === 0) return known;
  const configure =
    configured.deferred.size === 0
      ? configureAlready(configured.config)
      : configureLater(component, written, layers, context);
  const planned = { configured, configure, rebase: (at: string) => rebaseWritten(configured.validated, pointer, at) };
  if (shareable && known === undefined) plan.shared.set(pointer, planned);
  return planned;
}
