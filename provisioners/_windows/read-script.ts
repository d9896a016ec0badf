import { readInput } from '../../plugins/sdk/files.ts';
import { StepError, throwIfCancelled } from '../../plugins/sdk/index.ts';
import type { NamedScript } from '../../plugins/sdk/scripts.ts';

/** A script as it goes to the guest; `label` names it for the user. */
export interface Script {
  readonly label: string;
  /** The option that it comes from. */
  readonly pointer: string;
  readonly content: Buffer;
}

/** Throws `StepError` SCRIPT_UNREADABLE, and `CancelledError`. */
export async function readScript({ path, pointer }: NamedScript, signal: AbortSignal): Promise<Script> {
  try {
    return { label: path, pointer, content: await readInput(path, signal) };
  } catch (cause) {
    throwIfCancelled(signal);
    throw new StepError(`cannot read script ${path}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      code: 'SCRIPT_UNREADABLE',
      pointer,
      cause,
    });
  }
}
