import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Provisioner } from '../../../../core/contract/component.ts';
import type { JsonObject } from '../../../../core/contract/json.ts';
import { readSchema } from '../../../../core/schema/read-schema.ts';
import { builtin } from '../../../../plugins/builtin.ts';
import { codes, planTemplate } from '../../../support/kiln/plan-template.ts';

/** Another package's folder: outside Kiln's, and without a node_modules in which Kiln could be found. */
let outside: string;
let place: string;

beforeAll(() => void (outside = mkdtempSync(join(tmpdir(), 'kiln-plugin-'))));
afterAll(() => rmSync(outside, { recursive: true }));

let count = 0;
beforeEach(() => void (place = join(outside, String(count++))));

function write(name: string, content: object): string {
  const path = join(place, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify(content));
  return path;
}

function schema(title: string, properties: JsonObject, rest: object = {}): object {
  return { title, type: 'object', additionalProperties: false, required: [], properties, ...rest };
}

const text = { type: 'string', description: 'A text.' };

it('merges the groups that a component outside of Kiln names by relative paths, and those that they name', async () => {
  write('shared/zone.schema.json', schema('zone', { zone: text }, { required: ['zone'] }));
  write('shared/run.schema.json', schema('run', { size: text }, { 'x-mixin': ['./zone.schema.json'] }));
  const own = schema('cloud', { name: text }, { required: ['name'], 'x-mixin': ['../shared/run.schema.json'] });
  const composed = await readSchema(pathToFileURL(write('cloud/schema.json', own)));
  expect(Object.keys(composed['properties'] as JsonObject)).toEqual(['name', 'size', 'zone']);
  expect(composed['required']).toEqual(['name', 'zone']);
  expect(composed).not.toHaveProperty('x-mixin');
});

it("gives a component outside of Kiln the same options of a communicator as Kiln's own components", async () => {
  const composed = await readSchema(write('schema.json', schema('cloud', {}, { 'x-mixin': ['kiln/communicator'] })));
  expect(composed['properties']).toEqual((await builtin.builders['null']?.schema())?.['properties']);
});

it('checks a template against the groups of a component outside of Kiln', async () => {
  write('run.schema.json', schema('run', { size: { type: 'integer', minimum: 1, description: 'GiB.' } }));
  const mixins = ['./run.schema.json', 'kiln/shell-local'];
  const path = write('schema.json', schema('greet', {}, { 'x-mixin': mixins }));
  const greet: Provisioner<object> = {
    kind: 'provisioner',
    resources: [],
    prepare: () => [],
    programs: [],
    needs: () => [],
    inputFiles: () => [],
    provision: async () => Promise.resolve(),
  };
  const entry = { schema: async () => readSchema(path), load: async () => Promise.resolve(greet) };
  const components = { ...builtin, provisioners: { greet: entry } };
  const planned = async (config: object): Promise<readonly string[]> => {
    const builders = [{ type: 'null', ssh_host: 'guest', ssh_username: 'root', ssh_password: 'x' }];
    const { diagnostics } = await planTemplate(
      { builders, provisioners: [{ type: 'greet', ...config }] },
      { options: { components } },
    );
    return codes(diagnostics);
  };
  expect(await planned({ size: '2', inline: ['true'] })).toEqual([]);
  expect(await planned({ size: -1 })).toEqual(['OPTION_OUT_OF_RANGE']);
  expect(await planned({ sise: 1 })).toEqual(['OPTION_UNKNOWN']);
});

it.each([
  ['a group that Kiln does not have', 'kiln/amazon', /no mixin "kiln\/amazon"; Kiln has kiln\/communicator and/],
  ['a name without a path', 'run.schema.json', /another one is named by \.\/ or \.\.\//],
  ['a file that is not there', './run.schema.json', /no mixin "\.\/run\.schema\.json": there is no file/],
  ['itself', './schema.json', /the mixin "\.\/schema\.json" names itself/],
])('says so when a schema names %s', async (_what, name, message) => {
  const path = write('schema.json', schema('cloud', {}, { 'x-mixin': [name] }));
  await expect(readSchema(path)).rejects.toThrow(message);
  await expect(readSchema(path)).rejects.toThrow(path);
});

it('refuses an option that two groups declare', async () => {
  write('run.schema.json', schema('run', { ssh_port: text }));
  const mixins = ['./run.schema.json', 'kiln/communicator'];
  const path = write('schema.json', schema('cloud', {}, { 'x-mixin': mixins }));
  await expect(readSchema(path)).rejects.toThrow('schema "cloud": option ssh_port twice');
});
