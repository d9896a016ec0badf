import { isObject, type JsonValue } from '../../plugins/sdk/index.ts';

/** What Salt tells of one state. */
export interface StateResult {
  readonly id: string;
  /** "file.managed". */
  readonly function: string;
  readonly name: string;
  /** Undefined when it would have changed something in a test run. */
  readonly succeeded: boolean | undefined;
  readonly changed: boolean;
  readonly comment: string;
  /** What its command wrote, if it ran one. */
  readonly output: readonly string[];
}

/** What Salt tells of all: the states in the order in which they ran, or why none did. */
export type Outcome = { readonly states: readonly StateResult[] } | { readonly reason: string };

type Fields = Readonly<Record<string, JsonValue | undefined>>;

function text(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value.trim() : value === undefined || value === null ? '' : JSON.stringify(value);
}

function stateResult(key: string, fields: Fields): StateResult {
  const [module = '', id = '', name = '', run = ''] = key.split('_|-');
  const changes = isObject(fields['changes']) ? fields['changes'] : {};
  const output = [text(changes['stdout']), text(changes['stderr'])].filter((part) => part !== '');
  return {
    id: text(fields['__id__']) || id,
    function: `${module}.${run}`,
    name: text(fields['name']) || name,
    succeeded: typeof fields['result'] === 'boolean' ? fields['result'] : undefined,
    changed: Object.keys(changes).length > 0,
    comment: text(fields['comment']),
    output: output.flatMap((part) => part.split('\n')),
  };
}

function failureText(answer: Fields): string {
  const parts = [text(answer['stderr']), text(answer['stdout']), text(answer['_error'])];
  return parts.find((part) => part !== '') ?? `status ${text(answer['retcode'])}`;
}

/** Reads what salt-ssh printed with --out=json; undefined when that is something else. */
export function readOutcome(printed: string, minionId: string): Outcome | undefined {
  let whole: JsonValue;
  try {
    whole = JSON.parse(printed.slice(Math.max(0, printed.indexOf('{')))) as JsonValue;
  } catch {
    return undefined;
  }
  const answer = isObject(whole) ? whole[minionId] : undefined;
  if (answer === undefined || answer === null) return undefined;
  if (Array.isArray(answer)) return { reason: answer.map(text).join('; ') };
  if (!isObject(answer)) return { reason: text(answer) };
  if (!('_error' in answer) && isObject(answer['return']))
    return readOutcome(JSON.stringify({ [minionId]: answer['return'] }), minionId);
  const entries = Object.entries(answer);
  if (!entries.every(([key, value]) => key.includes('_|-') && isObject(value))) return { reason: failureText(answer) };
  const states = entries.map(([key, value]) => [key, isObject(value) ? value : {}] as const);
  const order = (fields: Fields): number => (typeof fields['__run_num__'] === 'number' ? fields['__run_num__'] : 0);
  return {
    states: states.toSorted(([, a], [, b]) => order(a) - order(b)).map(([key, fields]) => stateResult(key, fields)),
  };
}
