import type { JsonValue } from '../contract/json.ts';
import { formsOf, type SecretForm } from './secret-forms.ts';

const MASK = '<sensitive>';
/** A shorter text is found in a secret by chance. */
const SHORTEST_PIECE = 4;

/**
 * Removes secrets from texts: their values, each line of them, and the forms that programs write them in: Base64, hex,
 * URL, JSON, HTML, and quoted for a shell. Of secrets that overlap all is removed.
 */
export interface SecretMask {
  /** Empty strings are ignored. */
  add(value: string): void;
  /**
   * `keepLength`: as many asterisks as are taken out instead of one word, so that what is behind them stays in its column.
   */
  text(text: string, options?: { readonly keepLength?: boolean }): string;
  /** Whether the text has a secret in it, or is a piece of one that is long enough not to be there by chance. */
  mayTell(text: string): boolean;
  /**
   * Cuts a text in two so that no secret lies across: one that does is masked at the end of the first piece and is not in
   * the second. Sees those only that are whole in `text`: twice `reach` behind the cut is enough.
   */
  cut(text: string, at: number): readonly [string, string];
  /** No secret in any of its forms is longer, in UTF-16 code units. */
  reach(): number;
  /** Masks every text inside, names of properties too. */
  json<T extends JsonValue>(value: T): T;
}

/** Between two halves of one character no text is cut. */
function wholeCharacters(text: string, at: number): number {
  return /[\ud800-\udbff]/.test(text.charAt(at - 1)) && /[\udc00-\udfff]/.test(text.charAt(at)) ? at - 1 : at;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where `pattern` matches, in order; matches that overlap are one span. */
function* spansOf(text: string, pattern: RegExp): Generator<Span> {
  const next = (from: number): RegExpExecArray | null => {
    pattern.lastIndex = from;
    return pattern.exec(text);
  };
  for (let match = next(0); match !== null;) {
    const start = match.index;
    let end = start + match[0].length;
    for (match = next(start + 1); match !== null && match.index < end; match = next(match.index + 1)) {
      end = Math.max(end, match.index + match[0].length);
    }
    yield { start, end };
  }
}

interface Compiled {
  /** Tells quickly of most texts that they hold no secret. */
  readonly anchors: RegExp;
  readonly all: RegExp;
}

function compile(forms: readonly SecretForm[]): Compiled {
  // Longest first: of two secrets that begin alike the longer one goes whole.
  const sorted = forms.toSorted((a, b) => b.longest - a.longest);
  return {
    anchors: new RegExp([...new Set(sorted.map(({ anchor }) => anchor))].join('|')),
    // What was masked before stays as it is, also when one letter is a secret.
    all: new RegExp([MASK, ...sorted.map(({ pattern }) => pattern)].join('|'), 'g'),
  };
}

function asterisks(length: number): string {
  return '*'.repeat(length);
}

function newMask(onAdd: (value: string) => void): SecretMask {
  const values = new Set<string>();
  const forms = new Map<string, SecretForm>();
  let reach = 0;
  let compiled: Compiled | undefined;

  const spans = (given: string): Iterable<Span> => {
    if (forms.size === 0) return [];
    const { anchors, all } = (compiled ??= compile([...forms.values()]));
    return anchors.test(given) ? spansOf(given, all) : [];
  };
  const replaced = (given: string, mask: (length: number) => string): string => {
    let [masked, at] = ['', 0];
    for (const { start, end } of spans(given)) {
      masked += given.slice(at, start) + mask(end - start);
      at = end;
    }
    return at === 0 ? given : masked + given.slice(at);
  };
  const text: SecretMask['text'] = (given, { keepLength = false } = {}) =>
    replaced(given, keepLength ? asterisks : () => MASK);
  const cut = (given: string, at: number): readonly [string, string] => {
    for (const { start, end } of spans(given)) {
      if (start >= at) break;
      if (end > at) return [given.slice(0, start) + MASK, given.slice(end)];
    }
    const place = wholeCharacters(given, at);
    return [given.slice(0, place), given.slice(place)];
  };
  const json = (value: JsonValue): JsonValue => {
    if (typeof value === 'string') return text(value);
    if (typeof value !== 'object' || value === null) return value;
    if (value instanceof Array) return value.map(json);
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [text(name), json(inner)]));
  };

  return {
    add: (value) => {
      if (values.has(value)) return;
      onAdd(value);
      values.add(value);
      for (const form of formsOf(value)) {
        forms.set(form.pattern, form);
        reach = Math.max(reach, form.longest);
      }
      compiled = undefined;
    },
    text,
    mayTell: (given) =>
      text(given) !== given || (given.length >= SHORTEST_PIECE && [...values].some((value) => value.includes(given))),
    cut,
    reach: () => reach,
    json: <T extends JsonValue>(value: T) => (forms.size === 0 ? value : (json(value) as T)),
  };
}

const everything = newMask(() => undefined);

/**
 * Knows the secrets of all masks of this process. For what is written when Kiln itself goes wrong, and for cutting what
 * programs write: there nobody knows yet whose output it is.
 */
export const allSecrets: Omit<SecretMask, 'add'> = everything;

/** A mask that knows these secrets from the start. */
export function secretMask(secrets: Iterable<string> = []): SecretMask {
  const mask = newMask((value) => everything.add(value));
  for (const secret of secrets) mask.add(secret);
  return mask;
}
