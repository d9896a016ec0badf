import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { JsonObject } from '../../../../core/contract/json.ts';
import { root } from '../../../../core/dev/components.ts';
import { mixinSource, mixinTypePath } from '../../../../core/dev/config-type.ts';
import { composeSchema, type SchemaParts } from '../../../../core/schema/compose.ts';

function parts(name: string, properties: JsonObject, mixins: readonly SchemaParts[] = []): SchemaParts {
  const path = join(root, 'builders/_cloud/mixins', `${name}.schema.json`);
  return { schema: { title: name, type: 'object', properties }, path, mixins };
}

async function lines(of: SchemaParts): Promise<readonly string[]> {
  const text = await mixinSource(of, mixinTypePath(of.path));
  return text.split('\n').filter((line) => line.trim() !== '' && !/^\s*(\/?\*|\/\/)/.test(line));
}

const size = { type: 'integer', description: 'GiB.' };

test('an option is optional unless it is required or has a default, a duration is a number, and nothing can be changed', async () => {
  const pause = { type: 'string', 'x-format': 'duration', default: '5s', description: 'How long.' };
  const tags = { type: 'object', additionalProperties: { type: 'string' }, description: 'Tags.' };
  const names = { type: 'array', items: { type: 'array', items: { type: 'string' } }, description: 'Names.' };
  const { schema, ...rest } = parts('spot-price', { size, zone: size, pause, tags, names });
  expect(await lines({ ...rest, schema: { ...schema, required: ['zone'] } })).toEqual([
    'export interface SpotPriceOptions {',
    '    readonly size?: number;',
    '    readonly zone: number;',
    '    readonly pause: number;',
    '    readonly tags?: {',
    '        readonly [k: string]: string;',
    '    };',
    '    readonly names?: readonly (readonly string[])[];',
    '}',
  ]);
});

test('the options of a mixin are in its own interface, which others extend', async () => {
  const zone = parts('zone', { zone: size });
  const path = join(root, 'core/communicators/options.schema.json');
  const communicator = { ...parts('communicator', { port: size }), path };
  expect(await lines(parts('run', { size }, [zone, communicator]))).toEqual([
    "import type { ZoneOptions } from './zone.gen.ts';",
    "import type { CommunicatorOptions } from '../../../plugins/sdk/guest.ts';",
    'export interface RunOptions extends ZoneOptions, CommunicatorOptions {',
    '    readonly size?: number;',
    '}',
  ]);
});

test("a mixin's option that is required only together with others is declared again, and is no option twice", async () => {
  const { schema, ...rest } = parts('run', {}, [parts('zone', { zone: size, area: size })]);
  const run = { ...rest, schema: { ...schema, required: ['zone'] } };
  expect(await lines(run)).toContain('    readonly zone: number;');
  expect(await lines(run)).not.toContain('    readonly area?: number;');
  expect(composeSchema(run)).toMatchObject({ required: ['zone'], properties: { zone: size, area: size } });
});
