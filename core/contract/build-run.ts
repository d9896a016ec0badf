import type { Artifact } from './artifact.ts';
import type { Communicator } from './communicator.ts';
import type { ResourceKind, Acquired } from './resource.ts';
import type { JsonValue } from './json.ts';

/** Data of late templates: ``{{ .HTTPIP }}`` reads `HTTPIP`. */
export type RenderData = Readonly<Record<string, JsonValue>>;

/** Values of the template function `build`, by Packer's names. Builders may add their own. */
export interface BuildData {
  readonly ID?: string;
  readonly Host?: string;
  readonly Port?: number;
  readonly User?: string;
  readonly Password?: string;
  readonly ConnType?: string;
  readonly PackerHTTPIP?: string;
  readonly PackerHTTPPort?: string;
  readonly PackerHTTPAddr?: string;
  readonly SSHPublicKey?: string;
  readonly SSHPrivateKey?: string;
  readonly [name: string]: string | number | undefined;
}

/** What a progress counts. */
export type ProgressUnit = 'bytes' | 'items';

/** What is known of a wait that goes on. */
export interface WaitState {
  /** Why it is not over yet: "the server refused the login of root", "pending". */
  readonly reason?: string | undefined;
  /** Milliseconds after which it is given up, or over. */
  readonly limit?: number | undefined;
}

/** Speaking and rendering, which every running component can do. */
export interface Ui {
  /** Emits a line for the user; secrets are removed on the way. */
  say(text: string): void;
  warn(text: string): void;
  /** Shown by -debug only. */
  debug(text: string): void;
  /** Emits one line of a child's or the guest's output. */
  output(stream: 'stdout' | 'stderr', line: string): void;
  /** How far something is. Without `unit` only the share `done` of `total` means something: percents. */
  progress(what: string, done: number, total?: number, unit?: ProgressUnit): void;
  /**
   * Tells what the build waits for ("SSH at 10.0.0.5:22"), and again as often as what is known of it changes. Undefined:
   * the wait is over, however it ended.
   */
  waiting(what: string, state: WaitState | undefined): void;
  /** Registers a value that must never appear in any output. Empty strings are ignored. */
  addSecret(value: string): void;
  /**
   * Renders a late option (`x-interpolate: late`); throws `StepError` when the text or its data do not fit. `option` is
   * the text's pointer in the configuration ("/output"), at which the error is then.
   */
  render(text: string, data: RenderData, option?: string): string;
}

/** What a builder's `run` is given. A scope: what is acquired on it is given back when it ends, last first. */
export interface BuildRun extends Ui {
  /** The build's name as in `build_name` and the manifest. */
  readonly name: string;
  /** The builder's type. */
  readonly type: string;
  /** "qemu.web": how messages name it; the bare type when name and type are equal. */
  readonly displayName: string;
  /** UUID of the whole run, also PACKER_RUN_UUID. */
  readonly runId: string;
  readonly force: boolean;
  readonly debugMode: boolean;
  /** Aborts when the run is cancelled. Every wait listens to it. */
  readonly signal: AbortSignal;
  /** Artifact of the first build that `from` names, when the template has one. */
  readonly source: Artifact | undefined;
  /** Where downloads and verdicts are kept between runs; exists. */
  readonly cacheDirectory: string;
  /**
   * Runs and times one step; its name is imperative and short ("create disk"). Nobody is asked about a failure that
   * `isMet` says yes to: the builder knows what to do about it.
   */
  step<T>(name: string, body: () => Promise<T>, isMet?: (error: unknown) => boolean): Promise<T>;
  /** The only way to make an outside thing: intent is journaled, then `create`, then its id. */
  acquire<Id extends JsonValue, Handle>(
    kind: ResourceKind<Id>,
    acquisition: Acquisition<Id, Handle>,
  ): Promise<Acquired<Id, Handle>>;
  /** A child scope, for concurrent work; its things are given back when `body` ends. */
  scope<T>(body: (child: BuildRun) => Promise<T>): Promise<T>;
  /** A journaled directory of mode 0700 that goes with the scope. */
  temporaryDirectory(): Promise<string>;
  /**
   * Writes down from where `Builder.resume` could go on; the last one counts. Call it when a stage is reached and after
   * all that it needs was acquired: what is made later is given back before `resume`. Never a secret: a key stays in its
   * file. Never throws: without it the build begins anew. `create` of an acquisition may call it to have the thing found
   * even when Kiln dies before its id is known; see `adoptByToken`.
   */
  checkpoint(state: JsonValue): Promise<void>;
  /** In `resume`: a thing that was made before the checkpoint. Throws `StepError` RESUME_LOST when it is given back. */
  adopt<Id extends JsonValue>(kind: ResourceKind<Id>, id: Id): Acquired<Id, undefined>;
  /**
   * In `resume`: the thing that was made, or was being made, with this token before the checkpoint. Undefined when it
   * never was, or is given back or kept.
   */
  adoptByToken<Id extends JsonValue>(kind: ResourceKind<Id>, token: string): Acquired<Id, undefined> | undefined;
  /**
   * A file that stays and shows what the guest did ("console", "screen"); the report names it when the build fails. The
   * last one of a name counts.
   */
  noteFile(what: string, path: string): void;
  /**
   * The path of a Unix socket that is, or will be, the serial console of the build's machine, for `kiln attach`: it is found
   * there while it exists, also after this process has died. The last one counts. Never throws.
   */
  offerConsole(socket: string): Promise<void>;
  /** Asks the person at the terminal; resolves with the trimmed answer. Not there when there is nobody to ask. */
  readonly ask?: (question: string, signal: AbortSignal) => Promise<string>;
  /** Runs the template's provisioners on the guest; returns at once when there are none. */
  provision(guest: Communicator, data: BuildData): Promise<void>;
}

/** How a thing is made, for `BuildRun.acquire`. */
export interface Acquisition<Id extends JsonValue, Handle> {
  /** For the user, in "left behind" lists: "QEMU process of build web". */
  readonly describe: string;
  /** What `find` needs besides the token to look for the thing (a directory, a region). Never a secret. */
  readonly locator: JsonValue;
  /** Makes the thing and marks it with `token` so that `find` can know it again. */
  create(token: string): Promise<{ readonly id: Id; readonly handle: Handle }>;
}
