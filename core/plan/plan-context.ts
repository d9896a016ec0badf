import type { LocatedDiagnostic } from '../diagnostics/diagnostic.ts';
import type { Finding } from '../diagnostics/finding.ts';
import type { Template } from '../template/template.ts';
import type { ComponentLoaders } from './component-loader.ts';
import type { Configured } from './configure-component.ts';
import type { PlanOptions } from './plan-options.ts';
import type { Variables } from './resolve-variables.ts';
import type { CommonContext } from './text-setting.ts';

/** What is common to all parts of a plan while it is made. */
export interface PlanContext {
  readonly template: Template;
  readonly options: PlanOptions;
  readonly common: CommonContext;
  readonly variables: Variables;
  readonly loaders: ComponentLoaders;
  /** Values that nobody may see, as far as they are known. */
  readonly secrets: Set<string>;
  /** Configurations that are the same in all builds, by the component's pointer. */
  readonly shared: Map<string, Configured>;
  readonly sameEverywhere: Map<string, boolean>;
  /** Whether a variable's value holds an expression that each build fills in its own way. */
  readonly variablesDifferByBuild: boolean;
  complain(findings: readonly Finding[]): void;
  /** Complaints with their places, sorted, without secrets. */
  present(findings: readonly Finding[]): readonly LocatedDiagnostic[];
}
