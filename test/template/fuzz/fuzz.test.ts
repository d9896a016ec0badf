import { describe, expect, it } from 'vitest';
import { components, loadSchemas } from './components.ts';
import { fuzz } from './fuzz.ts';
import { fuzzInput } from './inputs.ts';
import { tryTemplate } from './try-template.ts';

const all = process.env['KILN_LONG_TESTS'] === '1';
const count = all ? 100_000 : 4000;
// A few other inputs each day would find more, and make failures that nobody can repeat: the seed stays.
const SEED = 1;

describe('parsing and planning', () => {
  it(
    `survive ${String(count)} generated and mutated templates, each within 2 s and all within 200 MiB`,
    { timeout: 1_200_000 },
    async () => {
      if (!all) console.log('KILN_LONG_TESTS=1 tries 100,000 inputs');
      const { failures, outcomes } = await fuzz(SEED, 0, count);
      expect(failures).toEqual([]);
      // Inputs that all fail at the door would test the door only.
      expect(outcomes['plan']).toBeGreaterThan(count / 50);
      expect(outcomes['complaints']).toBeGreaterThan(count / 2);
      expect(outcomes['no JSON']).toBeGreaterThan(count / 10);
    },
  );
});

describe('the fuzzer', () => {
  it('makes the same input of the same seed and number, and others of others', async () => {
    const schemas = await loadSchemas();
    const inputs = (seed: number): readonly string[] => [0, 1, 2, 3, 4, 5].map((at) => fuzzInput(schemas, seed, at));
    expect(inputs(7)).toEqual(inputs(7));
    expect(new Set([...inputs(7), ...inputs(8)]).size).toBe(12);
  });

  it('notices a component that throws', async () => {
    const entry = components.builders['null'];
    if (entry === undefined) throw new Error('there is no builder "null"');
    const throwing = {
      schema: () => entry.schema(),
      load: async () => ({ ...(await entry.load()), prepare: () => [].map(() => []).at(0) as never }),
    };
    const template = '{"builders":[{"type":"null","communicator":"none"}]}';
    await expect(tryTemplate(template, components)).resolves.toMatchObject({ outcome: 'plan' });
    await expect(tryTemplate(template, { ...components, builders: { null: throwing } })).rejects.toThrow(TypeError);
  });
});
