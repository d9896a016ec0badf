import { InterpolationError } from '../interpolation-error.ts';
import type { Token } from './lexer.ts';
import type { Node, Pipeline, Span, Tree } from './node.ts';
import { parsePipeline, textOf, type Scope } from './parse-pipeline.ts';
import { describe, tokenStream, unexpected } from './token-stream.ts';

/** A tree that is being read: the whole text, or what a `define` or `block` holds. */
interface Reading extends Scope {
  readonly definitions: Map<string, readonly Node[]>;
  /** How many `range` are open around here. */
  ranges: number;
}

/** An `end` or `else`, which is no node of its own. */
interface Closing {
  readonly kind: 'closing';
  readonly token: Token;
}

interface Closed {
  readonly nodes: readonly Node[];
  readonly by: Token;
}

function isBlank(nodes: readonly Node[]): boolean {
  return nodes.every((node) => node.kind === 'text' && node.text.trim() === '');
}

function define(reading: Reading, name: string, body: readonly Node[], place: Span): void {
  const known = reading.definitions.get(name);
  if (known === undefined || isBlank(known)) reading.definitions.set(name, body);
  else if (!isBlank(body)) throw new InterpolationError(`the template ${JSON.stringify(name)} is defined twice`, place);
}

/** What is between two delimiters; the left one is past. */
function parseAction(reading: Reading, open: Token): Node | Closing {
  const { stream } = reading;
  const token = stream.peekSolid();
  const { offset, length } = token;
  switch (token.kind) {
    case 'end':
      stream.next();
      stream.expect('}}', '"end"');
      return { kind: 'closing', token };
    case 'else': {
      stream.next();
      const after = stream.peekSolid();
      if (after.kind !== 'if' && after.kind !== 'with') stream.expect('}}', '"else"');
      return { kind: 'closing', token };
    }
    case 'break':
    case 'continue':
      stream.next();
      stream.expect('}}', JSON.stringify(token.kind));
      if (reading.ranges === 0) throw new InterpolationError(`"${token.kind}" stands outside of a "range"`, token);
      return { kind: token.kind, offset, length };
    case 'if':
    case 'with':
    case 'range':
      stream.next();
      return parseControl(reading, token.kind, open);
    case 'template':
      stream.next();
      return parseCall(reading, token);
    case 'block':
      stream.next();
      return parseBlock(reading, token);
    default: {
      const pipeline = parsePipeline(reading, 'an action', '}}');
      return { kind: 'action', pipeline, offset: pipeline.offset, length: pipeline.length };
    }
  }
}

/** Nodes up to the `end` or `else` that belongs to what is open. */
function parseList(reading: Reading, open: Token): Closed {
  const nodes: Node[] = [];
  for (;;) {
    const token = reading.stream.nextSolid();
    if (token.kind === 'eof') {
      throw new InterpolationError('the text ends before {{ end }}', open, {
        hint: 'every if, with, range, block and define needs an {{ end }}',
      });
    }
    if (token.kind !== 'text' && token.kind !== '{{') throw unexpected(token, 'a text');
    const { offset, length } = token;
    const node: Node | Closing =
      token.kind === 'text' ? { kind: 'text', text: token.text, offset, length } : parseAction(reading, token);
    if (node.kind === 'closing') return { nodes, by: node.token };
    nodes.push(node);
  }
}

function parseControl(reading: Reading, kind: 'if' | 'with' | 'range', open: Token): Node {
  return reading.stream.nested(() => {
    const visible = reading.variables.length;
    const pipeline = parsePipeline(reading, kind, '}}');
    if (kind === 'range') reading.ranges++;
    const body = parseList(reading, open);
    if (kind === 'range') reading.ranges--;
    const otherwise = body.by.kind === 'else' ? parseElse(reading, kind, open) : [];
    reading.variables.length = visible;
    return { kind, pipeline, body: body.nodes, otherwise, offset: open.offset, length: open.length };
  });
}

function parseElse(reading: Reading, kind: 'if' | 'with' | 'range', open: Token): readonly Node[] {
  const token = reading.stream.peek();
  if (kind !== 'range' && token.kind === kind) {
    reading.stream.next();
    return [parseControl(reading, kind, open)];
  }
  const rest = parseList(reading, open);
  if (rest.by.kind !== 'end') throw new InterpolationError('a second "else" stands where "end" should', rest.by);
  return rest.nodes;
}

function templateName(token: Token, where: string): string {
  if (token.kind !== 'string') throw unexpected(token, where);
  return textOf(token);
}

function parseCall(reading: Reading, { offset, length }: Token): Node {
  const { stream } = reading;
  const name = templateName(stream.nextSolid(), '"template"');
  let pipeline: Pipeline | undefined;
  if (stream.peekSolid().kind === '}}') stream.next();
  else pipeline = parsePipeline(reading, '"template"', '}}');
  return { kind: 'template', name, pipeline, offset, length };
}

/** Reads the body of a `define` or `block`, which sees no variables and no `range` of its surroundings. */
function parseBody(reading: Reading, name: string, open: Token): void {
  const inner: Reading = { ...reading, variables: ['$'], ranges: 0 };
  const { nodes, by } = reading.stream.nested(() => parseList(inner, open));
  if (by.kind !== 'end') throw unexpected(by, `the template ${JSON.stringify(name)}`);
  define(reading, name, nodes, open);
}

function parseBlock(reading: Reading, token: Token): Node {
  const name = templateName(reading.stream.nextSolid(), '"block"');
  const pipeline = parsePipeline(reading, '"block"', '}}');
  parseBody(reading, name, token);
  return { kind: 'template', name, pipeline, offset: token.offset, length: token.length };
}

/** Reads a `define`; the left delimiter is past. */
function parseDefinition(reading: Reading): void {
  const { stream } = reading;
  const token = stream.nextSolid();
  const name = templateName(stream.nextSolid(), '"define"');
  stream.expect('}}', '"define"');
  parseBody(reading, name, token);
}

/** Reads a template text; throws `InterpolationError` when it is malformed or calls what is not in `functions`. */
export function parse(source: string, functions: ReadonlySet<string>): Tree {
  const stream = tokenStream(source);
  const reading: Reading = { stream, functions, variables: ['$'], definitions: new Map(), ranges: 0 };
  const body: Node[] = [];
  for (let token = stream.next(); token.kind !== 'eof'; token = stream.next()) {
    const { offset, length } = token;
    if (token.kind === 'text') body.push({ kind: 'text', text: token.text, offset, length });
    else if (token.kind !== '{{') throw unexpected(token, 'a text');
    else if (stream.peekSolid().kind === 'define') parseDefinition(reading);
    else {
      const node = parseAction(reading, token);
      if (node.kind === 'closing') {
        throw new InterpolationError(`${describe(node.token)} belongs to no if, with or range`, node.token);
      }
      body.push(node);
    }
  }
  define(reading, 'root', body, { offset: 0, length: 1 });
  return { body, definitions: reading.definitions };
}
