import type { WorkPool } from '../../interpolation/evaluate/work.ts';
import type { ComponentRegistry } from '../../contract/component-registry.ts';
import type { FunctionContext } from '../../interpolation/functions/functions.ts';
import type { VariableText } from './text-finding.ts';
import type { DataStates } from './data-state.ts';
import type { RenderData } from '../../contract/build-run.ts';
import type { FunctionTable } from '../../interpolation/functions/function-table.ts';

/** Variables with their values worked out, and what data sources gave. */
export interface Variables {
  readonly values: Readonly<Record<string, string>>;
  /** Those that have no value because of a complaint; texts that use them are not judged. */
  readonly unknown: ReadonlySet<string>;
  /** Those whose value has expressions such as `{{ .HTTPIP }}`, for whoever fills in that data. */
  readonly dotted: ReadonlySet<string>;
  /** Values as written, with where. */
  readonly texts: ReadonlyMap<string, VariableText>;
  readonly data: DataStates;
  /** Values that nobody may see. */
  readonly secrets: readonly string[];
}

/** What template functions know wherever they stand. */
export interface CommonContext extends Pick<
  FunctionContext,
  'startedAt' | 'packerVersion' | 'templateDirectory' | 'workingDirectory' | 'lookups'
> {
  /** Absolute; "-" for one from standard input. */
  readonly templatePath: string;
  /** See `ComponentRegistry`. */
  readonly resourceNames: ComponentRegistry['resourceNames'];
  /** For all texts of the plan. */
  readonly work: WorkPool;
}

/** How the texts of a component's options are rendered. */
export interface TextSetting {
  readonly variables: Variables;
  readonly templatePath: string;
  readonly functions: FunctionTable;
  /** Told by the function `build` and by `{{ .Name }}`; undefined while planning, when nobody knows them yet. */
  readonly data: RenderData | undefined;
  /** Their names; undefined where there are no such data at any time: in builders. */
  readonly factNames: ReadonlySet<string> | undefined;
  /** Names that were asked for and that this build has no value for. */
  readonly unset: Set<string>;
  /** What the plan's texts may take together; undefined for one that is rendered when the build runs. */
  readonly work: WorkPool | undefined;
  /** How often the functions `build` and `data` have given a stand-in for what is not known yet. */
  readonly standIns: number;
}
