import { StepError } from '../../plugins/sdk/index.ts';

/** The signature is not one of this file by a key that is trusted. */
export function bad(reason: string, hint?: string): StepError {
  return new StepError(reason, { code: 'SIGNATURE_BAD', hint });
}

/** Nobody said whom to trust, so that the signature tells nothing. */
export function untrusted(reason: string, hint: string): StepError {
  return new StepError(reason, { code: 'SIGNATURE_UNTRUSTED', hint });
}
