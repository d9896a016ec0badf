import { Refusal } from './interpolation-error.ts';

/** One call of a lookup: the template function and its arguments. */
export interface Question {
  readonly name: string;
  readonly values: readonly string[];
}

/** An answer, or why there is none. */
type LookupAnswer = { readonly value: string } | { readonly failure: string; readonly hint?: string | undefined };

/** What was looked up so far. Answers are mostly secrets. */
export type Answers = Map<string, LookupAnswer>;

/** Stops a rendering that needs an answer which is not there yet. */
export class MissingAnswer extends Error {
  readonly question: Question;

  constructor(question: Question) {
    super(`the answer to ${question.name} is not there yet`);
    this.question = question;
  }
}

function keyOf({ name, values }: Question): string {
  return JSON.stringify([name, ...values]);
}

export function addAnswer(answers: Answers, question: Question, answer: LookupAnswer): void {
  answers.set(keyOf(question), answer);
}

/** The values of all questions that were answered. */
export function valuesOf(answers: Answers): readonly string[] {
  return [...answers.values()].flatMap((answer) => ('value' in answer ? [answer.value] : []));
}

/** The answer to a question; throws `MissingAnswer` when it has to be fetched first. */
export function readAnswer(answers: Answers | undefined, question: Question): string {
  if (answers === undefined) throw new Refusal('nothing is looked up on servers here');
  const answer = answers.get(keyOf(question));
  if (answer === undefined) throw new MissingAnswer(question);
  if ('value' in answer) return answer.value;
  throw new Refusal(answer.failure, { hint: answer.hint });
}
