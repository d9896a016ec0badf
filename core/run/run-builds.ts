import type { Artifact } from '../contract/artifact.ts';
import type { Outcome } from '../events/event.ts';
import type { Load } from '../contract/component.ts';
import type { PlannedBuild } from '../plan/plan.ts';
import { runBuild, type BuildResult } from './build/run-build.ts';
import type { RunContext } from './run-context.ts';
import { admission } from './room/admission.ts';
import { roomHere } from './room/room.ts';
import { roomLedger } from '../directories/state-directory.ts';
import { uiOf } from './build/ui.ts';

function notStarted(run: RunContext, planned: PlannedBuild, code: string, message: string): BuildResult {
  const { name, type, displayName, pointer } = planned;
  const outcome: Outcome = 'skipped';
  const location = run.plan.locate(pointer);
  const failure = { code, message, pointer, ...(location === undefined ? {} : { location }) };
  const finished = { outcome, milliseconds: 0, artifacts: [], failure };
  run.emit({ type: 'build-finished', build: displayName, name, ...finished });
  return {
    report: { name, type, displayName, ...finished, steps: [], provisioners: [] },
    artifact: undefined,
    disposition: 'release',
    discard: () => Promise.resolve(),
  };
}

function sayWaiting(run: RunContext, planned: PlannedBuild, load: Load | undefined): () => void {
  return () => {
    const memory = Math.ceil((load?.memory ?? 0) / 2 ** 20);
    const processors = load === undefined || load.processors === 0 ? '' : ` and ${load.processors} processors`;
    uiOf(run, planned).say(`waiting until other builds leave room: it needs ${memory} MiB${processors}`);
  };
}

const why: Readonly<Record<Outcome, string>> = {
  succeeded: 'made no artifact',
  failed: 'failed',
  cancelled: 'was cancelled',
  skipped: 'was not started either',
};

/** What room a build needs. A number of builds that was asked for runs on however few processors there are. */
function roomOf({ builder }: PlannedBuild, limit: number): Load | undefined {
  const load = builder.load?.();
  return load === undefined || limit < 2 ? load : { ...load, processors: 0 };
}

/**
 * Runs the builds, `limit` at once (0: all), in the plan's order; one that starts from others waits for them
 * without taking a slot, and is skipped when there is nothing to start from.
 */
export async function runBuilds(run: RunContext, limit: number): Promise<readonly BuildResult[]> {
  const { builds } = run.plan;
  const { signal, stateDirectory, room: total = roomHere() } = run.options;
  const admit = admission({ limit, total, ledger: roomLedger(stateDirectory), signal });
  const results = new Map<string, Promise<BuildResult>>();

  const cancelled = (planned: PlannedBuild): BuildResult =>
    notStarted(run, planned, 'CANCELLED', 'the run was cancelled');
  const start = (planned: PlannedBuild, sources: ReadonlyMap<string, Artifact>): Promise<BuildResult> => {
    const load = roomOf(planned, limit);
    return admit(load, sayWaiting(run, planned, load), () =>
      signal.aborted ? Promise.resolve(cancelled(planned)) : runBuild(run, planned, sources),
    );
  };
  const startFrom = async (planned: PlannedBuild): Promise<BuildResult> => {
    const bases = planned.from.map((from) => builds.find(({ name }) => name === from) ?? from);
    const missing = bases.find((base) => typeof base === 'string');
    if (missing !== undefined) {
      const message = `it starts from "${missing}", which is not among the builds to run`;
      return notStarted(run, planned, 'SOURCE_MISSING', message);
    }
    const sources = new Map<string, Artifact>();
    const made = await Promise.all(bases.filter((base) => typeof base !== 'string').map(resultOf));
    if (signal.aborted) return cancelled(planned);
    for (const { report, artifact } of made) {
      if (report.outcome !== 'succeeded' || artifact === undefined) {
        const message = `it starts from "${report.name}", which ${why[report.outcome]}`;
        return notStarted(run, planned, 'SOURCE_FAILED', message);
      }
      sources.set(report.name, artifact);
    }
    return start(planned, sources);
  };
  const resultOf = (planned: PlannedBuild): Promise<BuildResult> => {
    const known = results.get(planned.name);
    if (known !== undefined) return known;
    const result = startFrom(planned);
    results.set(planned.name, result);
    return result;
  };
  /** Once those that start from it are through, what a build's post-processors have used up can go. */
  const finish = async (planned: PlannedBuild): Promise<BuildResult> => {
    const result = await resultOf(planned);
    await Promise.all(builds.filter(({ from }) => from.includes(planned.name)).map(resultOf));
    await result.discard();
    return result;
  };
  return Promise.all(builds.map(finish));
}
