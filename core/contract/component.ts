import type { Artifact } from './artifact.ts';
import type { Communicator } from './communicator.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { BuildOrigin } from './build-origin.ts';
import type { BuildData, BuildRun, Ui } from './build-run.ts';
import type { JsonValue } from './json.ts';
import type { Acquired, ReleaseContext, ResourceKind } from './resource.ts';

/** A program that a component calls, for `doctor` and for set-up. */
export interface Requirement {
  /** Looked up as `findProgram` does; with a slash in it, a path from the working directory. */
  readonly program: string;
  /** Names of programs that do as well. */
  readonly orElse?: readonly string[];
  /** True when it is a file of its package at that path, which is read and not run. */
  readonly isFile?: boolean;
  /** Debian package that has it. */
  readonly package: string;
  /** Completes "needed to …": "create disks". */
  readonly purpose: string;
  /** Of `Component.programs`: true when only some configurations call it. */
  readonly optional?: boolean;
  /** Of `Component.needs`: options that decide on it. While one of them waits for the running build, it is not asked for. */
  readonly decidedBy?: readonly string[];
}

/** What a check of options may read of this machine. */
export interface CheckContext {
  /** What is at a path (relative ones: to the working directory), symlinks followed. */
  statPath(path: string): 'file' | 'directory' | 'other' | undefined;
  /** The first bytes of a file, at most so many; undefined for what cannot be read. With `statPath` all that `prepare` reads. */
  readStart(path: string, most: number): Uint8Array | undefined;
  /** An environment variable of Kiln's own process. */
  environment(name: string): string | undefined;
}

/** What a component may know while it checks its configuration. */
export interface PrepareContext extends CheckContext {
  readonly buildName: string;
  readonly builderType: string;
  /** The command-line flag -force. */
  readonly force: boolean;
  /** Name of the first build in the builder's `from`, if it has one. */
  readonly from: string | undefined;
}

/** What builders, provisioners and post-processors have in common. */
export interface Component<Config> {
  /** Checks what a schema cannot say. Pure but for `statPath` and `readStart`; never throws. Pointers are relative to the configuration. */
  prepare(config: Config, context: PrepareContext): readonly Diagnostic[];
  /**
   * The same for what another process has to be asked about, after `prepare` found nothing wrong. Makes nothing; throws a
   * `KilnError` when the process cannot be asked, and what it likes once `signal` has aborted.
   */
  prepareElsewhere?(config: Config, context: PrepareContext, signal: AbortSignal): Promise<readonly Diagnostic[]>;
  /** All the programs that the component may call, for `kiln doctor`. */
  readonly programs: readonly Requirement[];
  /**
   * The programs that a build with this configuration calls; it does not start without them. Pure. As for `prepare`,
   * options that wait for the running build hold stand-ins (`Requirement.decidedBy`).
   */
  needs(config: Config): readonly Requirement[];
  /** Lines about what this machine can do for the component besides its programs, for `kiln doctor`. Never throws. */
  examine?(context: ExamineContext): Promise<readonly string[]>;
  /** Kinds of outside things the component makes. */
  readonly resources: readonly ResourceKind<JsonValue>[];
}

/** What a component may use to examine this machine. */
export interface ExamineContext {
  /** Where things are kept between runs; need not exist. */
  readonly cacheDirectory: string;
  readonly signal: AbortSignal;
}

/** What a build takes of this machine while it runs. */
export interface Load {
  /** Bytes. */
  readonly memory: number;
  readonly processors: number;
}

/** Makes an artifact, and the guest that provisioners work in. */
export interface Builder<Config> extends Component<Config> {
  readonly kind: 'builder';
  /** Names of the facts that its builds have beside those of all builds: what it gives to `BuildRun.provision`. */
  readonly factNames?: readonly string[];
  run(config: Config, build: BuildRun): Promise<Artifact>;
  /**
   * Goes on from `BuildRun.checkpoint` in another process, with the things that were made before it (`BuildRun.adopt`);
   * `provision` runs only what had not finished. Without it a build that was interrupted begins anew.
   */
  resume?(config: Config, build: BuildRun, checkpoint: JsonValue): Promise<Artifact>;
  /** Builds that have one run at once only as far as this machine has room for them. */
  load?(config: Config): Load;
  /** Gives up an artifact that a post-processor has used up. Without it the artifact's files are removed. */
  discard?(artifact: Artifact, context: ReleaseContext): Promise<void>;
}

/** What a provisioner is given. */
export interface ProvisionRun extends Ui {
  readonly buildName: string;
  readonly builderType: string;
  readonly runId: string;
  readonly communicator: Communicator;
  readonly signal: AbortSignal;
  readonly debugMode: boolean;
  /** Connection and builder data, as for the template function `build`. */
  readonly data: BuildData;
  /** PACKER_BUILD_NAME, PACKER_BUILDER_TYPE, PACKER_RUN_UUID and the PACKER_HTTP_… that the builder has. */
  readonly environment: Readonly<Record<string, string>>;
  /** Asks the person at the terminal; resolves with the trimmed answer. Not there when there is nobody to ask. */
  readonly ask?: (question: string, signal: AbortSignal) => Promise<string>;
  acquire: BuildRun['acquire'];
  temporaryDirectory(): Promise<string>;
}

/** Changes a guest, or does something on this machine between the provisioners that do. */
export interface Provisioner<Config> extends Component<Config> {
  readonly kind: 'provisioner';
  /** Works without a way into the guest. */
  readonly needsNoGuest?: boolean;
  /** Local files and directories that decide what the provisioner does; hashed into its identity. */
  inputFiles(config: Config): readonly string[];
  /**
   * What tells one provisioner of this type from another, in a line for people: the script's name, the first command. Without
   * it, or with undefined, a provisioner that has no `name` is called by its type.
   */
  label?(config: Config): string | undefined;
  provision(config: Config, run: ProvisionRun): Promise<void>;
}

/** What a post-processor is given. */
export interface PostProcessRun extends Omit<ProvisionRun, 'communicator'> {
  readonly force: boolean;
  /** Milliseconds since the epoch; one moment for the whole run. */
  readonly runStarted: number;
  /** Where things are kept between runs; exists. */
  readonly cacheDirectory: string;
  /** How the build came about, as far as it is. */
  origin(): BuildOrigin;
  /** Things of a `lasting` kind that an earlier process had made for this build's post-processors. */
  inherited(kind: ResourceKind<JsonValue>): readonly Acquired<JsonValue, undefined>[];
}

/** What a post-processor has made, and what becomes of what it was given. */
export interface PostProcessed {
  /** What the next post-processor of the sequence gets: a new artifact, or "input" as it is; undefined ends the sequence. */
  readonly artifact: Artifact | 'input' | undefined;
  /**
   * What becomes of the input artifact. "keep" and "discard" count when the template's `keep_input_artifact` does not say.
   * "contained": the output has the input in it (or is it), so that the input stays as long as the output does, whatever the
   * template says.
   */
  readonly input: 'keep' | 'discard' | 'contained';
}

/** Works on an artifact: makes another one of it, or does something with it. */
export interface PostProcessor<Config> extends Component<Config> {
  readonly kind: 'post-processor';
  /**
   * Whether it reads its input's files, writes what its options name and heeds nothing else. Those of the build's sequences of
   * which all are so run at the same time. Without it, it is not.
   */
  independent?(config: Config): boolean;
  postProcess(input: Artifact, config: Config, run: PostProcessRun): Promise<PostProcessed>;
  /** Gives up an artifact that a later post-processor has used up. Without it the artifact's files are removed. */
  discard?(artifact: Artifact, context: ReleaseContext): Promise<void>;
}

export type ComponentKind = 'builder' | 'provisioner' | 'post-processor' | 'data-source';

/** A component's draft-07 schema after its mixins were merged in. */
export type ComponentSchema = { readonly [key: string]: JsonValue };

/** Whose a component is that does not come with Kiln. */
export interface ComponentOwner {
  /** Name of the plugin. */
  readonly name: string;
  /** Its version, and what else pins it: with another one, a provisioner counts as another. */
  readonly version: string;
  /** What a person can do when it cannot be used. */
  readonly remedy: string;
}

/** How the plan gets at a component: its schema and its code load apart. */
export interface ComponentEntry<Module> {
  /** Undefined: it comes with Kiln. */
  readonly plugin?: ComponentOwner;
  schema(): Promise<ComponentSchema>;
  load(): Promise<Module>;
}
