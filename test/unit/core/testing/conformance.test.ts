import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../core/contract/json.ts';
import {
  defineDataSource,
  defineProvisioner,
  errorAt,
  StepError,
  type ProvisionRun,
} from '../../../../plugins/sdk/index.ts';
import { pathKind } from '../../../../plugins/sdk/host.ts';
import { conformance, type Conformance, type TestedComponent } from '../../../../plugins/sdk/testing.ts';

const schema: JsonObject = {
  type: 'object',
  additionalProperties: false,
  properties: {
    text: { type: 'string', description: 'A text.' },
    count: { type: 'integer', default: 1, description: 'A number.' },
  },
};

interface Config {
  readonly text?: string;
  readonly count: number;
}

type Parts = Partial<Parameters<typeof defineProvisioner<Config>>[0]>;

function provisioner(parts: Parts = {}, of: JsonObject = schema): TestedComponent {
  const component = defineProvisioner<Config>({
    provision: async (_, { communicator, signal }: ProvisionRun) => {
      await communicator.exec('true', { signal });
    },
    ...parts,
  });
  return { type: 'tried', schema: of, component };
}

async function broken(tested: TestedComponent, given: Conformance = {}): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { rule, check } of conformance(tested, given)) {
    await check().catch((error: unknown) => found.push(`${rule}: ${String(error)}`));
  }
  return found;
}

function withOption(option: JsonObject, more: JsonObject = {}): JsonObject {
  return { ...schema, properties: { text: option }, ...more };
}

it('a component that keeps the rules breaks none', async () => {
  expect(await broken(provisioner(), { options: { text: 'x' } })).toEqual([]);
});

describe('a component breaks a rule', () => {
  const oddly = (parts: Parts): [TestedComponent] => [provisioner(parts)];
  let calls = 0;

  it.each<[string, readonly [TestedComponent, Conformance?], RegExp]>([
    ['an open schema', [provisioner({}, { ...schema, additionalProperties: true })], /additionalProperties/],
    [
      'an option without description',
      [provisioner({}, withOption({ type: 'string' }))],
      /without a description: \/text/,
    ],
    [
      'a default of another type',
      [provisioner({}, withOption({ type: 'string', description: 'x', default: 5 }))],
      /another type: \/text/,
    ],
    [
      'a required option that is not there',
      [provisioner({}, withOption({ type: 'string', description: 'x' }, { required: ['txet'] }))],
      /not there: txet/,
    ],
    [
      'a password in plain sight',
      [provisioner({}, { ...schema, properties: { db_password: { type: 'string', description: 'x' } } })],
      /without x-secret: \/db_password/,
    ],
    ['outputs of what is no data source', [provisioner({}, { ...schema, 'x-outputs': {} })], /of no use here/],
    [
      'prepare that throws',
      oddly({ prepare: ({ text }) => (new URL(text ?? 'http://x').href === '' ? [] : []) }),
      /makes it throw TypeError/,
    ],
    [
      'prepare that changes the configuration',
      oddly({ prepare: (config) => [Object.assign(config, { count: 2 })].slice(1) as never[] }),
      /makes it throw TypeError: Cannot assign to read only/,
    ],
    [
      'prepare that changes its mind',
      oddly({ prepare: () => (calls++ % 2 === 0 ? [] : [errorAt('ODD', '/text', 'odd')]) }),
      /something else the second time/,
    ],
    ['a code in small letters', oddly({ prepare: () => [errorAt('odd', '/text', 'odd')] }), /not in capitals/],
    ['a pointer without a slash', oddly({ prepare: () => [errorAt('ODD', 'text', 'odd')] }), /does not begin with \//],
    [
      'programs that it needs and does not name',
      oddly({ needs: () => [{ program: 'sed', package: 'sed', purpose: 'edit' }] }),
      /"programs" has none/,
    ],
    ['inputFiles that throws', oddly({ inputFiles: ({ text = '' }) => [new URL(text).href] }), /makes it throw/],
    [
      'types out of step',
      [provisioner(), { types: new URL(import.meta.url) }],
      /out of step: run "kiln plugins types"/,
    ],
    [
      'words on standard output',
      [
        provisioner({
          provision: (_, run) => {
            process.stdout.write('hello\n');
            run.say('x');
            return Promise.resolve();
          },
        }),
        { options: {} },
      ],
      /written to standard output: "hello/,
    ],
    [
      'options that do not work',
      [provisioner({ provision: () => Promise.reject(new StepError('no', { code: 'NO' })) }), { options: {} }],
      /the run with the options that were given: no/,
    ],
    [
      'deafness to cancellation',
      [
        provisioner({
          provision: async (_, run) => {
            run.say('sleeping');
            await delay(run.signal.aborted ? 2000 : 10);
          },
        }),
        { options: {}, patience: 500 },
      ],
      /the run is not over after 0.5 s/,
    ],
    [
      'a thing that a failure leaves',
      [
        provisioner({
          provision: async (_, { acquire, communicator, signal }) => {
            const release = (): Promise<void> => Promise.reject(new StepError('stuck', { code: 'STUCK' }));
            const kind = { ...pathKind, release };
            await acquire(kind, {
              describe: 'a thing',
              locator: {},
              create: () => Promise.resolve({ id: '/nonexistent', handle: undefined }),
            });
            await communicator.exec('true', { signal });
          },
        }),
        { options: {} },
      ],
      /left behind/,
    ],
  ])(
    'with %s',
    async (_, [tested, given], fault) => {
      expect((await broken(tested, given)).join('\n')).toMatch(fault);
    },
    60_000,
  );

  it('with outputs that are not those of the schema', async () => {
    const outputs = { name: { type: 'string', description: 'Its name.' } };
    const source = (values: JsonObject): TestedComponent => ({
      type: 'tried',
      schema: { ...schema, 'x-outputs': outputs },
      component: defineDataSource({ fetch: (_: Config) => Promise.resolve(values) }),
    });
    expect(await broken(source({ name: 'x' }), { options: {} })).toEqual([]);
    expect((await broken(source({ name: 5 }), { options: {} })).join()).toMatch(/of another type: name/);
    expect((await broken(source({ nmae: 'x' }), { options: {} })).join()).toMatch(/not declared.*nmae/);
  });
});
