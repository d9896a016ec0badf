import type { Artifact } from '../contract/artifact.ts';

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
  /** What shows how it came to that, by what it is: { console: "/…/web.log", screen: "/…/web.png" }. */
  readonly files?: Readonly<Record<string, string>>;
  /** Set only for bugs: an error that is none of the closed set. */
  readonly stack?: string;
}

/** What an event is about. `build` is the display name ("qemu.web"). */
interface About {
  readonly build: string;
}

/** As `About`; without a build it is the run as a whole. */
interface AboutBuildOrRun {
  readonly build?: string | undefined;
}

export type EventBody =
  | { readonly type: 'run-started'; readonly runId: string; readonly builds: readonly string[] }
  | ({ readonly type: 'build-started' } & About)
  | ({ readonly type: 'step-started'; readonly step: string } & About)
  | ({
      readonly type: 'step-finished';
      readonly step: string;
      readonly outcome: Outcome;
      readonly milliseconds: number;
    } & About)
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
  | ({ readonly type: 'progress'; readonly what: string; readonly done: number; readonly total?: number } & About)
  | ({ readonly type: 'artifact'; readonly artifact: Artifact; readonly component: string } & About)
  | ({
      readonly type: 'build-finished';
      /** The build's name in the template, without its type: "web". */
      readonly name: string;
      readonly outcome: Outcome;
      readonly milliseconds: number;
      readonly artifacts: readonly Artifact[];
      readonly failure?: FailureReport;
    } & About)
  | ({ readonly type: 'left-behind'; readonly what: string; readonly reason: string } & AboutBuildOrRun)
  | {
      readonly type: 'run-finished';
      readonly runId: string;
      readonly outcome: Outcome;
      readonly milliseconds: number;
    };

/** `time` is milliseconds since the epoch. */
export type KilnEvent = EventBody & { readonly time: number };

/** Where a run's events go. Never throws and never waits. */
export type Emit = (event: EventBody) => void;
