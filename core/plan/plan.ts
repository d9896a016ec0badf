import type { JsonObject } from '../contract/json.ts';
import type { RenderData, Voice } from '../contract/build-run.ts';
import type { Builder, PostProcessor, Provisioner } from '../contract/component.ts';

/**
 * Renders the template's text again with facts about the running build (the function `build`), decodes and validates it.
 * Throws `TemplateError` with located diagnostics; new warnings go to `warn`, a line each, and secrets to `addSecret` before.
 */
export type Configure = (facts: RenderData, voice: Pick<Voice, 'warn' | 'addSecret'>) => Promise<JsonObject>;

/** One component of a build, validated. */
interface Planned<Module> {
  readonly type: string;
  /** RFC 6901 pointer of the component in the template. */
  readonly pointer: string;
  readonly module: Module;
  /** The configuration as far as it is known; options that wait for the running build hold stand-ins. */
  readonly known: JsonObject;
  /** Names of those options. */
  readonly waiting: ReadonlySet<string>;
  readonly configure: Configure;
  /**
   * Leads from a pointer into its configuration ("/output") to where that value stands in the template, and to the
   * component when the template does not give the option.
   */
  readonly rebase: (pointer: string) => string;
}

/** What the rendering of a late option goes with. */
export interface LateRendering {
  /** What the function `build` tells; undefined in builders, which may not ask. */
  readonly facts: RenderData | undefined;
  /** Told of each expression for which `<no value>` is written. */
  readonly onNoValue: (expression: string) => void;
}

export interface PlannedProvisioner extends Planned<Provisioner<object>> {
  /** Milliseconds. */
  readonly pauseBefore: number;
  /** Milliseconds; undefined: no limit. */
  readonly timeout: number | undefined;
  readonly maxRetries: number;
}

export interface PlannedPostProcessor extends Planned<PostProcessor<object>> {
  readonly name: string;
  /** What becomes of its input by the template's `keep_input_artifact`; undefined when that does not say. */
  readonly input: 'keep' | 'discard' | undefined;
}

export interface PlannedBuild {
  readonly name: string;
  readonly type: string;
  readonly displayName: string;
  readonly pointer: string;
  readonly builder: Builder<object>;
  /** The builder's configuration: rendered but for its late options, decoded, with defaults. */
  readonly config: JsonObject;
  /** Names of the builds whose artifacts this one starts from; the first is its base. */
  readonly from: readonly string[];
  readonly provisioners: readonly PlannedProvisioner[];
  readonly errorCleanupProvisioner: PlannedProvisioner | undefined;
  /** Each sequence starts from the builder's artifact. */
  readonly postProcessors: readonly (readonly PlannedPostProcessor[])[];
  /** Like a component's: of its builder's configuration. */
  readonly rebase: (pointer: string) => string;
  /** Renders a late option of any component of this build; throws `StepError`. */
  render(text: string, data: RenderData, rendering: LateRendering): string;
}

/** Pure data and pure functions: what a run will do. Builds are in the order of their names. */
export interface Plan {
  /** Absolute path, or "-" for standard input. */
  readonly templatePath: string;
  readonly builds: readonly PlannedBuild[];
  /** Values of sensitive variables and `x-secret` options. */
  readonly secrets: readonly string[];
  /** Milliseconds since the epoch: the one moment of `timestamp`, `isotime` and `strftime`. */
  readonly started: number;
  readonly variables: JsonObject;
  /**
   * "file:line:column" of a pointer into the template, for failures at run time: of the option, or of the variable whose
   * value is all that the option has.
   */
  locate(pointer: string): string | undefined;
}
