import { createInterface } from 'node:readline/promises';

/** Asks the person at the terminal a question; the signal takes it back. Throws an AbortError then. */
export async function ask(question: string, signal?: AbortSignal): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await terminal.question(question, signal === undefined ? {} : { signal })).trim();
  } finally {
    terminal.close();
  }
}

/** A question whose answer is yes (also by Enter alone) or no. */
export async function confirm(question: string): Promise<boolean> {
  return /^(y|yes|)$/i.test(await ask(`${question} [Y/n] `));
}
