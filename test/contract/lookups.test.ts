import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../../core/dev/components.ts';
import { renderWithLookups, render, templateFunctions, type Answers } from '../../core/interpolation/index.ts';
import { builtin } from '../../plugins/builtin.ts';
import { defineLookup, StepError } from '../../plugins/sdk/index.ts';
import { inVariables } from '../unit/core/interpolation/context.ts';

describe.each(Object.entries(builtin.lookups))('the lookup %s', (name, entry) => {
  it('has the name of its entry, is documented, and takes what it says', async () => {
    const lookup = await entry.load();
    expect(lookup.name).toBe(name);
    expect(readFileSync(join(root, 'docs/templates.md'), 'utf8')).toContain(`\`${name}\``);
    expect(lookup.takes.least).toBeLessThanOrEqual(lookup.takes.most);
  });
});

it('the table of lookups is sorted, and has one at least of each folder', () => {
  const names = Object.keys(builtin.lookups);
  expect(names).toEqual([...names].sort());
  const table = readFileSync(join(root, 'plugins/builtin.ts'), 'utf8');
  for (const folder of readdirSync(join(root, 'lookups'))) expect(table).toContain(`'../lookups/${folder}/index.ts'`);
});

describe('a lookup of a plugin', () => {
  const asked: string[] = [];
  const weather = defineLookup({
    name: 'weather',
    takes: { least: 1, most: 2 },
    fetch: ([city = '', day = 'today']) => {
      asked.push(city);
      if (city === 'Atlantis') {
        return Promise.reject(new StepError('there is no such city', { code: 'LOOKUP_FAILED', hint: 'ask a map' }));
      }
      return Promise.resolve(`rain in ${city} ${day}`);
    },
  });
  const lookups = { weather: { load: () => Promise.resolve(weather) } };

  async function ask(text: string, inside = true): Promise<string> {
    const answers: Answers = new Map();
    const { outside: _, ...elsewhere } = inVariables;
    const context = inside ? { ...inVariables, outside: { environment: () => undefined, answers } } : elsewhere;
    const functions = templateFunctions({ ...context, lookups });
    return renderWithLookups(() => render(text, { functions }), answers, { lookups, signal: undefined });
  }

  it('is a function of the values of variables, and asked once', async () => {
    asked.length = 0;
    expect(await ask('{{ weather `Rome` }}, {{ weather `Rome` `on Monday` | upper }}, {{ weather `Rome` }}')).toBe(
      'rain in Rome today, RAIN IN ROME ON MONDAY, rain in Rome today',
    );
    expect(asked).toEqual(['Rome', 'Rome']);
  });

  it.each([
    ['outside of variables', '{{ weather `Rome` }}', false, /"variables" only/],
    ['without an argument', '{{ weather }}', true, /"weather": wants 1 to 2 arguments and gets 0/],
    ['with one too many', '{{ weather `a` `b` `c` }}', true, /wants 1 to 2 arguments and gets 3/],
    ['with a number', '{{ weather 5 }}', true, /wants a text/],
    ['when it knows no answer', '{{ weather `Atlantis` }}', true, /there is no such city/],
  ])('%s is an error at its place', async (_, text, inside, message) => {
    const asking = ask(`x ${text}`, inside);
    await expect(asking).rejects.toThrow(message);
    await expect(asking).rejects.toMatchObject({ name: 'InterpolationError' });
  });

  it('is not there for others', async () => {
    await expect(ask('{{ vault `a` `b` }}')).rejects.toThrow(/vault/);
  });
});
