import type { KilnEvent, Outcome } from '../../events/event.ts';
import { lastState } from '../../events/overwritten.ts';
import { stepText } from '../../events/step-text.ts';
import { rate, type Rate } from './rate.ts';

/** What is known of something that is under way. */
export interface ProgressView {
  readonly what: string;
  readonly started: number;
  readonly done: number;
  readonly total: number | undefined;
  readonly unit: 'bytes' | 'items' | undefined;
  readonly rate: Rate;
}

export interface WaitView {
  readonly what: string;
  readonly started: number;
  readonly reason: string | undefined;
  readonly limit: number | undefined;
  readonly console: string | undefined;
}

export interface StepView {
  readonly text: string;
  readonly started: number;
}

/** One build at this moment. All times are milliseconds since the epoch. */
export interface BuildView {
  readonly name: string;
  state: 'to come' | 'running' | Outcome;
  started: number;
  /** Milliseconds, of one that is over. */
  took: number;
  /** Steps within each other and beside each other, the innermost or latest last. */
  steps: readonly StepView[];
  readonly waits: Map<string, WaitView>;
  readonly progress: Map<string, ProgressView>;
  /** The last line of a guest or a program. */
  line: string;
  /** What ended it. */
  failure: string;
}

/** A run at this moment. */
export interface RunView {
  started: number;
  readonly builds: Map<string, BuildView>;
}

function newBuild(name: string): BuildView {
  return {
    name,
    state: 'to come',
    started: 0,
    took: 0,
    steps: [],
    waits: new Map(),
    progress: new Map(),
    line: '',
    failure: '',
  };
}

export function newRun(): RunView {
  return { started: 0, builds: new Map() };
}

type Of<Type extends KilnEvent['type']> = Extract<KilnEvent, { readonly type: Type }>;

function noteProgress(build: BuildView, { what, done, total, unit, time }: Of<'progress'>): void {
  const known = build.progress.get(what);
  // What is whole is under way no more; its last report may come twice.
  if (total !== undefined && done >= total) {
    build.progress.delete(what);
    return;
  }
  const speed = known?.rate ?? rate();
  speed.add(time, done);
  build.progress.set(what, { what, started: known?.started ?? time, done, total, unit, rate: speed });
}

function noteWait(build: BuildView, { what, reason, limit, console, elapsed, time }: Of<'waiting'>): void {
  const started = build.waits.get(what)?.started ?? time - elapsed;
  build.waits.set(what, { what, started, reason, limit, console });
}

function endStep(build: BuildView, text: string): void {
  const index = build.steps.findLastIndex((step) => step.text === text);
  build.steps = build.steps.filter((_, number) => number !== index);
  if (build.steps.length > 0) return;
  build.progress.clear();
  build.line = '';
}

function noteOfBuild(build: BuildView, event: KilnEvent): void {
  switch (event.type) {
    case 'build-started':
      build.state = 'running';
      build.started = event.time;
      break;
    case 'step-started':
      build.steps = [...build.steps, { text: stepText(event), started: event.time }];
      build.line = '';
      break;
    case 'step-finished':
      endStep(build, stepText(event));
      break;
    case 'output':
      build.line = lastState(event.text);
      break;
    case 'progress':
      noteProgress(build, event);
      break;
    case 'waiting':
      noteWait(build, event);
      break;
    case 'waited':
      build.waits.delete(event.what);
      break;
    case 'build-finished':
      build.state = event.outcome;
      build.took = event.milliseconds;
      build.steps = [];
      build.waits.clear();
      build.progress.clear();
      build.failure = event.failure?.message ?? '';
      break;
    default:
  }
}

/** Takes what happened into the view of the run. */
export function noteEvent(run: RunView, event: KilnEvent): void {
  if (event.type === 'run-started') {
    run.started = event.time;
    for (const name of event.builds) run.builds.set(name, newBuild(name));
    return;
  }
  if (!('build' in event) || event.build === undefined) return;
  const build = run.builds.get(event.build) ?? newBuild(event.build);
  run.builds.set(event.build, build);
  noteOfBuild(build, event);
}
