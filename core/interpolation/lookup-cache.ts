import { Refusal } from './interpolation-error.ts';

/** One question to a server: the template function and its arguments. */
export interface Lookup {
  readonly name: 'consul_key' | 'vault' | 'aws_secretsmanager' | 'aws_secretsmanager_raw';
  readonly values: readonly string[];
}

/** An answer, or why there is none. */
type Answer = { readonly value: string } | { readonly failure: string; readonly hint?: string | undefined };

/** What was looked up so far. Answers are mostly secrets. */
export type Lookups = Map<string, Answer>;

/** Stops a rendering that needs an answer which is not there yet. */
export class MissingLookup extends Error {
  readonly lookup: Lookup;

  constructor(lookup: Lookup) {
    super(`the answer to ${lookup.name} is not there yet`);
    this.lookup = lookup;
  }
}

function lookupKey({ name, values }: Lookup): string {
  return JSON.stringify([name, ...values]);
}

export function addAnswer(lookups: Lookups, lookup: Lookup, answer: Answer): void {
  lookups.set(lookupKey(lookup), answer);
}

/** All answers that there are. */
export function answersOf(lookups: Lookups): readonly string[] {
  return [...lookups.values()].flatMap((answer) => ('value' in answer ? [answer.value] : []));
}

/** The answer to a lookup; throws `MissingLookup` when it has to be fetched first. */
export function readLookup(lookups: Lookups | undefined, lookup: Lookup): string {
  if (lookups === undefined) throw new Refusal('nothing is looked up on servers here');
  const answer = lookups.get(lookupKey(lookup));
  if (answer === undefined) throw new MissingLookup(lookup);
  if ('value' in answer) return answer.value;
  throw new Refusal(answer.failure, { hint: answer.hint });
}
