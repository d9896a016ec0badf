import type { Artifact } from '../contract/artifact.ts';
import type { BuildRun, RenderData, Ui } from '../contract/build-run.ts';
import type { Load, PostProcessed, PostProcessRun, ProvisionRun, Requirement } from '../contract/component.ts';
import type { JsonObject, JsonValue } from '../contract/json.ts';
import type { ReleaseContext } from '../contract/resource.ts';

/**
 * Renders the template's text again with facts about the running build (the function `build`), decodes and validates it.
 * Throws `TemplateError` with located diagnostics; new warnings go to `warn`, a line each, and secrets to `addSecret` before.
 */
export type Configure<Configured> = (facts: RenderData, ui: Pick<Ui, 'warn' | 'addSecret'>) => Promise<Configured>;

/** Gives up an artifact of the component; undefined: the artifact's files are removed. */
type Discard = ((artifact: Artifact, context: ReleaseContext) => Promise<void>) | undefined;

/** A builder with its configuration inside; see `Builder`. */
export interface ConfiguredBuilder {
  readonly needs: () => readonly Requirement[];
  readonly load: (() => Load) | undefined;
  readonly run: (build: BuildRun) => Promise<Artifact>;
  readonly resume: ((build: BuildRun, checkpoint: JsonValue) => Promise<Artifact>) | undefined;
  readonly discard: Discard;
}

/** A provisioner with its whole configuration inside; see `Provisioner`. */
export interface ConfiguredProvisioner {
  /** What it has inside, for its identity. */
  readonly config: JsonObject;
  readonly inputFiles: () => readonly string[];
  readonly provision: (run: ProvisionRun) => Promise<void>;
}

/** A post-processor with its whole configuration inside; see `PostProcessor`. */
export interface ConfiguredPostProcessor {
  readonly postProcess: (input: Artifact, run: PostProcessRun) => Promise<PostProcessed>;
}

/** A provisioner or a post-processor of a build, validated. */
interface Planned<Configured> {
  readonly type: string;
  /** RFC 6901 pointer of the component in the template. */
  readonly pointer: string;
  /** The programs that it calls, as far as its configuration is known before the build runs. */
  readonly needs: () => readonly Requirement[];
  readonly configure: Configure<Configured>;
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

export interface PlannedProvisioner extends Planned<ConfiguredProvisioner> {
  /** Pins the plugin that it comes with; empty for what comes with Kiln. */
  readonly pluginVersion: string;
  /** "shell: apt-get install -y nginx": its type, and its name, script or first command. May have secrets in it. */
  readonly label: string;
  /** Works without a way into the guest. */
  readonly needsNoGuest: boolean;
  /** Milliseconds. */
  readonly pauseBefore: number;
  /** Milliseconds; undefined: no limit. */
  readonly timeout: number | undefined;
  readonly maxRetries: number;
}

export interface PlannedPostProcessor extends Planned<ConfiguredPostProcessor> {
  readonly name: string;
  /** Whether other sequences may run at the same time; see `PostProcessor`. Only of a plan without errors. */
  independent(): boolean;
  readonly discard: Discard;
  /** What becomes of its input by the template's `keep_input_artifact`; undefined when that does not say. */
  readonly input: 'keep' | 'discard' | undefined;
}

export interface PlannedBuild {
  readonly name: string;
  readonly type: string;
  readonly displayName: string;
  readonly pointer: string;
  readonly builder: ConfiguredBuilder;
  /** What the builder has inside: rendered but for its late options, decoded, with defaults. */
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
  /** As it was read. */
  readonly templateText: string;
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
