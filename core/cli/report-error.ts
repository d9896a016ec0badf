import { TemplateError, KilnError } from '../errors/errors.ts';
import { exitCodeOf } from './exit-codes.ts';
import { outputFor, type OutputMode } from './output.ts';

/** Says what ended the command, in the mode that the user asked for, and returns the exit code. */
export async function reportError(error: unknown, mode: OutputMode): Promise<number> {
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
