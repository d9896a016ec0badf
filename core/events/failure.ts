import type { LocatedDiagnostic } from '../diagnostics/diagnostic.ts';
import { locationText } from '../diagnostics/render.ts';
import { CommandError, KilnError, TemplateError } from '../errors/errors.ts';
import type { FailureReport } from './event.ts';
import { lastState } from './overwritten.ts';

type SystemError = Error & { readonly code: string; readonly syscall: string };

function isSystemError(error: unknown): error is SystemError {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && 'syscall' in error;
}

const systemHints: Readonly<Record<string, string>> = {
  ENOSPC: 'free some space on the disk',
  EDQUOT: 'your disk quota is used up',
  EACCES: 'check the permissions of the file and of its directory',
  EROFS: 'choose a place that can be written to',
  EMFILE: 'raise the limit of open files (ulimit -n)',
};

function place(
  pointer: string | undefined,
  locate: (pointer: string) => string | undefined,
): Pick<FailureReport, 'pointer' | 'location'> {
  if (pointer === undefined) return {};
  const location = locate(pointer);
  return location === undefined ? { pointer } : { pointer, location };
}

function firstError({ diagnostics }: TemplateError): LocatedDiagnostic | undefined {
  return diagnostics.find(({ severity }) => severity === 'error');
}

function ofKilnError(error: KilnError): Omit<FailureReport, 'pointer' | 'location'> {
  const { code, message, hint } = error;
  const hinted = hint === undefined ? {} : { hint };
  if (error instanceof TemplateError) {
    const first = firstError(error);
    if (first === undefined) return { code, message, ...hinted };
    const errors = error.diagnostics.filter(({ severity }) => severity === 'error');
    return {
      code: first.code,
      message: errors.map((diagnostic) => diagnostic.message).join('; '),
      ...(first.hint === undefined ? hinted : { hint: first.hint }),
    };
  }
  if (!(error instanceof CommandError)) return { code, message, ...hinted };
  const { exitStatus, outputTail } = error;
  return {
    code,
    message,
    ...hinted,
    ...(exitStatus === undefined ? {} : { exitStatus }),
    ...(outputTail === undefined ? {} : { outputTail: outputTail.split('\n').map(lastState).join('\n') }),
  };
}

/**
 * A failure for the readers of the event stream. `pointer` is where in the template it belongs to, unless the error is
 * about the template and knows that itself; `locate` finds "file:line:column" of a pointer. What is neither Kiln's own
 * nor the operating system's error is reported as a bug, code BUG.
 */
export function describeFailure(
  error: unknown,
  locate: (pointer: string) => string | undefined,
  pointer?: string,
): FailureReport {
  if (error instanceof TemplateError) {
    const first = firstError(error);
    const located = first?.location === undefined ? {} : { location: locationText(first.location) };
    return { ...ofKilnError(error), ...place(first?.pointer ?? pointer, locate), ...located };
  }
  if (error instanceof KilnError) return { ...ofKilnError(error), ...place(pointer, locate) };
  if (isSystemError(error)) {
    const hint = systemHints[error.code];
    const known = { code: `SYSTEM_${error.code}`, message: error.message, ...(hint === undefined ? {} : { hint }) };
    return { ...known, ...place(pointer, locate) };
  }
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? error.stack : undefined;
  return {
    code: 'BUG',
    message: `this is a bug in Kiln or in a plugin: ${message}`,
    stack: stack ?? message,
    ...place(pointer, locate),
  };
}
