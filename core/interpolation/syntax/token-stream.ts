import { InterpolationError } from '../interpolation-error.ts';
import { tokenize, type Token } from './lexer.ts';
import type { Span } from './node.ts';

/** Deeper nesting is refused, so that no text can exhaust the stack. */
const deepest = 200;

/** The tokens of a text, and what the parser knows at the point that it has reached. */
export interface TokenStream {
  peek(): Token;
  next(): Token;
  /** Skips spaces, which matter between operands only. */
  peekSolid(): Token;
  nextSolid(): Token;
  /** Takes the next token but for spaces, which has to be of this kind. */
  expect(kind: Token['kind'], where: string): Token;
  /** Where the stream is, for going back there. */
  mark(): number;
  reset(mark: number): void;
  /** Runs `body` one level deeper. */
  nested<T>(body: () => T): T;
}

export function describe(token: Token): string {
  return token.kind === 'eof' ? 'the end of the text' : JSON.stringify(token.text);
}

export function unexpected(token: Token, where: string): InterpolationError {
  if (token.kind === 'error') return new InterpolationError(token.text, token);
  return new InterpolationError(`${describe(token)} cannot stand in ${where}`, token);
}

/** From the start of one place to the end of another. */
export function span(from: Span, to: Span): Span {
  return { offset: from.offset, length: Math.max(1, to.offset + to.length - from.offset) };
}

export function tokenStream(source: string): TokenStream {
  const tokens = tokenize(source);
  const last: Token = tokens.at(-1) ?? { kind: 'eof', text: '', offset: 0, length: 0 };
  let at = 0;
  let depth = 0;
  const peek = (): Token => tokens[at] ?? last;
  const next = (): Token => {
    const token = peek();
    at++;
    return token;
  };
  const skipSpace = (): void => {
    while (peek().kind === 'space') at++;
  };
  const nextSolid = (): Token => {
    skipSpace();
    return next();
  };
  return {
    peek,
    next,
    peekSolid() {
      skipSpace();
      return peek();
    },
    nextSolid,
    expect(kind, where) {
      const token = nextSolid();
      if (token.kind !== kind) throw unexpected(token, where);
      return token;
    },
    mark: () => at,
    reset(mark) {
      at = mark;
    },
    nested(body) {
      if (depth === deepest) throw new InterpolationError('this is nested too deeply', peek());
      depth++;
      const result = body();
      depth--;
      return result;
    },
  };
}
