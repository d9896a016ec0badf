import { expect, test } from 'vitest';
import { lazyCommonJs } from '../../../../core/dev/bundle/lazy-imports.ts';

/** What the file does when it is run with modules that note when they are loaded. */
async function run(source: string): Promise<{ readonly exports: Record<string, unknown>; readonly loaded: string[] }> {
  const loaded: string[] = [];
  const modules: Record<string, object> = {
    './one.ts': { one: (): number => 1, Thing: Date, extra: { a: 1 } },
    './two.ts': { two: 2 },
    './data.json': { version: '5' },
    'node:path': { join: (...parts: string[]): string => parts.join('/') },
  };
  const load = (name: string): object => {
    loaded.push(name);
    return modules[name] ?? {};
  };
  const give = (to: object, all: Record<string, () => unknown>): void => {
    for (const [name, get] of Object.entries(all)) Object.defineProperty(to, name, { get, enumerable: true });
  };
  const exports: Record<string, unknown> = {};
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- it is what the bundle does with it
  const code = new Function('require', 'exports', '__give', await lazyCommonJs(source, 'source.ts')) as (
    ...names: readonly unknown[]
  ) => void;
  code(load, exports, give);
  return { exports, loaded };
}

test.each([
  ['one line', `import { one } from './one.ts';`],
  ['several lines', `import {\n  one,\n  type Other,\n} from "./one.ts"`],
  ['blanks', `import  {one}  from  './one.ts' ;`],
  ['another name', `import { one as first } from './one.ts'; const one = () => first();`],
])('however an import is written, it loads when it is used: %s', async (_form, line) => {
  const { exports, loaded } = await run(`${line}\nexport const use = () => one();`);
  expect(loaded).toEqual([]);
  expect((exports['use'] as () => number)()).toBe(1);
  expect(loaded).toEqual(['./one.ts']);
});

test('what is handed on loads when it is asked for, and nothing beside it', async () => {
  const { exports, loaded } = await run(`export { one } from './one.ts'; export { two } from './two.ts';`);
  expect(loaded).toEqual([]);
  expect(exports['two']).toBe(2);
  expect(loaded).toEqual(['./two.ts']);
});

test('new, spread, extends, defaults and modules of Node', async () => {
  const { exports, loaded } = await run(`import { Thing, extra } from './one.ts'; import data from './data.json';
    import { join } from 'node:path';
    export const all = () => [new Thing(), { ...extra }, class extends Thing {}, data.version, join('a', join('b', 'c'))];`);
  expect(loaded).toEqual([]);
  expect((exports['all'] as () => unknown[])().slice(1)).toEqual([{ a: 1 }, expect.any(Function), '5', 'a/b/c']);
  expect(loaded.filter((name) => name === 'node:path')).toHaveLength(1);
});

test.each([
  ['all of a package', `import * as path from 'node:path'; export const all = path;`],
  ['handed on whole', `export * from './one.ts';`],
])('what it cannot make lazy is refused: %s', async (_form, source) => {
  await expect(lazyCommonJs(source, 'source.ts')).rejects.toThrow(/^source\.ts: /);
});
