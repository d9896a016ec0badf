import type { Communicator } from '../../contract/communicator.ts';
import { StepError, TemplateError } from '../../errors/errors.ts';
import type { ProvisionRun } from '../../contract/component.ts';
import type { ConfiguredProvisioner, PlannedProvisioner } from '../../plan/plan.ts';
import { durationText } from '../../text/duration-text.ts';
import { pause, withTimeout } from './time-limits.ts';
import type { BuildData } from '../../contract/build-run.ts';
import { blame, dispositionAfterFailure, isCancellation, type BuildState } from './build-state.ts';
import { componentEnvironment, templateData } from './build-data.ts';
import { protectPlaces } from '../output/protected-places.ts';
import { provisionerIdentity } from './provisioner-identity.ts';
import { reasonOf } from '../scope/scope-item.ts';
import type { Scope } from '../scope/scope.ts';
import { pauseInDebug } from './debug-pause.ts';
import { stepRunner } from './step.ts';
import { throwIfCancelled } from '../../errors/cancelled.ts';
import type { ProvisionerReport } from '../report.ts';
import { temporaryDirectoryIn } from '../scope/temporary-directory.ts';
import { componentUi, uiOf } from './ui.ts';

function provisionRun(
  state: BuildState,
  scope: Scope,
  guest: Communicator,
  type: string,
  signal: AbortSignal,
): ProvisionRun {
  const { run, planned, data } = state;
  return {
    ...componentUi(state, type),
    buildName: planned.name,
    builderType: planned.type,
    runId: run.runId,
    communicator: guest,
    signal,
    debugMode: run.debug,
    data,
    environment: componentEnvironment(run, planned, data),
    ...(run.ask === undefined ? {} : { ask: run.ask }),
    acquire: (kind, acquisition) => scope.acquire(kind, acquisition),
    temporaryDirectory: () => temporaryDirectoryIn(run.makeTemporaryDirectory, scope),
  };
}

function configured(state: BuildState, { type, configure }: PlannedProvisioner): Promise<ConfiguredProvisioner> {
  return configure(templateData(state), componentUi(state, type));
}

const PAUSE = 'the pause before the provisioner';

async function attempt(
  state: BuildState,
  outer: Scope,
  guest: Communicator,
  planned: PlannedProvisioner,
  provisioner: ConfiguredProvisioner,
): Promise<void> {
  const { type, timeout, pauseBefore } = planned;
  const ui = uiOf(state.run, state.planned);
  if (pauseBefore > 0) {
    ui.say(`Pausing ${durationText(pauseBefore)} before the next provisioner...`);
    ui.waiting(PAUSE, { limit: pauseBefore });
    await pause(pauseBefore, outer.signal).finally(() => ui.waiting(PAUSE, undefined));
  }
  if (timeout !== undefined) ui.say(`Setting a ${durationText(timeout)} timeout for the next provisioner...`);
  const scope = outer.child();
  try {
    await withTimeout(`the provisioner "${type}"`, timeout, scope.signal, (signal) =>
      provisioner.provision(provisionRun(state, scope, guest, type, signal)),
    );
  } finally {
    // What a provisioner makes serves it alone; to look at a failed build one needs the guest.
    await scope.close('release', '');
  }
}

async function attempts(
  state: BuildState,
  scope: Scope,
  guest: Communicator,
  planned: PlannedProvisioner,
  provisioner: ConfiguredProvisioner,
): Promise<void> {
  const all = planned.maxRetries + 1;
  for (let number = 1; ; number += 1) {
    try {
      await attempt(state, scope, guest, planned, provisioner);
      return;
    } catch (error) {
      if (number >= all || isCancellation(state, error) || error instanceof TemplateError) throw error;
      uiOf(state.run, state.planned).warn(
        `the provisioner "${planned.type}" failed (attempt ${number} of ${all}), trying again: ${reasonOf(error)}`,
      );
    }
  }
}

function changed({ provisioners, before }: BuildState, { type }: PlannedProvisioner): StepError {
  const place = `${provisioners.length + 1} of ${before?.provisioned.length ?? 0} that had finished`;
  return new StepError(`the provisioner "${type}" (${place}) is not what it was when it ran`, {
    code: 'RESUME_CHANGED',
    hint: 'only the provisioner that failed and those after it may be edited; undo the change, or build anew',
  });
}

/** Nothing ran then, so that there is nothing to clean up after. */
function isChange(error: unknown): boolean {
  return error instanceof StepError && error.code === 'RESUME_CHANGED';
}

/** Writes down that a provisioner is through. */
async function noteProvisioned(state: BuildState, guest: Communicator, done: ProvisionerReport): Promise<void> {
  const { run } = state;
  state.provisioners.push(done);
  const record = { record: 'provisioned', build: state.planned.displayName, ...done } as const;
  // A guest may outlive this machine's power failure; nothing else does.
  const written = guest.kind !== 'none' ? run.journal.writeDurably(record) : run.journal.write(record);
  await written.catch(() => undefined);
}

/** `onIdentity` hears what it is, before it runs. */
async function runProvisioner(
  state: BuildState,
  scope: Scope,
  guest: Communicator,
  planned: PlannedProvisioner,
  onIdentity: (identity: string) => void,
): Promise<void> {
  const { run } = state;
  const { type } = planned;
  const { signal } = scope;
  const provisioner = await configured(state, planned);
  const inputFiles = provisioner.inputFiles();
  protectPlaces('what a provisioner reads', inputFiles);
  const identity = await provisionerIdentity({
    previous: state.provisioners.at(-1)?.identity ?? '',
    type,
    version: `${run.options.version}${planned.pluginVersion}`,
    config: provisioner.config,
    inputFiles,
    signal,
    onFile: (path, sha256) => state.provisionerFiles.set(path, sha256),
  });
  onIdentity(identity);
  const before = state.before?.provisioned[state.provisioners.length];
  if (before !== undefined) {
    if (before.type !== type || before.identity !== identity) throw changed(state, planned);
    state.provisioners.push(before);
    return;
  }
  await attempts(state, scope, guest, planned, provisioner);
  await noteProvisioned(state, guest, { type, identity });
}

/** The template's `error-cleanup-provisioner`; its own failure is told and does not hide the first. */
async function cleanUpGuest(state: BuildState, scope: Scope, guest: Communicator): Promise<void> {
  const cleanup = state.planned.errorCleanupProvisioner;
  if (cleanup === undefined) return;
  const policy = state.run.onError;
  if (policy !== 'run-cleanup-provisioner' && dispositionAfterFailure(state) !== 'release') return;
  const ui = uiOf(state.run, state.planned);
  ui.say('Provisioning step had errors: Running the cleanup provisioner...');
  try {
    await stepRunner(state, scope)(`clean up with ${cleanup.type}`, async () => {
      await attempts(state, scope, guest, cleanup, await configured(state, cleanup));
    });
  } catch (error) {
    if (!isCancellation(state, error)) ui.warn(`the cleanup provisioner failed: ${reasonOf(error)}`);
  }
}

/** Runs the build's provisioners one after the other; see `BuildRun.provision`. */
export async function provision(state: BuildState, scope: Scope, guest: Communicator, data: BuildData): Promise<void> {
  state.data = data;
  state.guest = guest.address;
  const step = stepRunner(state, scope);
  const { provisioners } = state.planned;
  for (const [number, planned] of provisioners.entries()) {
    const { type, label } = planned;
    let identity = '';
    const run = (): Promise<void> => runProvisioner(state, scope, guest, planned, (known) => void (identity = known));
    const skip = (): Promise<void> => noteProvisioned(state, guest, { type, identity });
    try {
      if (state.provisioners.length < (state.before?.provisioned.length ?? 0)) {
        await step(`check that ${type} is unchanged`, run);
      } else {
        const which = { index: number + 1, of: provisioners.length, label, skip };
        await step(`provision with ${type}`, run, undefined, which);
      }
    } catch (error) {
      blame(state, error, planned);
      if (!isCancellation(state, error) && !isChange(error)) await cleanUpGuest(state, scope, guest);
      throw error;
    }
  }
  if (provisioners.length > 0) await pauseInDebug(state, 'after the last provisioner', scope.signal);
  throwIfCancelled(scope.signal);
}
