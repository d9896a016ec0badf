import { CommandError } from '../../../errors/errors.ts';
import { guestRefused } from '../../../errors/guest-failure.ts';
import type { Fault } from './reply.ts';

/** Windows' numbers for faults that mean something to Kiln (wsmerror.h, winerror.h). */
export const FAULT = {
  accessDenied: '5',
  aborted: '995',
  operationTimedOut: '2150858793',
  shellNotFound: '2150858843',
  tooManyShells: '2150859173',
  tooManyOperations: '2150859174',
} as const;

const HINTS: Readonly<Record<string, string>> = {
  [FAULT.accessDenied]: 'the user has to be an administrator of the guest, or allowed to use WinRM',
  [FAULT.tooManyShells]: 'raise it in the guest: winrm set winrm/config/winrs @{MaxShellsPerUser="30"}',
  [FAULT.tooManyOperations]:
    'raise it in the guest: winrm set winrm/config/service @{MaxConcurrentOperationsPerUser="4294967295"}',
};

/** The guest will do it when it has less to do. */
export function isQuota(fault: Fault): boolean {
  return fault.code === FAULT.tooManyShells || fault.code === FAULT.tooManyOperations;
}

/** The shell in which a command ran is gone, as when the guest goes down. */
export function isShellGone(fault: Fault): boolean {
  return fault.code === FAULT.shellNotFound || fault.code === FAULT.aborted;
}

/** `doing` completes "WinRM refuses to …". */
export function refusal(doing: string, fault: Fault): CommandError {
  const number = fault.code === '' ? '' : ` (error ${fault.code})`;
  const hint = HINTS[fault.code];
  return guestRefused(`the guest's WinRM refuses to ${doing}: ${fault.text}${number}`, {
    ...(hint === undefined ? {} : { hint }),
  });
}
