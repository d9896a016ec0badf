import { setTimeout as delay } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import type { ComponentRegistry } from '../../../../core/contract/component-registry.ts';
import type { JsonObject } from '../../../../core/contract/json.ts';
import { builtin } from '../../../../plugins/builtin.ts';
import { defineDataSource, StepError, type FetchRun } from '../../../../plugins/sdk/index.ts';
import { codesAndPlaces, planTemplate } from '../../../support/kiln/plan-template.ts';

interface StoreConfig {
  readonly key: string;
}

type FetchOne = (config: StoreConfig, run: FetchRun) => Promise<JsonObject>;

const schema = {
  type: 'object',
  additionalProperties: false,
  required: ['key'],
  properties: { key: { type: 'string' }, password: { type: 'string', 'x-secret': true } },
  'x-outputs': {
    value: { type: 'string' },
    tags: { type: 'object' },
    hosts: { type: 'array' },
    size: { type: 'integer' },
    token: { type: 'string', 'x-secret': true },
  },
};

function withStore(fetch: FetchOne): ComponentRegistry {
  const store = defineDataSource({ fetch });
  return {
    ...builtin,
    dataSources: { store: { schema: () => Promise.resolve(schema), load: () => Promise.resolve(store) } },
  };
}

const echo: FetchOne = ({ key }) => Promise.resolve({ value: `<${key}>` });

const file = (content: string, target = '/tmp/kiln-no-such/t'): object => ({ type: 'file', target, content });

async function contentOf(template: object, fetch: FetchOne = echo): Promise<unknown> {
  const { plan, diagnostics } = await planTemplate(template, { options: { components: withStore(fetch) } });
  expect(diagnostics).toEqual([]);
  return plan?.builds.map(({ config }) => config['content']);
}

it('a value is used in builders, in variables and in other data sources, each asked once and after what it needs', async () => {
  const fetch = vi.fn(echo);
  const template = {
    variables: { a: 'key of {{ data `one.value` }}', start: 'S' },
    data: {
      two: { type: 'store', key: '{{ user `a` }} {{ data `one.value` }}' },
      one: { type: 'store', key: '{{ user `start` }}' },
    },
    builders: [
      { ...file('{{ data `two.value` }}'), name: 'x' },
      { ...file('{{ data `two.value` | upper }}'), name: 'y' },
    ],
  };
  expect(await contentOf(template, fetch)).toEqual(['<key of <S> <S>>', '<KEY OF <S> <S>>']);
  expect(fetch.mock.calls.map(([{ key }]) => key)).toEqual(['S', 'key of <S> <S>']);
});

it('maps, lists and numbers are told by key and place, and as JSON', async () => {
  const outputs = { tags: { Name: 'base', 'a.b/c': 'dotted' }, hosts: ['h0', 'h1'], size: 8 };
  const content =
    '{{ data `d.tags` `Name` }} {{ data `d.tags` `a.b/c` }} {{ data `d.hosts` 1 }} {{ data `d.size` }} {{ data `d.hosts` }}';
  const template = { data: { d: { type: 'store', key: 'k' } }, builders: [file(content)] };
  expect(await contentOf(template, () => Promise.resolve(outputs))).toEqual(['base dotted h1 8 ["h0","h1"]']);
});

it('nothing in a value is a template, wherever it goes', async () => {
  const value = '{{ user `a` }} and {';
  const template = {
    variables: { a: 'x', b: '{{ data `d.value` }}' },
    data: { d: { type: 'store', key: 'k' } },
    builders: [file('{{ data `d.value` }}{ user `a` }}|{{ user `b` }}')],
    provisioners: [{ type: 'shell-local', inline: ['{{ data `d.value` }}'] }],
  };
  const components = withStore(() => Promise.resolve({ value }));
  const { plan } = await planTemplate(template, { options: { components } });
  expect(plan?.builds[0]?.config['content']).toBe(`${value}{ user \`a\` }}|${value}`);
  expect(plan?.variables).toMatchObject({ b: value });
  const configured = await plan?.builds[0]?.provisioners[0]?.configure({}, { warn: () => 0, addSecret: () => 0 });
  expect(configured?.config).toMatchObject({ inline: [value] });
});

it('data sources that do not wait for each other are asked at the same time', async () => {
  let [running, most] = [0, 0];
  const template = {
    data: Object.fromEntries(['a', 'b', 'c'].map((name) => [name, { type: 'store', key: name }])),
    builders: [file('{{ data `a.value` }}{{ data `b.value` }}{{ data `c.value` }}')],
  };
  await contentOf(template, async ({ key }) => {
    most = Math.max(most, ++running);
    await delay(20);
    running--;
    return { value: key };
  });
  expect(most).toBe(3);
});

it('secret outputs and options are hidden by the run', async () => {
  const template = {
    data: { d: { type: 'store', key: 'k', password: 'swordfish' } },
    builders: [file('{{ data `d.token` }}')],
  };
  const components = withStore(() => Promise.resolve({ token: 'hush-hush', value: 'plain' }));
  const { plan } = await planTemplate(template, { options: { components } });
  expect([...(plan?.secrets ?? [])].sort()).toEqual(['hush-hush', 'swordfish']);
});

it.each([
  ['an unknown type', { d: { type: 'stor', key: 'k' } }, 'x', ['COMPONENT_UNKNOWN 4:15']],
  ['an unknown option', { d: { type: 'store', key: 'k', kye: 'k' } }, 'x', ['OPTION_UNKNOWN 6:7']],
  ['no type', { d: { key: 'k' } }, 'x', ['TEMPLATE_TYPE_MISSING 3:5']],
  ['a name with a dot', { 'd.e': { type: 'store', key: 'k' } }, 'x', ['TEMPLATE_DATA_NAME 3:5']],
  [
    'no such data source',
    { d: { type: 'store', key: 'k' } },
    '{{ data `e.value` }}',
    ['INTERPOLATION_UNKNOWN_NAME 12:22'],
  ],
  ['no such output', { d: { type: 'store', key: 'k' } }, '{{ data `d.valeu` }}', ['INTERPOLATION_UNKNOWN_NAME 12:22']],
  ['no output said', { d: { type: 'store', key: 'k' } }, '{{ data `d` }}', ['INTERPOLATION_FAILED 12:22']],
  [
    'an output that was not given',
    { d: { type: 'store', key: 'k' } },
    '{{ data `d.size` }}',
    ['INTERPOLATION_FAILED 12:22'],
  ],
  [
    'its own value',
    { d: { type: 'store', key: '{{ data `d.value` }}' } },
    '{{ data `d.value` }}',
    ['VARIABLE_CYCLE 3:5'],
  ],
])('%s is an error at its place', async (_, data, content, expected) => {
  const { plan, diagnostics } = await planTemplate(
    { data, builders: [file(content)] },
    { options: { components: withStore(echo) } },
  );
  expect(codesAndPlaces(diagnostics)).toEqual(expected);
  expect(plan).toBeUndefined();
});

it('a circle through a variable is named', async () => {
  const template = {
    variables: { a: '{{ data `d.value` }}' },
    data: { d: { type: 'store', key: '{{ user `a` }}' } },
    builders: [file('x')],
  };
  const { diagnostics } = await planTemplate(template, { options: { components: withStore(echo) } });
  expect(diagnostics.map(({ message }) => message)).toEqual([
    'the variables and data sources need each other\'s values in a circle: "a" → data source "d" → "a"',
  ]);
});

it('what a data source refuses is said at its option, with everything else that is wrong, and once', async () => {
  const template = {
    data: { d: { type: 'store', key: 'k' } },
    builders: [file('{{ data `d.value` }}'), { ...file('{{ data `d.value` }}'), name: 'b', taget: 'x' }],
  };
  const refuse: FetchOne = () =>
    Promise.reject(new StepError('no such key', { code: 'STORE_KEY', pointer: '/key', hint: 'make it' }));
  const { diagnostics } = await planTemplate(template, { options: { components: withStore(refuse) } });
  expect(codesAndPlaces(diagnostics)).toEqual(['DATA_FETCH_FAILED 5:14', 'OPTION_UNKNOWN 19:7']);
  expect(diagnostics[0]).toMatchObject({ message: 'the data source "d": no such key', hint: 'make it' });
});

it('one that answers too late is given up, whether it listens or not', async () => {
  const template = { data: { d: { type: 'store', key: 'k', timeout: '50ms' } }, builders: [file('x')] };
  for (const fetch of [
    (_: StoreConfig, { signal }: FetchRun) => delay(60_000, {}, { signal }),
    () => new Promise<JsonObject>(() => undefined),
  ]) {
    const { diagnostics } = await planTemplate(template, { options: { components: withStore(fetch) } });
    expect(codesAndPlaces(diagnostics)).toEqual(['DATA_FETCH_TIMEOUT 3:5']);
  }
});

it('a cancelled run ends the fetching', async () => {
  const cancelling = new AbortController();
  const template = { data: { d: { type: 'store', key: 'k' } }, builders: [file('x')] };
  const components = withStore((_, { signal }) => {
    setTimeout(() => cancelling.abort(), 10);
    return delay(60_000, {}, { signal });
  });
  const planning = planTemplate(template, { options: { components, signal: cancelling.signal } });
  await expect(planning).rejects.toMatchObject({ code: 'CANCELLED' });
});

it('without fetching nothing is asked, and what depends on it is not judged; all else is', async () => {
  const fetch = vi.fn(echo);
  const template = {
    variables: { from_data: '{{ data `d.value` }}' },
    data: { d: { type: 'store', key: 'k' }, bad: { type: 'store' } },
    builders: [
      { ...file('{{ user `from_data` }}', '{{ data `d.value` }}'), name: 'one-{{ data `d.value` }}' },
      { ...file('{{ data `d.valu` }}'), name: 'two' },
      {
        type: 'qemu',
        name: 'three',
        disk_size: '{{ data `d.value` }}',
        iso_url: 'x',
        ssh_username: 'u',
        iso_checksum: 'none',
        headles: true,
      },
    ],
    provisioners: [{ type: 'sleep', duration: '{{ data `d.value` }}', max_retries: '{{ data `d.value` }}' }],
  };
  const options = { components: withStore(fetch), fetchData: false };
  const { diagnostics } = await planTemplate(template, { options });
  expect(diagnostics.map(({ code, pointer }) => `${code} ${pointer}`).sort()).toEqual([
    'INTERPOLATION_UNKNOWN_NAME /builders/1/content',
    'OPTION_MISSING /data/bad',
    'OPTION_UNKNOWN /builders/2/headles',
  ]);
  expect(fetch).not.toHaveBeenCalled();
});

it('a warning of a data source stands at its place', async () => {
  const template = { data: { d: { type: 'store', key: 'k' } }, builders: [file('{{ data `d.value` }}')] };
  const components = withStore((config, run) => {
    run.warn('this key is old');
    return echo(config, run);
  });
  const { plan, diagnostics } = await planTemplate(template, { options: { components } });
  expect(codesAndPlaces(diagnostics)).toEqual(['DATA_FETCH_WARNING 3:5']);
  expect(plan?.builds).toHaveLength(1);
});

it('a variable cannot work out the name of a data source', async () => {
  const template = {
    variables: { a: '{{ data (printf "%s.value" "d") }}' },
    data: { d: { type: 'store', key: '{{ user `a` }}' } },
    builders: [file('x')],
  };
  const { diagnostics } = await planTemplate(template, { options: { components: withStore(echo) } });
  expect(diagnostics.map(({ message }) => message).join()).toMatch(/has to be written out/);
});
