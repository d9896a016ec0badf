import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ComponentRegistry } from '../../../../core/contract/component-registry.ts';
import { editorSchema } from '../../../../core/template/editor-schema/editor-schema.ts';
import { builtin } from '../../../../plugins/builtin.ts';
import { withPlugins } from '../../../../plugins/installed/with-plugins.ts';
import { connectGuest } from '../../../../plugins/sdk/guest.ts';
import { defineBuilder, sdkVersion, type BuildRun } from '../../../../plugins/sdk/index.ts';
import type { CommunicatorOptions } from '../../../../plugins/sdk/guest.ts';
import { codesAndPlaces, planTemplate, type Given } from '../../../support/kiln/plan-template.ts';

let folder: string;
let components: ComponentRegistry;

const files: Readonly<Record<string, string>> = {
  'package.json': JSON.stringify({
    ...{ name: 'kiln-plugin-all', version: '1.0.0', type: 'module' },
    kiln: {
      sdkVersion,
      components: {
        data: { colours: { schema: './data.json', module: './data.js' } },
        communicators: { telnet: { schema: './telnet.json', module: './telnet.js' } },
        lookups: { weather: { module: './lookup.js' }, broken: { module: './broken.js' } },
      },
    },
  }),
  'data.json': JSON.stringify({
    type: 'object',
    properties: { hue: { type: 'string', default: 'red' } },
    'x-outputs': { name: { type: 'string', description: 'Its name.' } },
  }),
  'data.js': `import { defineDataSource } from 'kiln-sdk';
export const dataSource = defineDataSource({ fetch: async ({ hue }) => ({ name: 'dark ' + hue }) });`,
  'telnet.json': JSON.stringify({
    type: 'object',
    required: ['telnet_host'],
    properties: { telnet_host: { type: 'string' }, telnet_port: { type: 'integer', default: 23 } },
  }),
  'telnet.js': `import { errorAt } from 'kiln-sdk';
import { defineCommunicator, noneCommunicator } from 'kiln-sdk/guest';
export const communicator = defineCommunicator({
  name: 'telnet',
  check: ({ telnet_port: port }) => (port === 7 ? [errorAt('TELNET_ECHO', '/telnet_port', 'that one echoes')] : []),
  endpoint: ({ telnet_host: host, telnet_port: port }) => ({ host, port, timeout: 1000 }),
  connect: async ({ telnet_host: host }) => ({ ...noneCommunicator, kind: 'telnet', address: { host, port: 23, user: 'me' } }),
});`,
  'lookup.js': `import { defineLookup } from 'kiln-sdk';
export const lookup = defineLookup({
  name: 'weather', takes: { least: 1, most: 1 }, fetch: async ([city]) => 'rain in ' + city,
});`,
  'broken.js': 'throw new Error("it was the cat");',
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kiln-kinds-'));
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  components = withPlugins(
    builtin,
    [
      {
        ...{ name: 'kiln-plugin-all', version: '1.0.0', folder, integrity: undefined, environment: [] },
        remedy: 'mend it',
        components: { data: ['colours'], communicators: ['telnet'], lookups: ['weather', 'broken'] },
      },
    ],
    '0.1.0',
  );
});

afterAll(() => rmSync(folder, { recursive: true }));

const given = (): Given => ({ options: { components } });

it('a plugin brings a data source and a lookup', async () => {
  const template = {
    variables: { a: '{{ weather `Rome` }}' },
    data: { d: { type: 'colours', hue: '{{ user `a` }}' } },
    builders: [{ type: 'file', target: '/tmp/kiln-no-such/t', content: '{{ data `d.name` }}' }],
  };
  const { plan, diagnostics } = await planTemplate(template, given());
  expect(diagnostics).toEqual([]);
  expect(plan?.builds[0]?.config['content']).toBe('dark rain in Rome');
});

it('a lookup that cannot be loaded is said at its place', async () => {
  const template = { variables: { a: '{{ broken `x` }}' }, builders: [{ type: 'null', communicator: 'none' }] };
  const { diagnostics } = await planTemplate(template, given());
  expect(codesAndPlaces(diagnostics)).toEqual(['INTERPOLATION_FAILED 3:14']);
  expect(diagnostics[0]?.message).toMatch(/kiln-plugin-all 1\.0\.0 cannot be used.*it was the cat/);
});

it('a plugin brings a communicator: its options, checks and endpoint are there for every builder that has a guest', async () => {
  const builders = (options: object): object => ({ builders: [{ type: 'null', communicator: 'telnet', ...options }] });
  const wrong = await planTemplate(builders({ telnet_port: 7, telnet_hots: 'h' }), given());
  expect(codesAndPlaces(wrong.diagnostics)).toEqual(['OPTION_MISSING 3:5', 'TELNET_ECHO 6:22', 'OPTION_UNKNOWN 7:7']);
  const echoing = await planTemplate(builders({ telnet_host: 'h', telnet_port: 7 }), given());
  expect(codesAndPlaces(echoing.diagnostics)).toEqual(['TELNET_ECHO 7:22']);
  const { plan, diagnostics } = await planTemplate(builders({ telnet_host: 'h' }), given());
  expect(diagnostics).toEqual([]);
  expect(plan?.builds[0]?.config).toMatchObject({ communicator: 'telnet', telnet_port: 23 });
  const other = await planTemplate(builders({ communicator: 'telnte' }), given());
  expect(codesAndPlaces(other.diagnostics)).toContain('OPTION_NOT_ALLOWED 5:23');
  const without = await planTemplate(builders({ telnet_host: 'h' }));
  expect(codesAndPlaces(without.diagnostics)).toContain('OPTION_NOT_ALLOWED 5:23');
});

it('connects by it, also where a builder passes a copy of its options', async () => {
  const connected: (string | undefined)[] = [];
  const builder = defineBuilder({
    run: async (config: CommunicatorOptions, build: BuildRun) => {
      for (const options of [config, { ...config, ssh_port: 1 }]) {
        connected.push((await connectGuest(options, {}, build)).address?.host);
      }
      return { builderId: 'x', id: 'x', description: '', files: [], properties: {} };
    },
  });
  const schema = async (): Promise<object> => await builtin.builders['null']!.schema();
  const tested = { ...builtin.builders['null']!, load: () => Promise.resolve(builder), schema };
  const registry = { ...components, builders: { tested } } as unknown as ComponentRegistry;
  const template = { builders: [{ type: 'tested', communicator: 'telnet', telnet_host: 'there' }] };
  const { plan } = await planTemplate(template, { options: { components: registry } });
  await plan?.builds[0]?.builder.run({ signal: AbortSignal.timeout(1000) } as unknown as BuildRun);
  expect(connected).toEqual(['there', 'there']);
});

it('all of it is in the schema for editors', async () => {
  const text = JSON.stringify(await editorSchema(components));
  for (const word of ['"colours"', '"telnet"', '"telnet_port"']) expect(text).toContain(word);
});
