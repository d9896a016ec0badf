import type { BuildRun } from '../../contract/build-run.ts';
import { dispositionAfterFailure, type BuildState } from './build-state.ts';
import { adopted, adoptedByToken, noteCheckpoint } from './checkpoint.ts';
import { offerConsole } from './offer-console.ts';
import { provision } from './provision.ts';
import type { Scope } from '../scope/scope.ts';
import { stepRunner } from './step.ts';
import { temporaryDirectoryIn } from '../scope/temporary-directory.ts';
import { uiOf } from './ui.ts';

async function within<T>(state: BuildState, inner: Scope, body: (child: BuildRun) => Promise<T>): Promise<T> {
  try {
    const value = await body(makeBuildRun(state, inner));
    await inner.close('release', '');
    return value;
  } catch (error) {
    // Whether it is given back is not settled before it is known whether the build as a whole fails.
    if (dispositionAfterFailure(state) === 'release') await inner.close('release', '');
    else await inner.handUp();
    throw error;
  }
}

/** What a builder sees of its build, with `scope` for what it makes. */
export function makeBuildRun(state: BuildState, scope: Scope): BuildRun {
  const { run, planned } = state;
  const { name, type, displayName } = planned;
  return {
    ...uiOf(run, planned),
    name,
    type,
    displayName,
    runId: run.runId,
    force: run.options.force ?? false,
    debugMode: run.debug,
    signal: scope.signal,
    source: state.sources.values().next().value,
    cacheDirectory: run.options.cacheDirectory,
    step: stepRunner(state, scope),
    acquire: (kind, acquisition) => scope.acquire(kind, acquisition),
    scope: (body) => within(state, scope.child(), body),
    temporaryDirectory: () => temporaryDirectoryIn(run.makeTemporaryDirectory, scope),
    checkpoint: (checkpoint) => noteCheckpoint(state, checkpoint),
    adopt: (kind, id) => adopted(state, kind, id),
    adoptByToken: (kind, token) => adoptedByToken(state, kind, token),
    noteFile: (what, path) => {
      state.files.set(what, path);
      if (what === 'console') run.waits.watchConsole(displayName, path);
    },
    offerConsole: (socket) => offerConsole(state, socket),
    ...(run.ask === undefined ? {} : { ask: run.ask }),
    provision: (guest, data) => provision(state, scope, guest, data),
  };
}
