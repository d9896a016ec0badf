import { Ajv } from 'ajv';
import type { Acquisition } from '../contract/build-run.ts';
import type { JsonObject, JsonValue } from '../contract/json.ts';
import type { ReleaseContext, ResourceKind } from '../contract/resource.ts';
import { isObject } from '../json/guards.ts';
import { ajvOptions, compileWithAjv, vocabulary } from '../schema/compile-with-ajv.ts';
import { schemaOf, type TestedComponent } from './tested-component.ts';

/** A rule that every component keeps; `check` rejects with an `Error` that says what does not. */
export interface ConformanceRule {
  /** A sentence about the component, fit for a test's title: "has unique resource kinds that start with its type". */
  readonly rule: string;
  readonly check: () => Promise<void>;
}

/** A thing that a component makes, for the rules about giving back. It is really made, three times. */
export interface TestedThing {
  readonly kind: ResourceKind<JsonValue>;
  readonly acquisition: Acquisition<JsonValue, unknown>;
}

function everyOption(schema: JsonObject, path = ''): readonly (readonly [string, JsonObject])[] {
  const inner = (value: JsonValue | undefined): JsonObject => (isObject(value) ? value : {});
  return Object.entries(inner(schema['properties'])).flatMap(([name, property]) => {
    const option = inner(property);
    return [
      [`${path}/${name}`, option] as const,
      ...everyOption(option, `${path}/${name}`),
      ...everyOption(inner(option['items']), `${path}/${name}/*`),
    ];
  });
}

function none(found: readonly string[], fault: string): void {
  if (found.length > 0) throw new Error(`${fault}: ${found.join(', ')}`);
}

function schemaRules(tested: TestedComponent): readonly ConformanceRule[] {
  return [
    {
      rule: 'says of every option that is rendered late which data it has then',
      check: async () => {
        const silent = everyOption(await schemaOf(tested)).filter(
          ([, option]) => (option['x-interpolate'] === 'late') !== Array.isArray(option['x-fields']),
        );
        none(
          silent.map(([path]) => path),
          'late without x-fields, or the other way round',
        );
      },
    },
    {
      rule: 'has a valid draft-07 schema in which every option is described',
      check: async () => {
        const schema = await schemaOf(tested);
        const ajv = new Ajv({ ...ajvOptions, validateSchema: true });
        for (const keyword of vocabulary) ajv.addKeyword(keyword);
        if (ajv.validateSchema(schema) !== true) throw new Error(`no draft-07 schema: ${ajv.errorsText()}`);
        compileWithAjv(schema);
        const bare = everyOption(schema).filter(([, option]) => typeof option['description'] !== 'string');
        none(
          bare.map(([path]) => path),
          'options without a description',
        );
      },
    },
  ];
}

/** A data source makes nothing. */
function resourcesOf({ component }: TestedComponent): readonly ResourceKind<JsonValue>[] {
  return 'resources' in component ? component.resources : [];
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

const context = (): ReleaseContext => ({ signal: AbortSignal.timeout(60_000), say: () => undefined });

/** As another process reads it from the journal. */
function journaled<Value extends JsonValue>(value: Value): Value {
  return JSON.parse(JSON.stringify(value)) as Value;
}

function same(left: JsonValue, right: JsonValue): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

function thingRules(tested: TestedComponent, { kind, acquisition }: TestedThing): readonly ConformanceRule[] {
  const locator = journaled(acquisition.locator);
  const make = async (): Promise<{ readonly id: JsonValue; readonly token: string }> => {
    const token = crypto.randomUUID();
    const { id } = await acquisition.create(token);
    return { id: journaled(id), token };
  };
  const isGone = async (token: string): Promise<void> =>
    none(
      (await kind.find(token, locator, context())).map((id) => JSON.stringify(id)),
      'found after it was given back',
    );
  const about = (rule: string): string => `${kind.kind}: ${rule}`;
  return [
    {
      rule: about('is registered among the resources of the component'),
      check: async () => {
        const known = await Promise.resolve(resourcesOf(tested).map((each) => each.kind));
        none(['path', 'process', ...known].includes(kind.kind) ? [] : [kind.kind], 'kinds that kiln gc would not know');
      },
    },
    {
      rule: about('can be given back twice'),
      check: async () => {
        const { id, token } = await make();
        await kind.release(id, locator, context());
        await kind.release(id, locator, context());
        await isGone(token);
      },
    },
    {
      rule: about('is found by its token, and nothing else is'),
      check: async () => {
        const { id, token } = await make();
        try {
          const found = await kind.find(token, locator, context());
          if (found.length !== 1 || !found.every((each) => same(each, id))) {
            throw new Error(`looked for ${JSON.stringify(id)}, found ${JSON.stringify(found)}`);
          }
          await isGone(crypto.randomUUID());
        } finally {
          await kind.release(id, locator, context());
        }
      },
    },
    {
      rule: about('is given back when Kiln died between the intent and the id'),
      check: async () => {
        // All that another process has is the token.
        const { token } = await make();
        const found = await kind.find(token, locator, context());
        for (const id of found) await kind.release(journaled(id), locator, context());
        if (found.length === 0) throw new Error('not found by its token: it would stay for ever');
        await isGone(token);
      },
    },
  ];
}

/**
 * The rules that every component keeps, to be given to a test runner:
 * `for (const { rule, check } of conformance(mine)) test(rule, check)`. With `things`, which are really made, also that
 * each can be given back by another process that has no more than the journal.
 */
export function conformance(tested: TestedComponent, things: readonly TestedThing[] = []): readonly ConformanceRule[] {
  return [...schemaRules(tested), kindRule(tested), ...things.flatMap((thing) => thingRules(tested, thing))];
}
