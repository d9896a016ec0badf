import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { samples } from '../differential/templates.ts';

const root = join(import.meta.dirname, '../../..');

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** Texts with `{{ }}` whose meaning is known, from the table of interpolations. */
export const expressions: readonly string[] = (
  JSON.parse(read('test/template/interpolation.json')) as readonly { readonly text: string }[]
).map(({ text }) => text);

/** Templates of the tests and the examples, right and wrong. */
export const templates: readonly string[] = [
  ...new Set([
    ...readdirSync(join(root, 'examples'))
      .filter((name) => name.endsWith('.json'))
      .map((name) => read(`examples/${name}`)),
    read('test/bench/command-line/small.json'),
    read('core/dev/sample.json'),
    ...samples.map(({ text }) => text),
  ]),
];
