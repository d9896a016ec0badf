import type { Artifact } from '../contract/artifact.ts';
import type { ProgressUnit } from '../contract/build-run.ts';

/** How a run, a build or a step ended; what a failed build left undone is skipped. */
export type Outcome = 'succeeded' | 'failed' | 'cancelled' | 'skipped';

/** A failure as the readers of the stream see it; `core/events` makes it from whatever was thrown. */
export interface FailureReport {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  /** Absolute pointer into the template. */
  readonly pointer?: string;
  /** "web.json:12:5", when the pointer could be located. */
  readonly location?: string;
  readonly exitStatus?: number;
  readonly outputTail?: string;
  /** The step that failed, as people see it: "[2/5] shell: apt-get install nginx". */
  readonly step?: string;
  /** What shows how it came to that, by what it is: { console: "/…/web.log", screen: "/…/web.png" }. */
  readonly files?: Readonly<Record<string, string>>;
  /** Set only for bugs: an error that is none of the closed set. */
  readonly stack?: string;
  /** The failures one by one, when several things failed at once: then `message` has all of theirs, the rest is the first's. */
  readonly each?: readonly FailureReport[];
}

/** What an event is about. `build` is the display name ("qemu.web"). */
interface About {
  readonly build: string;
}

/** As `About`; without a build it is the run as a whole. */
interface AboutBuildOrRun {
  readonly build?: string | undefined;
}

/** Which provisioner a step runs; other steps have none of it. */
export interface ProvisionerStep {
  /** From 1, and of how many. */
  readonly index: number;
  readonly of: number;
  /** "shell: apt-get install -y nginx": its type, and its `name`, script or first command. */
  readonly label: string;
}

export type EventBody =
  | { readonly type: 'run-started'; readonly runId: string; readonly builds: readonly string[] }
  | ({ readonly type: 'build-started' } & About)
  | ({ readonly type: 'step-started'; readonly step: string } & Partial<ProvisionerStep> & About)
  | ({
      readonly type: 'step-finished';
      readonly step: string;
      readonly outcome: Outcome;
      readonly milliseconds: number;
    } & Partial<ProvisionerStep> &
      About)
  | ({
      readonly type: 'message';
      readonly level: 'debug' | 'info' | 'warning' | 'error';
      readonly text: string;
      /** The component speaking, when it is not the builder: "shell", "checksum". */
      readonly component?: string;
    } & AboutBuildOrRun)
  | ({
      readonly type: 'output';
      readonly stream: 'stdout' | 'stderr';
      /** One line, without its end. */
      readonly text: string;
      readonly component?: string;
    } & About)
  | ({
      readonly type: 'progress';
      readonly what: string;
      readonly done: number;
      readonly total?: number;
      /** What `done` and `total` count; without it they mean their share only. */
      readonly unit?: ProgressUnit;
    } & About)
  | ({
      /** A wait goes on: when it begins, when its reason or the console changes, and twice a minute. */
      readonly type: 'waiting';
      /** "SSH at 10.0.0.5:22", "the image 17 to be available". */
      readonly what: string;
      readonly reason?: string;
      /** Milliseconds since it began. */
      readonly elapsed: number;
      /** Milliseconds after which it is given up, or over. */
      readonly limit?: number;
      /** The last line of the machine's serial console. */
      readonly console?: string;
    } & About)
  | ({ readonly type: 'waited'; readonly what: string; readonly milliseconds: number } & About)
  | ({ readonly type: 'artifact'; readonly artifact: Artifact; readonly component: string } & About)
  | ({
      readonly type: 'build-finished';
      /** The build's name in the template, without its type: "web". */
      readonly name: string;
      readonly outcome: Outcome;
      readonly milliseconds: number;
      readonly artifacts: readonly Artifact[];
      readonly failure?: FailureReport;
      /** Of a failed build that was kept: the command line that leads into its machine. */
      readonly login?: string;
      /** Of a failed build: whether `kiln resume` goes on with it. */
      readonly resumable?: boolean;
    } & About)
  | ({ readonly type: 'left-behind'; readonly what: string; readonly reason: string } & AboutBuildOrRun)
  | {
      readonly type: 'run-finished';
      readonly runId: string;
      readonly outcome: Outcome;
      readonly milliseconds: number;
      /** Path of the run's report, when it could be written. */
      readonly report?: string;
    };

/** `time` is milliseconds since the epoch. */
export type KilnEvent = EventBody & { readonly time: number };

/** Where a run's events go. Never throws and never waits. */
export type Emit = (event: EventBody) => void;
