import type { Value } from './value.ts';

/** Offset and length in UTF-16 code units of the template text. */
export interface Span {
  readonly offset: number;
  readonly length: number;
}

/** What an action consists of. */
export type Operand =
  | (Span & { readonly kind: 'dot' | 'nil' })
  | (Span & { readonly kind: 'literal'; readonly value: string | boolean })
  /** `exact` is its value as an integer where it has one (1.0 has), `value` what it is when its type is free. */
  | (Span & { readonly kind: 'number'; readonly value: Value; readonly exact: bigint | undefined })
  | (Span & { readonly kind: 'field'; readonly names: readonly string[] })
  | (Span & { readonly kind: 'variable'; readonly name: string; readonly names: readonly string[] })
  | (Span & { readonly kind: 'function'; readonly name: string })
  | (Span & { readonly kind: 'chain'; readonly of: Operand; readonly names: readonly string[] })
  | Pipeline;

export interface Command extends Span {
  readonly operands: readonly [Operand, ...Operand[]];
}

export interface Pipeline extends Span {
  readonly kind: 'pipeline';
  /** Variables it sets, with their "$". */
  readonly targets: readonly string[];
  /** `=` rather than `:=`. */
  readonly assigns: boolean;
  readonly commands: readonly Command[];
}

export type Node =
  | (Span & { readonly kind: 'text'; readonly text: string })
  | (Span & { readonly kind: 'action'; readonly pipeline: Pipeline })
  | (Span & {
      readonly kind: 'if' | 'with' | 'range';
      readonly pipeline: Pipeline;
      readonly body: readonly Node[];
      readonly otherwise: readonly Node[];
    })
  | (Span & { readonly kind: 'template'; readonly name: string; readonly pipeline: Pipeline | undefined })
  | (Span & { readonly kind: 'break' | 'continue' });

export interface Tree {
  readonly body: readonly Node[];
  /** What `define` and `block` made, by name. */
  readonly definitions: ReadonlyMap<string, readonly Node[]>;
}
