import type { LocatedDiagnostic } from '../diagnostics/diagnostic.ts';
import type { Finding } from '../diagnostics/finding.ts';
import type { Template } from '../template/template.ts';
import type { PrepareContext } from '../contract/component.ts';
import type { ComponentLoaders } from './component-loader.ts';
import type { PlannedComponent } from './planned-component.ts';
import type { PlanOptions } from './plan-options.ts';
import type { TextSetting, Variables, CommonContext } from './texts/text-context.ts';
import type { NamedBuild } from './builds/named-build.ts';

/** Whether a component comes when the build runs already, so that its options may ask for the running build's facts. */
export type TextKind = 'builder' | 'in the build';

/** A build while its components are planned. */
export interface BuildContext {
  readonly plan: PlanContext;
  readonly build: NamedBuild;
  readonly prepare: PrepareContext;
  /** How the texts of a component of this type are rendered while planning. */
  setting(componentType: string, kind: TextKind): TextSetting;
  /** Names of what `build` tells of the build in its provisioners and post-processors. */
  readonly factNames: ReadonlySet<string>;
}

/** What is common to all parts of a plan while it is made. */
export interface PlanContext {
  readonly template: Template;
  readonly options: PlanOptions;
  readonly common: CommonContext;
  readonly variables: Variables;
  readonly loaders: ComponentLoaders;
  /** Values that nobody may see, as far as they are known. */
  readonly secrets: Set<string>;
  /** Pointers of the options that have such values by their nature. */
  readonly secretPlaces: Set<string>;
  /** Components that are the same in all builds, by their pointers. */
  readonly shared: Map<string, PlannedComponent>;
  /** Components of which it is known whether they are the same in all builds. */
  readonly sameEverywhere: Map<string, boolean>;
  /** Whether a variable's value holds an expression that each build fills in its own way. */
  readonly variablesDifferByBuild: boolean;
  /** What other processes have to be asked about, once nothing else is wrong. */
  readonly elsewhere: (() => Promise<readonly Finding[]>)[];
  /** Ends what is waited for. */
  readonly signal: AbortSignal;
  /** Collects complaints; returns those that were not there yet. */
  complain(findings: readonly Finding[]): readonly Finding[];
  /** Complaints with their places, sorted, without secrets. */
  present(findings: readonly Finding[]): readonly LocatedDiagnostic[];
}
