import { dirname } from 'node:path';
import { templateFunctions, type FunctionTable } from '../../interpolation/index.ts';
import type { RenderData } from '../../contract/build-run.ts';
import type { Template } from '../../template/template.ts';
import { fetchedData } from './data-state.ts';
import type { PlanOptions } from '../plan-options.ts';
import type { TextSetting, CommonContext, Variables } from './text-context.ts';

export function commonContext(template: Template, options: PlanOptions): CommonContext {
  const { path } = template.source;
  const { components, startedAt, packerVersion, workingDirectory } = options;
  return {
    startedAt,
    packerVersion,
    workingDirectory,
    lookups: components.lookups,
    resourceNames: (componentType) => components.resourceNames(componentType),
    work: { spent: 0 },
    templatePath: path,
    templateDirectory: path === '-' ? workingDirectory : dirname(path),
  };
}

/** Where a component's texts stand. */
export interface TextPlace {
  /** Undefined for texts that no build's name can change. */
  readonly build: { readonly name: string; readonly type: string } | undefined;
  /** Undefined for the template's own texts. */
  readonly componentType: string | undefined;
  /** Names of facts about the running build; undefined where nobody knows it at any time: in builders. */
  readonly factNames: ReadonlySet<string> | undefined;
  /** Those facts; undefined while planning. */
  readonly facts: RenderData | undefined;
}

/** Stands for what the function `build` will tell. */
const STAND_IN = 'known-when-the-build-runs';

function factText(facts: RenderData, name: string): string | undefined {
  const value = Object.hasOwn(facts, name) ? facts[name] : undefined;
  if (value === undefined || value === null) return undefined;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** The facts that there are, and an empty text for each other one that could be, as in Packer. */
function withEmptyFacts(facts: RenderData, names: ReadonlySet<string>): RenderData {
  return { ...Object.fromEntries([...names].map((name) => [name, ''])), ...facts };
}

export function textSetting(common: CommonContext, variables: Variables, place: TextPlace): TextSetting {
  const { build, componentType, factNames, facts } = place;
  const data = facts && withEmptyFacts(facts, factNames ?? new Set());
  const unset = new Set<string>();
  let standIns = 0;
  const told = (name: string): string | undefined => {
    const known = factNames?.has(name) === true;
    if (facts !== undefined && known && !Object.hasOwn(facts, name)) unset.add(name);
    if (data !== undefined) return factText(data, name);
    if (!known) return undefined;
    standIns++;
    return STAND_IN;
  };
  let functions: FunctionTable | undefined;
  return {
    variables,
    templatePath: common.templatePath,
    // Made when a text needs them: most texts have no expressions, and without them nothing of this is loaded.
    get functions() {
      functions ??= templateFunctions({
        ...common,
        variables: variables.values,
        data: fetchedData(variables.data, () => standIns++),
        buildName: build?.name,
        buildType: build?.type,
        cleanResourceName: componentType === undefined ? undefined : common.resourceNames(componentType),
        build: factNames && { names: factNames, tell: told },
      });
      return functions;
    },
    data,
    work: data === undefined ? common.work : undefined,
    factNames,
    unset,
    get standIns() {
      return standIns;
    },
  };
}
