import type { Diagnostic } from '../../../plugins/sdk/index.ts';

export function error(code: string, pointer: string, message: string, hint?: string): Diagnostic {
  return { severity: 'error', code, message, pointer, ...(hint === undefined ? {} : { hint }) };
}

export function warning(code: string, pointer: string, message: string, hint: string): Diagnostic {
  return { ...error(code, pointer, message, hint), severity: 'warning' };
}
