import { readFile } from 'node:fs/promises';
import { configSource } from '../schema/config-source.ts';
import { prepareRules } from './rules/prepare-rules.ts';
import { none, resourcesOf, type ConformanceRule } from './rules/rule.ts';
import { runRules, type TestedOptions } from './rules/run-rules.ts';
import { schemaRules } from './rules/schema-rules.ts';
import { thingRules, type TestedThing } from './rules/thing-rules.ts';
import { schemaOf, type TestedComponent } from './tested-component.ts';

/** What the rules need that only the author knows. */
export interface Conformance extends Partial<TestedOptions> {
  /** Things that the component makes, for the rules about giving back. */
  readonly things?: readonly TestedThing[];
  /** Path, or `file:` URL, of the config.gen.ts that `kiln plugins types` has made. */
  readonly types?: string | URL;
}

function kindRule(tested: TestedComponent): ConformanceRule {
  const { type } = tested;
  return {
    rule: 'has unique resource kinds that start with its type',
    check: async () => {
      const kinds = await Promise.resolve(resourcesOf(tested).map(({ kind }) => kind));
      none(
        kinds.filter((kind, index) => kinds.indexOf(kind) !== index),
        'kinds of one name',
      );
      none(
        kinds.filter((kind) => !kind.startsWith(`${type}:`)),
        `kinds that do not start with ${type}:`,
      );
    },
  };
}

function typesRule(tested: TestedComponent, types: string | URL): ConformanceRule {
  return {
    rule: 'has types that are in step with its schema',
    check: async () => {
      const wanted = configSource(tested.type, await schemaOf(tested));
      const isSo = (await readFile(types, 'utf8')) === wanted;
      none(isSo ? [] : [String(types)], 'out of step: run "kiln plugins types"');
    },
  };
}

/**
 * The rules that every component keeps, to be given to a test runner:
 * `for (const { rule, check } of conformance(mine)) test(rule, check)`. With `options`, which have to work, the component is
 * also run, cancelled and made to fail at each point of its work; with `things`, which are really made, it is also seen that
 * each can be given back by another process that has no more than the journal.
 */
export function conformance(tested: TestedComponent, given: Conformance = {}): readonly ConformanceRule[] {
  const { things = [], types, options, ...rest } = given;
  return [
    ...schemaRules(tested),
    ...(types === undefined ? [] : [typesRule(tested, types)]),
    kindRule(tested),
    ...prepareRules(tested),
    ...(options === undefined ? [] : runRules(tested, { options, ...rest })),
    ...things.flatMap((thing) => thingRules(tested, thing)),
  ];
}
