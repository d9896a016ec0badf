import { basename } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../core/contract/json.ts';
import { askKiln } from './ask-kiln.ts';
import { directory } from './run-kiln.ts';
import { meant } from './packer-tables/meant.ts';
import { makeFiles, readTables, tableFiles } from './packer-tables/tables.ts';

interface Answered {
  readonly of: string;
  readonly options: JsonObject;
  readonly accepted: boolean;
  /** The code of Kiln's error, if it has one. */
  readonly said: string | undefined;
}

function answered(path: string): readonly Answered[] {
  const all = readTables(path).flatMap(({ of, least, rows }) => rows.map((row) => ({ of, least, ...row })));
  const said = askKiln(all.map(({ of, least, options }) => ({ component: of, options: { ...least, ...options } })));
  return all.map(({ of, options, accepted }, index) => ({ of, options, accepted, said: said[index] }));
}

const differs = ({ accepted, said }: Answered): boolean => accepted !== (said === undefined);

const excusing = ({ of, options, said }: Answered): readonly number[] =>
  meant.flatMap((one, index) =>
    one.refuses === (said !== undefined) && one.of.test(of) && one.options.test(JSON.stringify(options)) ? [index] : [],
  );

const shown = ({ of, options, said }: Answered): string => `${of} ${JSON.stringify(options)}: ${said ?? 'accepted'}`;

describe("the cases of Packer's own unit tests, and neighbours of them", () => {
  const answers = new Map<string, readonly Answered[]>();

  beforeAll(() => {
    makeFiles(directory);
    for (const path of tableFiles) answers.set(path, answered(path));
  }, 240_000);

  test.each(tableFiles.map((path) => [basename(path, '.json'), path]))(
    '%s: taken and refused as by Packer 1.6.6, but for what is meant',
    (_name, path) => {
      const rows = answers.get(path) ?? [];
      const differing = rows.filter(differs);
      console.log(`${String(rows.length - differing.length)} of ${String(rows.length)} as Packer`);
      expect(differing.filter((one) => excusing(one).length === 0).map(shown)).toEqual([]);
    },
  );

  test('what is meant excuses only what differs', () => {
    const used = new Set([...answers.values()].flat().filter(differs).flatMap(excusing));
    expect(meant.filter((_, index) => !used.has(index)).map(({ why }) => why)).toEqual([]);
  });
});
