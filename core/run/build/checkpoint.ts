import { isDeepStrictEqual } from 'node:util';
import { StepError } from '../../errors/errors.ts';
import type { BuildState } from './build-state.ts';
import type { JsonValue } from '../../contract/json.ts';
import type { Acquired, ResourceKind } from '../../contract/resource.ts';
import { reasonOf } from '../scope/scope-item.ts';
import { uiOf } from './ui.ts';

/** See `BuildRun.checkpoint`. */
export async function noteCheckpoint(state: BuildState, checkpoint: JsonValue): Promise<void> {
  const { run, planned } = state;
  try {
    await run.journal.write({ record: 'checkpoint', build: planned.displayName, state: checkpoint });
    state.resumable = true;
  } catch (error) {
    uiOf(run, planned).warn(`the build cannot be resumed later: ${reasonOf(error)}`);
  }
}

/** See `BuildRun.adopt`. */
export function adopted<Id extends JsonValue>(
  state: BuildState,
  { kind }: ResourceKind<Id>,
  id: Id,
): Acquired<Id, undefined> {
  const found = state.adopted.find((each) => each.kind === kind && isDeepStrictEqual(each.acquired.id, id));
  if (found !== undefined) return { ...found.acquired, id };
  throw new StepError('what the build had made is not there any more', {
    code: 'RESUME_LOST',
    hint: 'build the template anew',
  });
}

/** See `BuildRun.adoptByToken`. */
export function adoptedByToken<Id extends JsonValue>(
  state: BuildState,
  { kind }: ResourceKind<Id>,
  token: string,
): Acquired<Id, undefined> | undefined {
  const found = state.adopted.find((each) => each.kind === kind && each.token === token);
  // The ids of a kind are those that its own `find` and `create` gave.
  return found === undefined ? undefined : { ...found.acquired, id: found.acquired.id as Id };
}
