import { setTimeout as delay } from 'node:timers/promises';

/** A cloud, real or not, that is asked. */
export interface AskedCloud {
  readonly authUrl: string;
  readonly username: string;
  readonly password: string;
  readonly project: string;
  readonly image: string;
  readonly flavor: string;
  readonly network: string;
  /** Milliseconds between two looks at something that changes. */
  readonly pause: number;
}

/** An answer without what differs from cloud to cloud. */
export interface Recorded {
  readonly name: string;
  readonly status: number;
  /** Names, in small letters. */
  readonly headers: readonly string[];
  /** Names and types; of an error its words. */
  readonly body: unknown;
}

export interface Asked {
  readonly status: number;
  readonly headers: Headers;
  /** JSON, or text. */
  readonly body: unknown;
}

export type Ask = (
  name: string,
  method: string,
  url: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<Asked>;

/** Headers that say how busy a server is, or which program it is. */
const PASSING = [
  'date',
  'server',
  'connection',
  'keep-alive',
  'content-length',
  'transfer-encoding',
  'vary',
  'accept-ranges',
];

/** A value's names and types; of a list what its first member is. */
function shape(value: unknown): unknown {
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.slice(0, 1).map(shape);
  if (typeof value !== 'object') return typeof value;
  const names = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(names.map(([name, inner]) => [name, shape(inner)]));
}

const ID = /[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}/g;

/** An error's words without ids, addresses, and what Python adds of its schema. */
function words(value: unknown): unknown {
  if (typeof value === 'string') {
    return value
      .replace(ID, 'ID')
      .replace(/http:\/\/[^\s/]+/g, 'URL')
      .replace(/\n\nFailed validating[^]*?(?=<br|$)/, '');
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, words(inner)]));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Asks, and writes down what is answered. */
export function recorder(): { readonly ask: Ask; readonly answers: Recorded[]; token: string } {
  const answers: Recorded[] = [];
  const self = { answers, token: '', ask };
  async function ask(
    name: string,
    method: string,
    url: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Asked> {
    const type = typeof body === 'string' ? 'application/octet-stream' : 'application/json';
    const answer = await fetch(url, {
      method,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': type }),
        ...(self.token === '' ? {} : { 'x-auth-token': self.token }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const content = parse(await answer.text());
    if (name !== '') {
      answers.push({
        name,
        status: answer.status,
        headers: [...answer.headers.keys()].filter((each) => !PASSING.includes(each)).sort(),
        body: answer.status >= 400 ? words(content) : shape(content),
      });
    }
    return { status: answer.status, headers: answer.headers, body: content };
  }
  return self;
}

/** Asks again and again until the answer is as it should be. @throws after five minutes */
export async function until(
  pause: number,
  look: () => Promise<Asked>,
  isGood: (answer: Asked) => boolean,
): Promise<Asked> {
  const end = Date.now() + 300_000;
  for (;;) {
    const answer = await look();
    if (isGood(answer)) return answer;
    if (Date.now() > end) throw new Error(`after five minutes: ${JSON.stringify(answer.body)}`);
    await delay(pause);
  }
}

/** What is at these names, one inside the other. */
export function at(value: unknown, ...names: readonly (string | number)[]): string {
  let found = value;
  for (const name of names) found = (found as Readonly<Record<string | number, unknown>> | undefined)?.[name];
  return String(found);
}
