import { nameHint } from '../../diagnostics/suggest.ts';
import { InterpolationError } from '../interpolation-error.ts';
import type { Token } from './lexer.ts';
import { readNumber, unquote } from './literals.ts';
import type { Command, Operand, Pipeline } from './node.ts';
import { describe, span, unexpected, type TokenStream } from './token-stream.ts';

/** What the parser knows where it stands. */
export interface Scope {
  readonly stream: TokenStream;
  /** Names of functions that may be called. */
  readonly functions: ReadonlySet<string>;
  /** Variables in sight, with their "$". */
  readonly variables: string[];
}

const operandStart: ReadonlySet<Token['kind']> = new Set([
  'bool',
  'complex',
  'dot',
  'field',
  'identifier',
  'nil',
  'number',
  'string',
  'variable',
  '(',
]);

function unknownFunction(token: Token, functions: ReadonlySet<string>, first?: Operand): InterpolationError {
  if (first?.kind === 'function') {
    const hint = `if it is meant as text, it needs quotes: {{ ${first.name} \`${token.text}\` }}`;
    return new InterpolationError(`there is no function ${describe(token)} here`, token, { hint });
  }
  const removed = /^clean_(ami|image)_name$/.test(token.text) ? 'use clean_resource_name' : undefined;
  const hint = removed ?? ((): string | undefined => nameHint(token.text, [...functions]));
  return new InterpolationError(`there is no function ${describe(token)} here`, token, { hint });
}

export function textOf(token: Token): string {
  const text = unquote(token.text);
  if (text !== undefined) return text;
  const hint = 'a backslash in double quotes starts an escape such as \\n or \\"; in backquotes it stands for itself';
  throw new InterpolationError(`${describe(token)} has a backslash that starts no escape`, token, { hint });
}

function numberOf(token: Token): Operand {
  const number = token.kind === 'complex' || token.text.endsWith('i') ? undefined : readNumber(token.text);
  if (number === undefined) throw new InterpolationError(`${describe(token)} is not a number that fits 64 bits`, token);
  return { kind: 'number', offset: token.offset, length: token.length, ...number };
}

/** A value without the fields after it; undefined when something else follows. */
function parseTerm(scope: Scope, first?: Operand): Operand | undefined {
  const token = scope.stream.peekSolid();
  if (!operandStart.has(token.kind)) return undefined;
  scope.stream.next();
  const { offset, length } = token;
  switch (token.kind) {
    case 'identifier':
      if (!scope.functions.has(token.text)) throw unknownFunction(token, scope.functions, first);
      return { kind: 'function', name: token.text, offset, length };
    case 'dot':
    case 'nil':
      return { kind: token.kind, offset, length };
    case 'bool':
      return { kind: 'literal', value: token.text === 'true', offset, length };
    case 'string':
      return { kind: 'literal', value: textOf(token), offset, length };
    case 'field':
      return { kind: 'field', names: [token.text.slice(1)], offset, length };
    case 'variable':
      if (!scope.variables.includes(token.text)) {
        throw new InterpolationError(`there is no variable ${describe(token)} here`, token, {
          hint: `a template variable is set with {{ ${token.text} := … }}; those of "variables" are read with {{ user \`name\` }}`,
        });
      }
      return { kind: 'variable', name: token.text, names: [], offset, length };
    case '(':
      return scope.stream.nested(() => parsePipeline(scope, 'a parenthesis', ')'));
    default:
      return numberOf(token);
  }
}

/** A value with the fields after it, as in `(f).Name`. */
function parseOperand(scope: Scope, first?: Operand): Operand | undefined {
  const term = parseTerm(scope, first);
  if (term === undefined) return undefined;
  const names: string[] = [];
  let last: Token | undefined;
  while (scope.stream.peek().kind === 'field') {
    last = scope.stream.next();
    names.push(last.text.slice(1));
  }
  if (last === undefined) return term;
  const place = span(term, last);
  if (term.kind === 'field' || term.kind === 'variable') return { ...term, ...place, names: [...term.names, ...names] };
  if (term.kind === 'function' || term.kind === 'pipeline') return { kind: 'chain', of: term, names, ...place };
  throw new InterpolationError(`a literal has no field ${describe(last)}`, last);
}

function parseCommand(scope: Scope): Command {
  const operands: Operand[] = [];
  for (;;) {
    const operand = parseOperand(scope, operands[0]);
    if (operand !== undefined) operands.push(operand);
    const after = scope.stream.peek();
    if (after.kind === 'space') {
      scope.stream.next();
      continue;
    }
    if (after.kind === '|') scope.stream.next();
    else if (after.kind !== '}}' && after.kind !== ')') throw unexpected(after, 'an expression');
    const [first, ...rest] = operands;
    if (first === undefined) throw new InterpolationError('this expression is empty', after);
    return { operands: [first, ...rest], ...span(first, rest.at(-1) ?? first) };
  }
}

/** `$a :=`, `$a =` and, in a range, `$a, $b :=`. */
function parseTargets(scope: Scope, where: string): { targets: string[]; assigns: boolean } | undefined {
  const { stream } = scope;
  const variable = stream.peekSolid();
  const mark = stream.mark();
  if (variable.kind !== 'variable') return undefined;
  stream.next();
  const after = stream.nextSolid();
  if (after.kind === ':=' || after.kind === '=') {
    scope.variables.push(variable.text);
    return { targets: [variable.text], assigns: after.kind === '=' };
  }
  if (after.kind !== 'punctuation' || after.text !== ',') {
    stream.reset(mark);
    return undefined;
  }
  scope.variables.push(variable.text);
  const second = where === 'range' ? stream.peekSolid() : after;
  if (second.kind !== 'variable') throw unexpected(second, where);
  const more = parseTargets(scope, 'a second variable');
  return { targets: [variable.text, ...(more?.targets ?? [])], assigns: more?.assigns ?? false };
}

/** Commands between pipes up to `end`, which is taken too. */
export function parsePipeline(scope: Scope, where: string, end: '}}' | ')'): Pipeline {
  const { stream } = scope;
  const first = stream.peekSolid();
  const declared = parseTargets(scope, where);
  const commands: Command[] = [];
  let token = stream.peekSolid();
  while (token.kind !== end) {
    if (!operandStart.has(token.kind)) throw unexpected(token, where);
    commands.push(parseCommand(scope));
    token = stream.peekSolid();
  }
  stream.next();
  if (commands.length === 0) throw new InterpolationError(`${where} lacks a value`, token);
  for (const command of commands.slice(1)) {
    const [head] = command.operands;
    if (['dot', 'nil', 'literal', 'number'].includes(head.kind)) {
      throw new InterpolationError('what comes after "|" has to be a function', head);
    }
  }
  const place = span(first, end === ')' ? token : (commands.at(-1) ?? token));
  return {
    kind: 'pipeline',
    targets: declared?.targets ?? [],
    assigns: declared?.assigns ?? false,
    commands,
    ...place,
  };
}
