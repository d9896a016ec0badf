import { StepError } from '../../../plugins/sdk/index.ts';

/** Signals by which a program dies of its own faults. */
const CRASHES: readonly string[] = ['SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGILL', 'SIGSEGV'];

/** Errors after which another accelerator may get further. */
const OF_THE_ACCELERATOR: readonly string[] = ['QEMU_CRASHED', 'GUEST_CPU_FAILED'];

/** Code of a failure for a QEMU that ended by a signal. */
export function codeOfSignal(signalName: string | undefined): 'QEMU_CRASHED' | 'MACHINE_DIED' {
  return CRASHES.includes(signalName ?? '') ? 'QEMU_CRASHED' : 'MACHINE_DIED';
}

/** Whether it is KVM that a machine died of, as far as QEMU tells. */
export function diedOfKvm(error: unknown): error is StepError {
  if (!(error instanceof StepError)) return false;
  if (OF_THE_ACCELERATOR.includes(error.code)) return true;
  return error.code === 'MACHINE_NOT_STARTED' && /\bkvm\b/i.test(error.message);
}

export interface Stop {
  readonly message: string;
  readonly code: string;
  readonly hint?: string;
}

/**
 * What it means that QEMU has stopped the guest, by the `status` of its `query-status`; undefined for a guest that runs,
 * was paused by somebody, or whose disk failed, which QEMU says otherwise.
 */
export function meaningOfStop(status: string): Stop | undefined {
  switch (status) {
    case 'internal-error':
      return {
        message: "the accelerator could not go on with the guest's CPU (QEMU: internal-error)",
        code: 'GUEST_CPU_FAILED',
        hint: 'set "accelerator" to "tcg" to run the guest in software',
      };
    case 'guest-panicked':
      return { message: "the guest's kernel has panicked", code: 'GUEST_PANICKED' };
    case 'watchdog':
      return { message: "the guest's watchdog has stopped it", code: 'GUEST_PANICKED' };
    case 'shutdown':
      return { message: 'the machine switched itself off before its time', code: 'MACHINE_DIED' };
    default:
      return undefined;
  }
}
