import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { circles, files, importsOf, neighbours, readImports } from '../../../support/kiln/import-graph.ts';

const root = join(import.meta.dirname, '../../../..');

function graph(texts: Readonly<Record<string, string>>): readonly string[] {
  const imports = Object.entries(texts).flatMap(([path, text]) => importsOf(path, text));
  return circles(imports, neighbours);
}

describe('imports, those of types too', () => {
  const imports = readImports(root, [
    'core',
    'plugins',
    'builders',
    'provisioners',
    'post-processors',
    'lookups',
    'clients',
  ]);

  test('never lead from a file back to itself', () => {
    expect(imports.length).toBeGreaterThan(1_000);
    expect(circles(imports, files)).toEqual([]);
  });

  test('never lead from a room of the engine back to itself: neither files nor folders that stand beside each other', () => {
    const engine = imports.filter(({ from }) => /^(core|plugins)\//.test(from));
    expect(circles(engine, neighbours)).toEqual([]);
  });

  test('are told with the way around, the weakest arrow and the file to move', () => {
    const found = graph({
      'core/plan/a.ts': "import type { B } from '../run/b.ts';\nimport { c } from '../run/c.ts';",
      'core/run/c.ts': "import type {\n  Json,\n} from '../plan/json.ts';",
    });
    expect(found).toEqual([
      'core/plan → core/run → core/plan is a circle. Its weakest arrow: core/run/c.ts imports core/plan/json.ts. ' +
        'Move what is asked for there (core/plan/json.ts) to core/run, or below both.',
    ]);
  });

  test.each([
    ['two files', { 'core/a/x.ts': "import type { Y } from './y.ts';", 'core/a/y.ts': "export * from './x.ts';" }],
    ['a file that loads', { 'core/a/x.ts': "await import('./y.ts');", 'core/a/y.ts': "import { x } from './x.ts';" }],
    [
      'rooms of rooms',
      { 'core/run/scope/a.ts': "import '../build/b.ts';", 'core/run/build/c.ts': "import { d } from '../scope/d.ts';" },
    ],
    [
      'three folders',
      {
        'core/a/x.ts': "import '../b/x.ts';",
        'core/b/x.ts': "import '../c/x.ts';",
        'core/c/y.ts': "import '../a/z.ts';",
      },
    ],
  ])('are found in %s', (_what, texts) => {
    expect(graph(texts)).toHaveLength(1);
  });

  test('from a folder to the file beside it and from another file into the folder are no circle', () => {
    const texts = {
      'core/run/run-plan.ts': "import './build/run.ts';",
      'core/run/build/run.ts': "import type { Report } from '../report.ts';",
    };
    expect(graph(texts)).toEqual([]);
  });
});
