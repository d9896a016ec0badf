import type { Lookup, LookupTable } from '../contract/lookup.ts';
import { CancelledError, KilnError } from '../errors/errors.ts';
import { addAnswer, MissingAnswer, type Answers, type Question } from './lookup-answers.ts';

export interface LookupOptions {
  /** Those of the functions' context. */
  readonly lookups: LookupTable;
  /** Undefined: nothing cancels them. */
  readonly signal: AbortSignal | undefined;
}

function wrongCount({ takes: { least, most } }: Lookup, count: number): string {
  const wanted = least === most ? String(least) : `${String(least)} to ${String(most)}`;
  return `wants ${wanted} argument${most === 1 ? '' : 's'} and gets ${String(count)}`;
}

async function answer(question: Question, answers: Answers, options: LookupOptions): Promise<void> {
  const { lookups, signal = new AbortController().signal } = options;
  const { name, values } = question;
  const entry = Object.hasOwn(lookups, name) ? lookups[name] : undefined;
  if (entry === undefined) throw new TypeError(`there is no lookup of the name ${name}`);
  try {
    const lookup = await entry.load();
    const { least, most } = lookup.takes;
    if (values.length < least || values.length > most) {
      addAnswer(answers, question, { failure: wrongCount(lookup, values.length) });
      return;
    }
    addAnswer(answers, question, { value: await lookup.fetch(values, signal) });
  } catch (error) {
    if (signal.aborted || !(error instanceof KilnError) || error instanceof CancelledError) throw error;
    addAnswer(answers, question, { failure: error.message, hint: error.hint });
  }
}

/**
 * Runs a body that renders texts, and runs it again each time a text calls a lookup whose answer is not yet among
 * `answers`, which have to be those of the functions' context. Each question is asked once. A question that fails makes
 * the text that asks it fail, with an `InterpolationError`. When the signal aborts, rejects with what the lookup throws.
 */
export async function renderWithLookups<T>(body: () => T, answers: Answers, options: LookupOptions): Promise<T> {
  for (;;) {
    try {
      return body();
    } catch (error) {
      if (!(error instanceof MissingAnswer)) throw error;
      await answer(error.question, answers, options);
    }
  }
}
