import type { BuildRun } from '../../../core/contract/build-run.ts';
import { ProtocolFault } from '../protocol/fault.ts';
import type {
  CheckpointParams,
  NoteFileParams,
  StepEndParams,
  StepEndResult,
  StepStartParams,
  StepStartResult,
} from '../protocol/messages.gen.ts';
import { pluginError } from '../protocol/wire-error.ts';
import type { RunCall } from './run-call.ts';

/** Throws `ProtocolFault` for a component that is no builder. */
export function buildOf({ build }: RunCall): BuildRun {
  if (build === undefined) throw new ProtocolFault('asks for something that only builders may ask for');
  return build;
}

/** Resolves with true when a step's body is wanted again, with false when the step is over. */
const verdicts = new WeakMap<RunCall, Map<number, (again: boolean) => void>>();

function verdictsOf(call: RunCall): Map<number, (again: boolean) => void> {
  const known = verdicts.get(call) ?? new Map<number, (again: boolean) => void>();
  verdicts.set(call, known);
  return known;
}

/** `step.start`. */
export function startStep(call: RunCall, { name }: StepStartParams): Promise<StepStartResult> {
  const build = buildOf(call);
  const step = call.next();
  const waiting = verdictsOf(call);
  const verdict = (again: boolean): void => {
    waiting.get(step)?.(again);
    waiting.delete(step);
  };
  return new Promise((resolve, reject) => {
    const body = (): Promise<void> =>
      new Promise((done, failed) => {
        call.steps.set(step, { done, failed });
        resolve({ step });
        verdict(true);
      });
    build.step(name, body).then(
      () => verdict(false),
      (error: unknown) => {
        reject(error instanceof Error ? error : new Error(String(error)));
        verdict(false);
      },
    );
  });
}

/** `step.end`. */
export function endStep(call: RunCall, { step, error }: StepEndParams): Promise<StepEndResult> {
  const open = call.steps.get(step);
  if (open === undefined) throw new ProtocolFault(`there is no step ${step}, or it is over`);
  call.steps.delete(step);
  return new Promise((resolve) => {
    verdictsOf(call).set(step, (again) => resolve({ again }));
    if (error === undefined) open.done();
    else open.failed(call.told.recall(error) ?? pluginError('', error));
  });
}

/** `checkpoint`. */
export async function checkpoint(call: RunCall, { state }: CheckpointParams): Promise<object> {
  await buildOf(call).checkpoint(state);
  return {};
}

/** `noteFile`. */
export function noteFile(call: RunCall, { what, path }: NoteFileParams): void {
  buildOf(call).noteFile(what, path);
}
