// Made from a schema by `npm run generate`; do not edit.
import type { JsonObject, JsonValue } from '../../../core/contract/json.ts';

/**
 * What a component is.
 */
export type ComponentKind = 'builder' | 'provisioner' | 'post-processor' | 'data-source';
/**
 * What is wrong with a configuration.
 */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  /**
   * "AREA_WHAT", in capitals.
   */
  readonly code: string;
  /**
   * One sentence without a full stop: what is wrong and what was found.
   */
  readonly message: string;
  /**
   * JSON pointer into the configuration: "/disk_size"; "" is the whole.
   */
  readonly pointer: string;
  /**
   * What to do next.
   */
  readonly hint?: string;
}
/**
 * A disk image, one of an artifact's files.
 */
export interface Disk {
  /**
   * Absolute.
   */
  readonly path: string;
  /**
   * QEMU's name of it: "qcow2", "raw" …
   */
  readonly format: string;
  /**
   * Bytes that a guest sees.
   */
  readonly virtualSize: number;
  /**
   * What it boots with.
   */
  readonly firmware?: readonly ('bios' | 'uefi')[];
  /**
   * As uname -m says it.
   */
  readonly architecture?: string;
  /**
   * Absolute path of the file in which UEFI has its variables.
   */
  readonly firmwareVariables?: string;
}
/**
 * A file that was brought to another place.
 */
export interface RemoteFile {
  /**
   * Without login.
   */
  readonly url: string;
  /**
   * Bytes.
   */
  readonly size: number;
  /**
   * Lower-case hex.
   */
  readonly sha256: string;
}
/**
 * What a builder or a post-processor made.
 */
export interface Artifact {
  /**
   * Identifies the component that made it.
   */
  readonly builderId: string;
  /**
   * The artifact's own id: an image id, a name.
   */
  readonly id: string;
  /**
   * One line for people.
   */
  readonly description: string;
  /**
   * Absolute paths of the local files; empty for what is elsewhere.
   */
  readonly files: readonly string[];
  /**
   * Further facts; no secret.
   */
  readonly properties: JsonObject;
  /**
   * The disk images among the files, the system's first.
   */
  readonly disks?: readonly Disk[];
  /**
   * Files that are elsewhere.
   */
  readonly remotes?: readonly RemoteFile[];
}
/**
 * An SSH server, and how to log in to it.
 */
export interface Server {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password?: string;
  /**
   * Path of a file with mode 0600.
   */
  readonly privateKeyFile?: string;
  readonly passphrase?: string;
  readonly knownHostsLine?: string;
}
/**
 * How to reach the guest, for plugins that bring their own client.
 */
export interface GuestAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password?: string;
  /**
   * Path of a file with mode 0600.
   */
  readonly privateKeyFile?: string;
  readonly passphrase?: string;
  readonly knownHostsLine?: string;
  readonly bastion?: Server;
  readonly throughSocks?: boolean;
}
/**
 * The way into the guest.
 */
export interface Guest {
  /**
   * "ssh", "winrm", "chroot", "none".
   */
  readonly kind: string;
  /**
   * Whether commands get a terminal.
   */
  readonly terminal: boolean;
  /**
   * Given when commands are lines of cmd.exe.
   */
  readonly system?: 'windows';
  readonly address?: GuestAddress;
}
/**
 * What the template function build tells, by name.
 */
export interface Facts {
  readonly [k: string]: string | number;
}
/**
 * What a running component is told of its build.
 */
export interface RunContext {
  /**
   * The build's name.
   */
  readonly buildName: string;
  /**
   * The type of its builder.
   */
  readonly builderType: string;
  /**
   * UUID of the whole run.
   */
  readonly runId: string;
  /**
   * The flag -debug.
   */
  readonly debugMode: boolean;
  /**
   * Whether somebody is at the terminal who can be asked.
   */
  readonly canAsk: boolean;
  /**
   * The flag -force; not for provisioners.
   */
  readonly force?: boolean;
  /**
   * Where things are kept between runs; not for provisioners.
   */
  readonly cacheDirectory?: string;
  readonly data?: Facts;
  /**
   * PACKER_BUILD_NAME and its like, for commands in the guest.
   */
  readonly environment?: {
    readonly [k: string]: string;
  };
  readonly guest?: Guest1;
  readonly source?: Artifact1;
}
/**
 * Provisioners only.
 */
export interface Guest1 {
  /**
   * "ssh", "winrm", "chroot", "none".
   */
  readonly kind: string;
  /**
   * Whether commands get a terminal.
   */
  readonly terminal: boolean;
  /**
   * Given when commands are lines of cmd.exe.
   */
  readonly system?: 'windows';
  readonly address?: GuestAddress;
}
/**
 * Builders only: the artifact of the first build that "from" names.
 */
export interface Artifact1 {
  /**
   * Identifies the component that made it.
   */
  readonly builderId: string;
  /**
   * The artifact's own id: an image id, a name.
   */
  readonly id: string;
  /**
   * One line for people.
   */
  readonly description: string;
  /**
   * Absolute paths of the local files; empty for what is elsewhere.
   */
  readonly files: readonly string[];
  /**
   * Further facts; no secret.
   */
  readonly properties: JsonObject;
  /**
   * The disk images among the files, the system's first.
   */
  readonly disks?: readonly Disk[];
  /**
   * Files that are elsewhere.
   */
  readonly remotes?: readonly RemoteFile[];
}
/**
 * What an error says besides its message.
 */
export interface ErrorData {
  /**
   * "AREA_WHAT", in capitals; see docs/errors.md.
   */
  readonly code?: string;
  /**
   * What to do next.
   */
  readonly hint?: string;
  /**
   * JSON pointer into the configuration that the error is about.
   */
  readonly pointer?: string;
  /**
   * A command's.
   */
  readonly exitStatus?: number;
  /**
   * The last lines of a command's output.
   */
  readonly outputTail?: string;
  /**
   * How the guest was the reason.
   */
  readonly guest?: 'unreachable' | 'lost' | 'refused' | 'not-ready';
  /**
   * Given by Kiln: when the plugin fails because of this error, it passes it on, so that Kiln knows which of its own errors it was.
   */
  readonly ref?: number;
}
/**
 * An error, as JSON-RPC has it.
 */
export interface Error {
  /**
   * A number of JSON-RPC; -32000 for what failed, -32800 for what was cancelled.
   */
  readonly code: number;
  /**
   * What went wrong, in one sentence.
   */
  readonly message: string;
  readonly data?: ErrorData;
}
/**
 * `initialize`, from Kiln. The first request. The plugin chooses one of the versions.
 */
export interface InitializeParams {
  /**
   * Versions of the protocol that this Kiln speaks.
   */
  readonly protocol: readonly number[];
  /**
   * Version of Kiln.
   */
  readonly kiln: string;
  /**
   * The plugin's name, as its manifest has it.
   */
  readonly plugin: string;
}
/**
 * What the plugin has chosen.
 */
export interface InitializeResult {
  /**
   * The version that both will speak.
   */
  readonly protocol: number;
}
/**
 * `schema`, from Kiln. For `kiln plugins check` only: the schema that the plugin believes a component to have.
 */
export interface SchemaParams {
  readonly kind: ComponentKind;
  /**
   * The component's type, as in the manifest.
   */
  readonly type: string;
}
/**
 * The schema.
 */
export interface SchemaResult {
  readonly schema: JsonObject;
}
/**
 * `prepare`, from Kiln. Checks what a schema cannot say, without making or changing anything.
 */
export interface PrepareParams {
  readonly kind: ComponentKind;
  /**
   * The component's type, as in the manifest.
   */
  readonly type: string;
  /**
   * The options, decoded, with their defaults.
   */
  readonly config: JsonObject;
  /**
   * The build's name; not for data sources.
   */
  readonly buildName?: string;
  /**
   * The type of its builder; not for data sources.
   */
  readonly builderType?: string;
  /**
   * The flag -force; not for data sources.
   */
  readonly force?: boolean;
  /**
   * The build that this one starts from.
   */
  readonly from?: string;
}
/**
 * What is wrong.
 */
export interface PrepareResult {
  /**
   * Empty when all is well.
   */
  readonly diagnostics: readonly Diagnostic[];
}
/**
 * `build`, from Kiln. A builder makes its artifact.
 */
export interface BuildParams {
  /**
   * The run that the call belongs to, as the request that began it named it.
   */
  readonly run: string;
  /**
   * The component's type, as in the manifest.
   */
  readonly type: string;
  readonly config: JsonObject;
  readonly context: RunContext;
}
/**
 * What was made.
 */
export interface BuildResult {
  readonly artifact: Artifact;
}
/**
 * `resume`, from Kiln. A builder goes on from its checkpoint in another process.
 */
export interface ResumeParams {
  /**
   * The run that the call belongs to, as the request that began it named it.
   */
  readonly run: string;
  /**
   * The component's type, as in the manifest.
   */
  readonly type: string;
  readonly config: JsonObject;
  readonly context: RunContext;
  /**
   * As the plugin wrote it.
   */
  readonly checkpoint: JsonValue;
}
/**
 * What was made.
 */
export interface ResumeResult {
  readonly artifact: Artifact;
}
/**
 * `provision`, from Kiln. A provisioner changes the guest.
 */
export interface ProvisionParams {
  /**
   * The run that the call belongs to, as the request that began it named it.
   */
  readonly run: string;
  /**
   * The component's type, as in the manifest.
   */
  readonly type: string;
  readonly config: JsonObject;
  readonly context: RunContext;
}
/**
 * Nothing.
 */
export interface ProvisionResult {}
/**
 * `postProcess`, from Kiln. A post-processor works on an artifact.
 */
export interface PostProcessParams {
  /**
   * The run that the call belongs to, as the request that began it named it.
   */
  readonly run: string;
  /**
   * The component's type, as in the manifest.
   */
  readonly type: string;
  readonly config: JsonObject;
  readonly context: RunContext;
  readonly input: Artifact;
}
/**
 * What was made, and what becomes of what was given.
 */
export interface PostProcessResult {
  /**
   * A new artifact, "input" as it is, or null, which ends the sequence.
   */
  readonly artifact: Artifact | 'input' | null;
  /**
   * What becomes of the input; "contained": the output has it in it.
   */
  readonly input: 'keep' | 'discard' | 'contained';
}
/**
 * `fetch`, from Kiln. A data source fetches its values, before anything is planned. It makes nothing.
 */
export interface FetchParams {
  /**
   * The component's type, as in the manifest.
   */
  readonly type: string;
  /**
   * The name by which the template calls it.
   */
  readonly name: string;
  readonly config: JsonObject;
}
/**
 * The values.
 */
export interface FetchResult {
  /**
   * By the names of x-outputs in its schema.
   */
  readonly outputs: JsonObject;
  /**
   * What is odd and no failure.
   */
  readonly warnings?: readonly string[];
}
/**
 * `lookup`, from Kiln. A template function asks for one value, which counts as a secret.
 */
export interface LookupParams {
  /**
   * The function's name.
   */
  readonly name: string;
  /**
   * What it was called with.
   */
  readonly values: readonly string[];
}
/**
 * The value.
 */
export interface LookupResult {
  /**
   * A text.
   */
  readonly value: string;
}
/**
 * `find`, from Kiln. Looks for what was made and marked with a token, in whatever process.
 */
export interface FindParams {
  /**
   * The kind with the component's type before it: "vm:server".
   */
  readonly resource: string;
  /**
   * The token of a resource.
   */
  readonly token: string;
  /**
   * As the plugin gave it.
   */
  readonly locator: JsonValue;
  /**
   * Milliseconds since the epoch.
   */
  readonly madeAt?: number;
}
/**
 * What was found.
 */
export interface FindResult {
  /**
   * Empty when there is nothing.
   */
  readonly ids: readonly JsonValue[];
}
/**
 * `release`, from Kiln. Gives a resource back; answers when it is gone, also when it had gone before.
 */
export interface ReleaseParams {
  /**
   * The kind with the component's type before it: "vm:server".
   */
  readonly resource: string;
  readonly id: JsonValue;
  readonly locator: JsonValue;
  /**
   * Milliseconds since the epoch.
   */
  readonly madeAt?: number;
}
/**
 * Nothing.
 */
export interface ReleaseResult {}
/**
 * `discard`, from Kiln. Gives up an artifact that a post-processor has used up.
 */
export interface DiscardParams {
  readonly kind: ComponentKind;
  /**
   * The component's type, as in the manifest.
   */
  readonly type: string;
  readonly artifact: Artifact;
}
/**
 * Nothing.
 */
export interface DiscardResult {}
/**
 * `say`, from the plugin. A line for the user.
 */
export interface SayParams {
  /**
   * The run that the call belongs to, as the request that began it named it.
   */
  readonly run: string;
  /**
   * Plain text.
   */
  readonly text: string;
}
/**
 * `warn`, from the plugin. A warning.
 */
export interface WarnParams {
  /**
   * The run that the call belongs to, as the request that began it named it.
   */
  readonly run: string;
  /**
   * Plain text.
   */
  readonly text: string;
}
/**
 * `debug`, from the plugin. Shown with -debug only.
 */
export interface DebugParams {
  /**
   * The run that the call belongs to, as the request that began it named it.
   */
  readonly run: string;
  /**
   * Plain text.
   */
  readonly text: string;
}
/**
 * `output`, from the plugin. A line of a program's output.
 */
export interface OutputParams {
  /**
   * The run that the call belongs to, as the request that began it named it.
   */
  readonly run: string;
  readonly stream: 'stdout' | 'stderr';
  /**
   * Without its end.
   */
  readonly line: string;
}
/**
 * `progress`, from the plugin. How far something is.
 */
export interface ProgressParams {
  /**
   * The run that the call belongs to, as the request that began it named it.
   */
  readonly run: string;
  /**
   * What is being done.
   */
  readonly what: string;
  /**
   * How much of it is done.
   */
  readonly done: number;
  /**
   * How much there is.
   */
  readonly total?: number;
}
/**
 * `secret`, from the plugin. A value that must never appear in any output.
 */
export interface SecretParams {
  /**
   * The run that the call belongs to, as the request that began it named it.
   */
  readonly run: string;
  /**
   * The secret.
   */
  readonly value: string;
}
/**
 * `noteFile`, from the plugin. A builder names a file that shows what the guest did; a failed build's report has it.
 */
export interface NoteFileParams {
  /**
   * The run that the call belongs to, as the request that began it named it.
   */
  readonly run: string;
  /**
   * "console", "screen".
   */
  readonly what: string;
  /**
   * Absolute.
   */
  readonly path: string;
}
/**
 * `ask`, from the plugin. Asks the person at the terminal.
 */
export interface AskParams {
  /**
   * The run that the call belongs to, as the request that began it named it.
   */
  readonly run: string;
  /**
   * As it is to be shown.
   */
  readonly question: string;
}
/**
 * The answer.
 */
export interface AskResult {
  /**
   * Trimmed.
   */
  readonly answer: string;
}
/**
 * `render`, from the plugin. Fills in a text that the schema has as x-interpolate: late.
 */
export interface RenderParams {
  /**
   * The run that the call belongs to, as the request that began it named it.
   */
  readonly run: string;
  /**
   * The text.
   */
  readonly text: string;
  /**
   * What {{ .Name }} stands for.
   */
  readonly data: JsonObject;
  /**
   * JSON pointer of the text in the configuration.
   */
  readonly option?: string;
}
/**
 * The text.
 */
export interface RenderResult {
  /**
   * Filled in.
   */
  readonly text: string;
}
/**
 * `temporaryDirectory`, from the plugin. A directory that goes with the run.
 */
export interface TemporaryDirectoryParams {
  /**
   * The run that the call belongs to, as the request that began it named it.
   */
  readonly run: string;
}
/**
 * The directory.
 */
export interface TemporaryDirectoryResult {
  /**
   * Absolute; mode 0700.
   */
  readonly path: string;
}
/**
 * `step.start`, from the plugin. A builder begins a step.
 */
export interface StepStartParams {
  /**
   * The run that the call belongs to, as the request that began it named it.
   */
  readonly run: string;
  /**
   * Imperative and short: "create disk".
   */
  readonly name: string;
}
/**
 * The step.
 */
export interface StepStartResult {
  /**
   * Its number.
   */
  readonly step: number;
}
/**
 * `step.end`, from the plugin. A builder's step is over.
 */
export interface StepEndParams {
  /**
   * The run that the call belongs to, as the request that began it named it.
   */
  readonly run: string;
  /**
   * Its number.
   */
  readonly step: number;
  readonly error?: Error1;
}
/**
 * What went wrong.
 */
export interface Error1 {
  /**
   * A number of JSON-RPC; -32000 for what failed, -32800 for what was cancelled.
   */
  readonly code: number;
  /**
   * What went wrong, in one sentence.
   */
  readonly message: string;
  readonly data?: ErrorData;
}
/**
 * What now.
 */
export interface StepEndResult {
  /**
   * The user wants the step to be run again, from its beginning.
   */
  readonly again: boolean;
}
/**
 * `resource.acquire`, from the plugin. An outside thing is about to be made: the journal gets it before it is.
 */
export interface ResourceAcquireParams {
  /**
   * The run that the call belongs to, as the request that began it named it.
   */
  readonly run: string;
  /**
   * What is made: one of "resources" of the component in the manifest, without the type before it.
   */
  readonly resource: string;
  /**
   * For the user: "server of build web".
   */
  readonly describe: string;
  /**
   * What find and release need to look for it, besides the token. No secret.
   */
  readonly locator: JsonValue;
}
/**
 * Make it now, and mark it with the token.
 */
export interface ResourceAcquireResult {
  /**
   * The token of a resource.
   */
  readonly token: string;
}
/**
 * `resource.made`, from the plugin. It is there.
 */
export interface ResourceMadeParams {
  /**
   * The run that the call belongs to, as the request that began it named it.
   */
  readonly run: string;
  /**
   * The token of a resource.
   */
  readonly token: string;
  /**
   * What release knows it by. No secret.
   */
  readonly id: JsonValue;
}
/**
 * Nothing.
 */
export interface ResourceMadeResult {}
/**
 * `resource.failed`, from the plugin. It could not be made. Kiln looks for it by its token all the same, and gives it back.
 */
export interface ResourceFailedParams {
  /**
   * The run that the call belongs to, as the request that began it named it.
   */
  readonly run: string;
  /**
   * The token of a resource.
   */
  readonly token: string;
  /**
   * Why.
   */
  readonly message: string;
}
/**
 * Nothing.
 */
export interface ResourceFailedResult {}
/**
 * `resource.release`, from the plugin. Gives it back now instead of at the end: Kiln calls release.
 */
export interface ResourceReleaseParams {
  /**
   * The run that the call belongs to, as the request that began it named it.
   */
  readonly run: string;
  /**
   * The token of a resource.
   */
  readonly token: string;
}
/**
 * Nothing.
 */
export interface ResourceReleaseResult {}
/**
 * `resource.keep`, from the plugin. They are part of the result, and stay.
 */
export interface ResourceKeepParams {
  /**
   * The run that the call belongs to, as the request that began it named it.
   */
  readonly run: string;
  /**
   * Tokens of resources.
   */
  readonly tokens: readonly string[];
}
/**
 * Nothing.
 */
export interface ResourceKeepResult {}
/**
 * `resource.adopt`, from the plugin. In resume: takes over what was made before the checkpoint, by its id or by its token.
 */
export interface ResourceAdoptParams {
  /**
   * The run that the call belongs to, as the request that began it named it.
   */
  readonly run: string;
  /**
   * What is made: one of "resources" of the component in the manifest, without the type before it.
   */
  readonly resource: string;
  readonly id?: JsonValue;
  /**
   * The token of a resource.
   */
  readonly token?: string;
}
/**
 * What is there.
 */
export interface ResourceAdoptResult {
  /**
   * Whether it is there.
   */
  readonly found: boolean;
  readonly id?: JsonValue;
  /**
   * For resource.release and resource.keep.
   */
  readonly token?: string;
}
/**
 * `checkpoint`, from the plugin. A builder writes down from where resume could go on.
 */
export interface CheckpointParams {
  /**
   * The run that the call belongs to, as the request that began it named it.
   */
  readonly run: string;
  /**
   * No secret.
   */
  readonly state: JsonValue;
}
/**
 * Nothing.
 */
export interface CheckpointResult {}
/**
 * `stage.open`, from the plugin. A place for an output that the user named, where it is made until it is whole.
 */
export interface StageOpenParams {
  /**
   * The run that the call belongs to, as the request that began it named it.
   */
  readonly run: string;
  /**
   * Where it is to be in the end; relative to Kiln's working directory.
   */
  readonly path: string;
}
/**
 * Where to write.
 */
export interface StageOpenResult {
  /**
   * Its number.
   */
  readonly stage: number;
  /**
   * Absolute: a name that does not exist yet.
   */
  readonly path: string;
}
/**
 * `stage.publish`, from the plugin. The output is whole, and goes to its place.
 */
export interface StagePublishParams {
  /**
   * The run that the call belongs to, as the request that began it named it.
   */
  readonly run: string;
  /**
   * Its number.
   */
  readonly stage: number;
}
/**
 * Where it is.
 */
export interface StagePublishResult {
  /**
   * Absolute.
   */
  readonly path: string;
}
/**
 * `guest.provision`, from the plugin. A builder has a guest: the template's provisioners are run on it.
 */
export interface GuestProvisionParams {
  /**
   * The run that the call belongs to, as the request that began it named it.
   */
  readonly run: string;
  /**
   * How the guest is reached. "connect": by the options of the communicator in the configuration (x-mixin "kiln/communicator"), with what the plugin knows better.
   */
  readonly guest:
    | {
        readonly by: 'none';
      }
    | {
        readonly by: 'chroot';
        /**
         * Absolute.
         */
        readonly root: string;
      }
    | {
        readonly by: 'connect';
        /**
         * Name or address.
         */
        readonly host?: string;
        readonly port?: number;
        /**
         * Who logs in.
         */
        readonly username?: string;
        /**
         * With which.
         */
        readonly password?: string;
        /**
         * Path of a private key file with mode 0600.
         */
        readonly privateKeyFile?: string;
      };
  readonly data?: Facts1;
}
/**
 * What the template function build tells, by name.
 */
export interface Facts1 {
  readonly [k: string]: string | number;
}
/**
 * Nothing.
 */
export interface GuestProvisionResult {}
/**
 * `guest.exec`, from the plugin. Runs a command in the guest.
 */
export interface GuestExecParams {
  /**
   * The run that the call belongs to, as the request that began it named it.
   */
  readonly run: string;
  /**
   * A line for the guest's shell.
   */
  readonly command: string;
  /**
   * What the command reads: a text, a file or a stream; nothing by default.
   */
  readonly stdin?:
    | string
    | {
        /**
         * Absolute.
         */
        readonly file: string;
      }
    | {
        /**
         * The stream's number, chosen by the plugin; no two that are open have the same.
         */
        readonly stream: number;
      };
  /**
   * Where standard output goes: "show" (the default: its lines are for the user), "drop", "text" (to the result), to a new file, or to a stream.
   */
  readonly stdout?:
    | ('show' | 'drop' | 'text')
    | {
        /**
         * Absolute.
         */
        readonly file: string;
      }
    | {
        /**
         * The stream's number, chosen by the plugin; no two that are open have the same.
         */
        readonly stream: number;
      };
  /**
   * Where standard error goes: "show" (the default: its lines are for the user), "drop", "text" (to the result), to a new file, or to a stream.
   */
  readonly stderr?:
    | ('show' | 'drop' | 'text')
    | {
        /**
         * Absolute.
         */
        readonly file: string;
      }
    | {
        /**
         * The stream's number, chosen by the plugin; no two that are open have the same.
         */
        readonly stream: number;
      };
  /**
   * Whether the command gets a terminal; by default as the template says.
   */
  readonly terminal?: boolean;
  /**
   * Milliseconds.
   */
  readonly timeout?: number;
}
/**
 * How the command ended; no exit status is an error.
 */
export interface GuestExecResult {
  /**
   * The connection went away before the command had ended.
   */
  readonly disconnected: boolean;
  /**
   * The last 4 KiB of what it wrote.
   */
  readonly outputTail: string;
  /**
   * Absent when none came.
   */
  readonly exitStatus?: number;
  /**
   * "KILL", when a signal ended it.
   */
  readonly signalName?: string;
  /**
   * With "text": all of it.
   */
  readonly stdout?: string;
  /**
   * With "text": all of it.
   */
  readonly stderr?: string;
}
/**
 * `guest.upload`, from the plugin. Writes a file in the guest, whole or not at all.
 */
export interface GuestUploadParams {
  /**
   * The run that the call belongs to, as the request that began it named it.
   */
  readonly run: string;
  /**
   * In the guest.
   */
  readonly destination: string;
  /**
   * A file of this machine: absolute.
   */
  readonly source?: string;
  /**
   * A text, in place of source.
   */
  readonly content?: string;
  /**
   * Permission bits; by default the file's.
   */
  readonly mode?: number;
}
/**
 * Nothing.
 */
export interface GuestUploadResult {}
/**
 * `guest.uploadTree`, from the plugin. Copies what is in a directory into the guest.
 */
export interface GuestUploadTreeParams {
  /**
   * The run that the call belongs to, as the request that began it named it.
   */
  readonly run: string;
  /**
   * Absolute.
   */
  readonly directory: string;
  /**
   * In the guest; made if missing.
   */
  readonly destination: string;
  /**
   * When the destination is a directory already, the tree goes into one of this name in it.
   */
  readonly name?: string;
}
/**
 * Nothing.
 */
export interface GuestUploadTreeResult {}
/**
 * `guest.download`, from the plugin. Copies a file of the guest.
 */
export interface GuestDownloadParams {
  /**
   * The run that the call belongs to, as the request that began it named it.
   */
  readonly run: string;
  /**
   * In the guest.
   */
  readonly source: string;
  /**
   * Absolute.
   */
  readonly destination: string;
}
/**
 * Nothing.
 */
export interface GuestDownloadResult {}
/**
 * `guest.downloadTree`, from the plugin. Copies what is in a directory of the guest.
 */
export interface GuestDownloadTreeParams {
  /**
   * The run that the call belongs to, as the request that began it named it.
   */
  readonly run: string;
  /**
   * In the guest.
   */
  readonly directory: string;
  /**
   * Absolute; made if missing.
   */
  readonly destination: string;
}
/**
 * What came.
 */
export interface GuestDownloadTreeResult {
  /**
   * Paths below the destination.
   */
  readonly files: readonly string[];
}
/**
 * `guest.reconnect`, from the plugin. Drops the connection and waits until the guest answers again.
 */
export interface GuestReconnectParams {
  /**
   * The run that the call belongs to, as the request that began it named it.
   */
  readonly run: string;
  /**
   * Milliseconds.
   */
  readonly timeout: number;
}
/**
 * Nothing.
 */
export interface GuestReconnectResult {}
/**
 * `cancel`, either way. Ends a request of the sender: it is answered soon, with its result or with an error.
 */
export interface CancelParams {
  /**
   * Id of the request.
   */
  readonly id: number;
}
/**
 * `stream.data`, either way. So many bytes come right behind this line.
 */
export interface StreamDataParams {
  /**
   * The stream's number, chosen by the plugin; no two that are open have the same.
   */
  readonly stream: number;
  /**
   * How many.
   */
  readonly bytes: number;
}
/**
 * `stream.end`, either way. All has come.
 */
export interface StreamEndParams {
  /**
   * The stream's number, chosen by the plugin; no two that are open have the same.
   */
  readonly stream: number;
}
/**
 * `stream.more`, either way. The reader has taken so many bytes, and the writer may send as many more. At first it may send 4 MiB.
 */
export interface StreamMoreParams {
  /**
   * The stream's number, chosen by the plugin; no two that are open have the same.
   */
  readonly stream: number;
  /**
   * How many.
   */
  readonly bytes: number;
}
/**
 * `stream.close`, either way. The reader wants no more.
 */
export interface StreamCloseParams {
  /**
   * The stream's number, chosen by the plugin; no two that are open have the same.
   */
  readonly stream: number;
}
