import { hasErrors } from '../diagnostics/diagnostic.ts';
import { errorAt, type Finding } from '../diagnostics/finding.ts';
import { TemplateError } from '../errors/errors.ts';
import type { RenderData } from '../run/build-run.ts';
import type { JsonObject, JsonValue } from '../run/json.ts';
import type { ConfigLayer } from '../schema/decode.ts';
import { describeValue, isList, isObject } from '../schema/weak-values.ts';
import { pointerToken } from '../template/json-source.ts';
import type { PrepareContext } from './component.ts';
import { configureComponent, prepareComponent, type Configured } from './configure-component.ts';
import type { LoadedComponent } from './component-loader.ts';
import type { PlanContext } from './plan-context.ts';
import type { NamedBuild } from './select-builds.ts';
import { textSetting, type TextPlace } from './text-setting.ts';

/** A component as the template has it, apart from what it is. */
export interface WrittenComponent {
  readonly type: string;
  readonly pointer: string;
  readonly config: JsonObject;
  readonly override?: Readonly<Record<string, JsonValue>>;
}

/** A component of one build. */
export interface PlannedComponent {
  readonly configured: Configured;
  configure(data: RenderData): Promise<never>;
}

interface Preparable {
  readonly prepare: Parameters<typeof prepareComponent>[0]['prepare'];
}

/** The component's configuration and what the template lays over it for this builder. */
function layersOf(written: WrittenComponent, build: NamedBuild, findings: Finding[]): readonly ConfigLayer[] {
  const { config, pointer, override = {} } = written;
  const { name } = build.builder;
  const own: ConfigLayer = { config, pointer };
  const over = Object.hasOwn(override, name) ? (override[name] ?? null) : null;
  if (over === null) return [own];
  const place = `${pointer}/override/${pointerToken(name)}`;
  const parts = isList(over) ? over : [over];
  if (!parts.every(isObject)) {
    const message = `"override" for "${name}" has to be an object of options, not ${describeValue(over)}`;
    findings.push(errorAt('TEMPLATE_WRONG_TYPE', place, message));
    return [own];
  }
  return [own, ...parts.map((part) => ({ config: part, pointer: place }))];
}

/** Words by which a text can come out another way in each build. */
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

function configured(
  component: LoadedComponent<unknown>,
  written: WrittenComponent,
  layers: readonly ConfigLayer[],
  place: TextPlace,
  plan: PlanContext,
): Configured {
  const { pointer } = written;
  const make = (): Configured => {
    const made = configureComponent(component, layers, pointer, textSetting(plan.common, plan.variables, place));
    plan.complain(made.findings);
    for (const secret of made.secrets) plan.secrets.add(secret);
    return made;
  };
  if (layers.length > 1 || !isSameEverywhere(written, plan)) return make();
  const known = plan.shared.get(pointer);
  if (known !== undefined) return known;
  const made = make();
  plan.shared.set(pointer, made);
  return made;
}

/** Plans one component of a build; complaints go to the plan. */
export function planComponent(
  component: LoadedComponent<Preparable>,
  written: WrittenComponent,
  build: NamedBuild,
  plan: PlanContext,
  expectsData: boolean,
): PlannedComponent {
  const findings: Finding[] = [];
  const layers = layersOf(written, build, findings);
  const { name, builder } = build;
  const place: TextPlace = {
    build: { name, type: builder.type },
    componentType: written.type,
    expectsData,
    data: undefined,
  };
  const context: PrepareContext = {
    buildName: name,
    builderType: builder.type,
    force: plan.options.force,
    from: build.from,
    look: plan.options.look,
    environment: plan.options.environment,
  };
  const planned = configured(component, written, layers, place, plan);
  findings.push(...prepareComponent(component.module, planned, written.pointer, context));
  plan.complain(findings);
  return {
    configured: planned,
    configure: (data) => {
      if (planned.deferred.size === 0) return Promise.resolve(planned.config as never);
      const setting = textSetting(plan.common, plan.variables, { ...place, data });
      const made = configureComponent(component, layers, written.pointer, setting);
      const complaints = [...made.findings, ...prepareComponent(component.module, made, written.pointer, context)];
      if (hasErrors(complaints)) return Promise.reject(new TemplateError(plan.present(complaints)));
      return Promise.resolve(made.config as never);
    },
  };
}
