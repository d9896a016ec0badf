import type { JsonValue } from '../../contract/json.ts';
import { errorAt, type Finding } from '../../diagnostics/finding.ts';
import { dataReferences, userReferences } from '../../interpolation/index.ts';
import { isList, isObject } from '../../json/guards.ts';
import type { TemplateDataSource } from '../../template/template.ts';
import { circlesIn, dependencyOrder, type Needs } from './dependency-order.ts';
import { textFinding, type VariableText } from './text-finding.ts';

/** A variable or a data source. */
export type Valued =
  | { readonly kind: 'variable'; readonly name: string; readonly written: VariableText }
  | { readonly kind: 'data source'; readonly name: string; readonly source: TemplateDataSource };

/** The order in which values are worked out. */
export interface ValueOrder {
  readonly ordered: readonly Valued[];
  /** Those that are in a circle or behind one. */
  readonly stuck: readonly Valued[];
  readonly findings: readonly Finding[];
}

/** Members of a circle that a message names. */
const MOST_NAMED = 20;

/** All texts with expressions, keys of maps included. */
export function textsIn(value: JsonValue): readonly string[] {
  if (typeof value === 'string') return value.includes('{{') ? [value] : [];
  if (isList(value)) return value.flatMap(textsIn);
  return isObject(value) ? Object.entries(value).flatMap(([key, inner]) => [...textsIn(key), ...textsIn(inner)]) : [];
}

function keyOf({ kind, name }: Pick<Valued, 'kind' | 'name'>): string {
  return `${kind} ${name}`;
}

function needsOf(valued: Valued): readonly string[] {
  const texts = valued.kind === 'variable' ? textsIn(valued.written.text) : textsIn(valued.source.config);
  const names = texts.flatMap((text) => [
    ...userReferences(text).map(({ name }) => keyOf({ kind: 'variable', name })),
    ...dataReferences(text).map((name) => keyOf({ kind: 'data source', name })),
  ]);
  return [...new Set(names)];
}

function circleFinding(members: readonly Valued[]): readonly Finding[] {
  const sorted = [...members].sort((a, b) => (a.name < b.name ? -1 : 1));
  const first = sorted.find(({ kind }) => kind === 'variable') ?? sorted[0];
  if (first === undefined) return [];
  const at = members.indexOf(first);
  const onlyVariables = members.every(({ kind }) => kind === 'variable');
  const shown = ({ kind, name }: Valued): string => `${kind === 'variable' ? '' : 'data source '}"${name}"`;
  const around = [...members.slice(at), ...members.slice(0, at), first].map(shown);
  const named = around.length <= MOST_NAMED ? around : [...around.slice(0, MOST_NAMED), '…', shown(first)];
  const what = onlyVariables ? 'variables' : 'variables and data sources';
  const message =
    members.length === 1
      ? `the ${first.kind} "${first.name}" needs its own value`
      : `the ${what} need each other's values in a circle: ${named.join(' → ')}`;
  if (first.kind === 'data source') return [errorAt('VARIABLE_CYCLE', first.source.pointer, message)];
  return [textFinding('VARIABLE_CYCLE', first.written, message, { offset: 0, length: first.written.text.length })];
}

/** The order in which each variable and data source comes after those it uses. */
export function valueOrder(
  texts: ReadonlyMap<string, VariableText>,
  sources: readonly TemplateDataSource[],
): ValueOrder {
  const all: readonly Valued[] = [
    ...[...texts]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, written]) => ({ kind: 'variable' as const, name, written })),
    ...sources.map((source) => ({ kind: 'data source' as const, name: source.name, source })),
  ];
  const byKey = new Map(all.map((valued) => [keyOf(valued), valued]));
  const needs: Needs = new Map(all.map((valued) => [keyOf(valued), needsOf(valued).filter((key) => byKey.has(key))]));
  const valued = (keys: Iterable<string>): readonly Valued[] => [...keys].flatMap((key) => byKey.get(key) ?? []);
  const { ordered, stuck } = dependencyOrder(needs);
  return {
    ordered: valued(ordered),
    stuck: valued(stuck.keys()),
    findings: circlesIn(stuck).flatMap((members) => circleFinding(valued(members))),
  };
}
