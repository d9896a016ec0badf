import type { Acquisition } from '../../contract/build-run.ts';
import type { JsonValue } from '../../contract/json.ts';
import type { ReleaseContext, ResourceKind } from '../../contract/resource.ts';
import type { TestedComponent } from '../tested-component.ts';
import { none, resourcesOf, type ConformanceRule } from './rule.ts';

/** A thing that a component makes, for the rules about giving back. It is really made, three times. */
export interface TestedThing {
  readonly kind: ResourceKind<JsonValue>;
  readonly acquisition: Acquisition<JsonValue, unknown>;
}

const context = (): ReleaseContext => ({ signal: AbortSignal.timeout(60_000), say: () => undefined });

/** As another process reads it from the journal. */
function journaled<Value extends JsonValue>(value: Value): Value {
  return JSON.parse(JSON.stringify(value)) as Value;
}

function same(left: JsonValue, right: JsonValue): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

/** Whether another process can give a thing back that has no more of it than the journal. */
export function thingRules(tested: TestedComponent, { kind, acquisition }: TestedThing): readonly ConformanceRule[] {
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
