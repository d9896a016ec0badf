import { mkdirSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { componentFolders } from '../../core/dev/components.ts';
import { propertiesOf } from '../../core/schema/settle.ts';
import { askKiln } from './ask-kiln.ts';
import { file, path } from './run-kiln.ts';
import { cases, files, folders, judged, type Case } from './empty-values/cases.ts';
import { meant } from './empty-values/meant.ts';
import recorded from './empty-values/packer-1.6.6.json' with { type: 'json' };

const AT_ONCE = 800;

const answers: (readonly [Case, string | undefined])[] = [];

beforeAll(() => {
  for (const name of files) file(name, 'x');
  for (const name of folders) mkdirSync(path(name));
  for (let start = 0; start < cases.length; start += AT_ONCE) {
    const some = cases.slice(start, start + AT_ONCE);
    for (const [index, said] of askKiln(some.map(judged)).entries()) answers.push([some[index] as Case, said]);
  }
}, 240_000);

function packersAnswer({ component, option, place: at }: Case): string {
  const options = (recorded as Readonly<Record<string, Readonly<Record<string, string>>>>)[component] ?? {};
  return options[option]?.[at] ?? '?';
}

function shown([{ component, option, value }, said]: readonly [Case, string | undefined]): string {
  return `${component} ${option} ${JSON.stringify(value)}: ${said ?? 'accepted'}`;
}

function isMeant({ option, value }: Case, refused: boolean): boolean {
  return meant.some(
    ({ refuses, options, values }) =>
      refuses === refused &&
      options.test(option) &&
      values.some((one) => JSON.stringify(one) === JSON.stringify(value)),
  );
}

describe('every option of every component with a value that says nothing', () => {
  test('is taken and refused as by Packer 1.6.6, but for what is meant', () => {
    const known = answers.filter(([one]) => packersAnswer(one) !== '?');
    const differing = known.filter(([one, said]) => (packersAnswer(one) === '+') !== (said === undefined));
    console.log(`${String(known.length - differing.length)} of ${String(known.length)} as Packer`);
    expect(differing.filter(([one, said]) => !isMeant(one, said !== undefined)).map(shown)).toEqual([]);
  });

  test('is taken as not given where Packer has no such option', () => {
    const required = new Map(
      componentFolders().map(({ kind, type, schema }) => [`${kind}/${type}`, schema['required'] as readonly string[]]),
    );
    const empties: Readonly<Record<string, readonly unknown[]>> = {
      string: [''],
      integer: [0, '0', ''],
      array: ['', []],
    };
    const types = new Map(
      componentFolders().flatMap(({ kind, type, schema }) =>
        Object.entries(propertiesOf(schema)).map(([option, property]): [string, readonly unknown[]] => {
          const own = property['x-format'] === 'duration' ? ['0s', 0] : empties[property['type'] as string];
          return [`${kind}/${type} ${option}`, own ?? []];
        }),
      ),
    );
    const own = answers.filter(
      ([{ component, option, value, place: at }]) =>
        packersAnswer({ component, option, value, place: at }) === '?' &&
        !(required.get(component) ?? []).includes(option) &&
        ((types.get(`${component} ${option}`) ?? []).includes(value) || value === null),
    );
    expect(own.length).toBeGreaterThan(200);
    expect(own.filter(([, said]) => said !== undefined).map(shown)).toEqual([]);
  });
});
