import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { CancelledError } from '../errors/errors.ts';

function show(question: string): void {
  try {
    writeSync(1, question);
  } catch {
    // The terminal has closed, which the end of its input says as well.
  }
}

/**
 * Asks the person at the terminal a question; the signal takes it back. Throws an AbortError then, and `CancelledError`
 * when the terminal closes, or Ctrl-D says that there will be no answer.
 */
export async function ask(question: string, signal?: AbortSignal): Promise<string> {
  show(question);
  // The terminal edits the line itself: readline's editing and its output throw when the terminal closes meanwhile.
  const terminal = createInterface({ input: process.stdin, terminal: false });
  const closed = new Promise<never>((_, reject) => terminal.once('close', () => reject(new CancelledError())));
  try {
    const answer = terminal.question('', signal === undefined ? {} : { signal });
    return (await Promise.race([answer, closed])).trim();
  } finally {
    terminal.close();
  }
}

/** A question whose answer is yes (also by Enter alone) or no. */
export async function confirm(question: string): Promise<boolean> {
  return /^(y|yes|)$/i.test(await ask(`${question} [Y/n] `));
}
