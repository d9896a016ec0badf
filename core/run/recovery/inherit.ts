import { processKind } from '../../process/owned.ts';
import { endProgramsOf } from '../../process/run-mark.ts';
import type { BuildProgress } from '../journal/build-progress.ts';
import type { ClaimedRun } from './claim-run.ts';
import type { OpenThing } from '../journal/journal-record.ts';
import type { JsonValue } from '../../contract/json.ts';
import { releaseThing, withDeadline } from '../scope/release.ts';
import type { ResourceKind, FindKind } from '../../contract/resource.ts';
import type { Inheritance, InheritedThing } from '../inheritance.ts';
import type { LeftBehind } from '../report.ts';
import { reasonOf } from '../scope/scope-item.ts';

export interface InheritOptions {
  /** Display names of the builds that go on. */
  readonly builds: ReadonlySet<string>;
  readonly findKind: FindKind;
  /** Milliseconds that giving one thing back may take. */
  readonly releaseTimeout: number;
  readonly say: (text: string) => void;
  readonly leftBehind: (entry: LeftBehind) => void;
}

/** Whether the checkpoint was written after it was made or begun, and the artifact is not there yet. */
function isBeforeCheckpoint(
  { build, token }: OpenThing,
  progress: ReadonlyMap<string, BuildProgress>,
  builds: ReadonlySet<string>,
): boolean {
  const before = build !== undefined && builds.has(build) ? progress.get(build) : undefined;
  return before !== undefined && before.made === undefined && before.checkpoint?.tokens.has(token) === true;
}

/** Whether the builder goes on with it. */
function isOfUse(thing: OpenThing, progress: ReadonlyMap<string, BuildProgress>, builds: ReadonlySet<string>): boolean {
  return thing.id !== undefined && (thing.build === undefined || isBeforeCheckpoint(thing, progress, builds));
}

/** Looks for what was being made when the process died. With its id when it is there, undefined when it is not. */
async function sought(thing: OpenThing, claimed: ClaimedRun, options: InheritOptions): Promise<OpenThing | undefined> {
  const { token, locator, madeAt } = thing;
  if (thing.id !== undefined || !isBeforeCheckpoint(thing, claimed.progress, options.builds)) return thing;
  const { releaseTimeout, say } = options;
  try {
    const kind = await options.findKind(thing.kind);
    if (kind === undefined) return thing;
    const ids = await withDeadline(releaseTimeout, (signal) => kind.find(token, locator, { signal, madeAt, say }));
    const [id] = ids;
    if (ids.length > 1) return thing;
    await claimed.journal.write(id === undefined ? { record: 'released', token } : { record: 'created', token, id });
    return id === undefined ? undefined : { ...thing, id };
  } catch {
    // Giving it back says what is wrong.
    return thing;
  }
}

/** Whether a post-processor may go on with it: the artifact is there, and what it was made for is not done. */
async function isForPostProcessor(
  { build, kind, id, served }: OpenThing,
  progress: ReadonlyMap<string, BuildProgress>,
  { builds, findKind }: InheritOptions,
): Promise<boolean> {
  if (id === undefined || served || build === undefined || !builds.has(build)) return false;
  if (progress.get(build)?.made === undefined) return false;
  return (await findKind(kind).catch(() => undefined))?.lasting === true;
}

function pidOf({ kind, id }: OpenThing): number | undefined {
  const known = kind === processKind.kind && typeof id === 'object' && id !== null && 'pid' in id;
  return known && typeof id['pid'] === 'number' ? id['pid'] : undefined;
}

function startingOver(kind: ResourceKind<JsonValue>): ResourceKind<JsonValue> {
  return {
    ...kind,
    release: (id, locator, context) =>
      kind.releaseForRetry?.(id, locator, context) ?? kind.release(id, locator, context),
  };
}

async function giveBack(thing: OpenThing, claimed: ClaimedRun, options: InheritOptions): Promise<void> {
  const { build, describe: what, token } = thing;
  try {
    const kind = await options.findKind(thing.kind);
    if (kind === undefined) throw new Error(`nothing here knows how to give back "${thing.kind}"`);
    await releaseThing(thing.served ? kind : startingOver(kind), thing, {
      timeout: options.releaseTimeout,
      say: options.say,
    });
    await claimed.journal.write({ record: 'released', token });
  } catch (error) {
    options.leftBehind({ build, what, reason: reasonOf(error) });
  }
}

/**
 * Sorts what the process before has left: what the builds go on with is taken over, all else is given back, and the
 * programs that it had started are ended. Never throws.
 */
export async function inherit(runId: string, claimed: ClaimedRun, options: InheritOptions): Promise<Inheritance> {
  const { progress } = claimed;
  const open = await Promise.all(claimed.open.map((thing) => sought(thing, claimed, options)));
  const things = open.filter((thing) => thing !== undefined);
  const useful: OpenThing[] = [];
  for (const thing of things) {
    const wanted = isOfUse(thing, progress, options.builds) || (await isForPostProcessor(thing, progress, options));
    if (wanted) useful.push(thing);
  }
  const spared = useful.map(pidOf).filter((pid) => pid !== undefined);
  await endProgramsOf(runId, spared).catch((error: unknown) =>
    options.leftBehind({ what: 'a program of the run', reason: reasonOf(error) }),
  );
  const own: InheritedThing[] = [];
  const ofBuilds = new Map<string, InheritedThing[]>();
  for (const thing of things.toReversed()) {
    const { build, id } = thing;
    const kind = useful.includes(thing) ? await options.findKind(thing.kind).catch(() => undefined) : undefined;
    if (kind === undefined || id === undefined) {
      await giveBack(thing, claimed, options);
      continue;
    }
    const list = build === undefined ? own : (ofBuilds.get(build) ?? []);
    list.unshift({ kind, thing: { ...thing, id } });
    if (build !== undefined) ofBuilds.set(build, list);
  }
  return { progress, inherited: { run: own, builds: ofBuilds } };
}
