import { TemplateError, KilnError, UsageError } from '../../errors/errors.ts';
import { exitCodeOf } from './exit-codes.ts';
import { outputFor, type OutputMode } from '../output/output.ts';

/** Says that what was printed did not get to where it should. */
export function reportLostOutput(failure: Error): void {
  const reason = failure.message.replace(/^[A-Z]+: |, write$/g, '');
  const message = `standard output could not be written: ${reason}`;
  outputFor('text').complain([{ severity: 'error', code: 'OUTPUT_LOST', message, pointer: '' }]);
}

/** What may happen to anybody is no bug. */
function expected(error: unknown): unknown {
  if (!(error instanceof Error && 'syscall' in error && error.syscall === 'uv_cwd')) return error;
  return new UsageError('the working directory was removed', {
    code: 'WORKING_DIRECTORY_GONE',
    hint: 'change to a directory that is there',
    cause: error,
  });
}

/** Says what ended the command, in the mode that the user asked for, and returns the exit code. */
export async function reportError(thrown: unknown, mode: OutputMode): Promise<number> {
  const error = expected(thrown);
  const output = outputFor(mode);
  if (error instanceof TemplateError) {
    output.complain(error.diagnostics);
  } else if (error instanceof KilnError) {
    const { code, message, pointer = '', hint } = error;
    output.complain([{ severity: 'error', code, message, pointer, ...(hint === undefined ? {} : { hint }) }]);
  } else {
    const { bugDiagnostic } = await import('./crash-file.ts');
    output.complain([bugDiagnostic(error)]);
  }
  return exitCodeOf(error);
}
