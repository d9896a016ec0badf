import { dirname } from 'node:path';
import { templateFunctions, type FunctionContext, type FunctionTable, type WorkPool } from '../interpolation/index.ts';
import type { RenderData } from '../run/build-run.ts';
import type { Template } from '../template/template.ts';
import type { PlanOptions } from './plan-options.ts';
import type { TextSetting } from './render-options.ts';
import type { Variables } from './resolve-variables.ts';

/** What template functions know wherever they stand. */
export interface CommonContext extends Pick<
  FunctionContext,
  'startedAt' | 'packerVersion' | 'templateDirectory' | 'workingDirectory'
> {
  /** For all texts of the plan. */
  readonly work: WorkPool;
}

export function commonContext(template: Template, options: PlanOptions): CommonContext {
  const { path } = template.source;
  const { startedAt, packerVersion, workingDirectory } = options;
  return {
    startedAt,
    packerVersion,
    workingDirectory,
    work: { spent: 0 },
    templateDirectory: path === '-' ? undefined : dirname(path),
  };
}

/** Where a component's texts stand. */
export interface TextPlace {
  /** Undefined for texts that no build's name can change. */
  readonly build: { readonly name: string; readonly type: string } | undefined;
  /** Undefined for the template's own texts. */
  readonly componentType: string | undefined;
  /** Whether the data of the running build will be there: in provisioners and post-processors. */
  readonly expectsData: boolean;
  /** That data; undefined while planning. */
  readonly data: RenderData | undefined;
}

/** Stands for what the function `build` will tell. */
const STAND_IN = 'known-when-the-build-runs';

function dataText(data: RenderData, name: string): string | undefined {
  const value = Object.hasOwn(data, name) ? data[name] : undefined;
  if (value === undefined || value === null) return undefined;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

export function textSetting(common: CommonContext, variables: Variables, place: TextPlace): TextSetting {
  const { build, componentType, expectsData, data } = place;
  let buildCalls = 0;
  const told = (name: string): string | undefined => {
    buildCalls++;
    return data === undefined ? STAND_IN : dataText(data, name);
  };
  let functions: FunctionTable | undefined;
  return {
    variables,
    // Made when a text needs them: most texts have no expressions, and without them nothing of this is loaded.
    get functions() {
      functions ??= templateFunctions({
        ...common,
        variables: variables.values,
        buildName: build?.name,
        buildType: build?.type,
        componentType,
        build: expectsData ? told : undefined,
      });
      return functions;
    },
    data,
    work: data === undefined ? common.work : undefined,
    expectsData,
    get buildCalls() {
      return buildCalls;
    },
  };
}
