import { describe, expect, it, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../../../core/contract/json.ts';
import { componentValidator, decodeAndValidate, type Validated } from '../../../../core/schema/validate.ts';

const schema: JsonObject = {
  type: 'object',
  required: ['name'],
  'x-removed': { nome: 'write it as name' },
  properties: {
    name: { type: 'string', description: 'd' },
    size: { type: 'integer', minimum: 1, maximum: 10, default: 5, description: 'd' },
    ratio: { type: 'number', description: 'd' },
    on: { type: 'boolean', description: 'd' },
    list: { type: 'array', items: { type: 'string' }, minItems: 1, description: 'd' },
    numbers: { type: 'array', items: { type: 'integer' }, description: 'd' },
    pairs: { type: 'array', items: { type: 'array', items: { type: 'string' } }, description: 'd' },
    map: { type: 'object', additionalProperties: { type: 'string' }, description: 'd' },
    files: { type: 'object', additionalProperties: { type: 'string' }, 'x-from-paths': true, description: 'd' },
    wait: { type: 'string', 'x-format': 'duration', default: '5m', description: 'd' },
    kind: { type: 'string', enum: ['red', 'green'], default: 'red', description: 'd' },
    code: { type: 'string', pattern: '^[a-z]+$', examples: ['abc'], description: 'd' },
    odd: { type: 'string', 'x-not-given': ['', '0'], description: 'd' },
    zero: { type: 'integer', 'x-not-given': [], description: 'd' },
    none: { type: 'string', 'x-not-given': [], description: 'd' },
    filter: {
      type: 'object',
      description: 'd',
      properties: {
        names: { type: 'object', additionalProperties: { type: 'string' }, description: 'd' },
        kind: { type: 'string', description: 'd' },
        many: { type: 'integer', default: 1, minimum: 1, description: 'd' },
      },
    },
    each: {
      type: 'object',
      description: 'd',
      'x-map': true,
      properties: { one: { type: 'string', description: 'd' }, two: { type: 'string', description: 'd' } },
    },
    old: { type: 'string', 'x-deprecated': 'use name', description: 'd' },
    disks: {
      type: 'array',
      description: 'd',
      items: {
        type: 'object',
        required: ['size'],
        additionalProperties: false,
        properties: {
          size: { type: 'integer', description: 'd' },
          label: { type: 'string', default: 'none', description: 'd' },
        },
      },
    },
    targets: {
      type: 'array',
      description: 'd',
      items: {
        type: 'object',
        'x-from-text': 'url',
        required: ['url'],
        additionalProperties: false,
        properties: {
          url: { type: 'string', pattern: '^[a-z]+:', description: 'd' },
          keep: { type: 'integer', default: 3, description: 'd' },
        },
      },
    },
  },
};

const validator = await componentValidator('builder', 'test', schema);

function decode(config: JsonObject, ...more: readonly JsonObject[]): Validated {
  const layers = [config, ...more].map((layer, index) => ({ config: layer, pointer: index === 0 ? '/b' : '/o' }));
  return decodeAndValidate(validator, layers, '/b', new Set());
}

function decoded(config: JsonObject): JsonObject {
  const result = decode({ name: 'n', ...config });
  expect(result.findings).toEqual([]);
  return result.config;
}

describe('an object with options of its own', () => {
  it('comes of a list of objects where Packer has a map', () => {
    expect(decoded({ each: [{ one: 'a' }, { two: 'b' }] })).toMatchObject({ each: { one: 'a', two: 'b' } });
    expect(decoded({ each: [] })).not.toHaveProperty('each.one');
  });

  it('does not elsewhere, not even of an empty list', () => {
    expect(decode({ name: 'n', filter: [] }).findings).toMatchObject([{ code: 'OPTION_WRONG_TYPE' }]);
  });
});

function complaints(config: JsonObject): readonly string[] {
  return decode({ name: 'n', ...config }).findings.map(({ code, pointer }) => `${code} ${pointer}`);
}

test('a text that stands for an object is blamed as the option that it is', () => {
  expect(complaints({ targets: ['nowhere'] })).toEqual(['OPTION_PATTERN /b/targets/0/url']);
});

describe('decoding', () => {
  it.each<[string, JsonValue, JsonValue]>([
    ['name', 5, '5'],
    ['name', 1.5, '1.5'],
    ['name', 1e21, '1000000000000000000000'],
    ['name', true, '1'],
    ['name', false, '0'],
    ['size', '7', 7],
    ['size', '0x0a', 10],
    ['size', '010', 8],
    ['size', true, 1],
    ['ratio', '1.5e1', 15],
    ['on', 'true', true],
    ['on', 'F', false],
    ['on', 0, false],
    ['on', 2, true],
    ['list', 'a,b', ['a', 'b']],
    ['list', 5, ['5']],
    ['list', ['a', 5, true], ['a', '5', '1']],
    ['numbers', '1,2', [1, 2]],
    [
      'pairs',
      [['-m', '1G'], 'a,b'],
      [
        ['-m', '1G'],
        ['a', 'b'],
      ],
    ],
    ['map', { a: 5, b: true }, { a: '5', b: '1' }],
    ['map', [{ a: 'x' }, { b: 'y' }], { a: 'x', b: 'y' }],
    ['files', ['a/b.cfg', 'c'], { 'b.cfg': 'a/b.cfg', c: 'c' }],
    ['files', { x: 'a/b.cfg' }, { x: 'a/b.cfg' }],
    ['files', [{ x: 'a' }, { y: 'b' }], { x: 'a', y: 'b' }],
    ['wait', '1m', 60_000],
    ['wait', 1_000_000, 1],
    ['disks', [{ SIZE: '4' }], [{ size: 4, label: 'none' }]],
    ['disks', { size: 4, label: 'x' }, [{ size: 4, label: 'x' }]],
    [
      'targets',
      ['file:a', { url: 'ssh:b', keep: 1 }],
      [
        { url: 'file:a', keep: 3 },
        { url: 'ssh:b', keep: 1 },
      ],
    ],
    ['targets', 'file:a', [{ url: 'file:a', keep: 3 }]],
  ])('takes %s from %j', (option, value, expected) => {
    expect(decoded({ [option]: value })[option]).toEqual(expected);
  });

  it('fills in defaults, durations in milliseconds, and takes null and empty numbers as not given', () => {
    expect(decoded({})).toEqual({ name: 'n', size: 5, wait: 300_000, kind: 'red' });
    expect(decoded({ size: null, ratio: '', on: '' })).toEqual({ name: 'n', size: 5, wait: 300_000, kind: 'red' });
  });

  it.each<[string, JsonValue]>([
    ['size', 0],
    ['size', '0'],
    ['size', '0x0'],
    ['size', false],
    ['ratio', '0.0'],
    ['list', []],
    ['list', ''],
    ['list', {}],
    ['numbers', ''],
    ['map', {}],
    ['map', []],
    ['wait', '0s'],
    ['wait', 0],
    ['wait', '-0h'],
    ['kind', ''],
    ['code', ''],
    ['old', ''],
    ['disks', []],
    ['odd', '0'],
    ['odd', 0],
    ['filter', {}],
    ['filter', { NAMES: {}, kind: '', many: 0 }],
  ])('takes %s as not given when it is %j', (option, value) => {
    expect(decoded({ [option]: value })).toEqual(decoded({}));
  });

  it('keeps what is empty within lists and maps, and what an option calls a value', () => {
    const kept = { list: [''], pairs: [[], ['']], map: { a: '' }, numbers: [0], zero: 0, none: '' };
    expect(decoded(kept)).toMatchObject(kept);
    expect(decoded({ disks: [{ size: 1, label: '' }] })).toMatchObject({ disks: [{ size: 1, label: 'none' }] });
    expect(decoded({ filter: { names: { a: '' } } })).toMatchObject({ filter: { names: { a: '' }, many: 1 } });
  });

  it('takes an option back when a later layer has it empty', () => {
    const given = { name: 'n', size: 7, list: ['a'], code: 'x', ratio: 2, map: { a: '1' } };
    const { config } = decode(given, { size: '', list: '', code: '', ratio: 0, map: {} });
    expect(config).toEqual({ ...decoded({}), map: { a: '1' } });
  });

  it('lays an object of options over an earlier one without the defaults of its own', () => {
    const { config } = decode({ name: 'n', filter: { many: 5 } }, { filter: { kind: 'x' } });
    expect(config['filter']).toEqual({ many: 5, kind: 'x' });
  });

  it('gives each configuration its own copy of a default', async () => {
    const listed = await componentValidator('builder', 'list', {
      type: 'object',
      properties: { list: { type: 'array', items: { type: 'string' }, default: ['a'], description: 'd' } },
    });
    const make = (): unknown => decodeAndValidate(listed, [], '/b', new Set()).config['list'];
    expect(make()).toEqual(['a']);
    expect(make()).not.toBe(make());
  });

  it('knows option names in any case, and complains when one is there in two', () => {
    expect(decoded({ KIND: 'green' })).toMatchObject({ kind: 'green' });
    expect(complaints({ kind: 'green', Kind: 'red' })).toEqual(['OPTION_UNKNOWN /b/Kind']);
  });

  it('lays a later layer over an earlier one: maps are merged, everything else is replaced', () => {
    const { config } = decode(
      { name: 'n', list: ['a', 'b'], map: { a: '1', b: '1' } },
      { LIST: ['c'], map: { b: '2' } },
    );
    expect(config).toMatchObject({ list: ['c'], map: { a: '1', b: '2' } });
  });
});

describe('complaints about options', () => {
  it.each<[string, JsonValue, string]>([
    ['name', ['a'], 'OPTION_WRONG_TYPE /b/name'],
    ['name', {}, 'OPTION_WRONG_TYPE /b/name'],
    ['size', '1.5', 'OPTION_WRONG_TYPE /b/size'],
    ['size', 1.5, 'OPTION_WRONG_TYPE /b/size'],
    ['size', '9007199254740993', 'OPTION_WRONG_TYPE /b/size'],
    ['size', -1, 'OPTION_OUT_OF_RANGE /b/size'],
    ['name', '', 'OPTION_MISSING /b/name'],
    ['size', 11, 'OPTION_OUT_OF_RANGE /b/size'],
    ['ratio', '0x1', 'OPTION_WRONG_TYPE /b/ratio'],
    ['on', 'yes', 'OPTION_WRONG_TYPE /b/on'],
    ['list', [['a']], 'OPTION_WRONG_TYPE /b/list/0'],
    ['numbers', '1,x', 'OPTION_WRONG_TYPE /b/numbers'],
    ['map', 'x', 'OPTION_WRONG_TYPE /b/map'],
    ['map', { a: ['x'] }, 'OPTION_WRONG_TYPE /b/map/a'],
    ['map', ['x'], 'OPTION_WRONG_TYPE /b/map'],
    ['files', ['a/x', 'b/x'], 'OPTION_WRONG_TYPE /b/files'],
    ['files', ['a', 5], 'OPTION_WRONG_TYPE /b/files'],
    ['wait', '5', 'OPTION_DURATION /b/wait'],
    ['wait', '', 'OPTION_DURATION /b/wait'],
    ['wait', [], 'OPTION_DURATION /b/wait'],
    ['kind', 'blue', 'OPTION_NOT_ALLOWED /b/kind'],
    ['code', 'A1', 'OPTION_PATTERN /b/code'],
    ['nmae', 'x', 'OPTION_UNKNOWN /b/nmae'],
    ['old', 'x', 'OPTION_DEPRECATED /b/old'],
    ['disks', [{ size: 1, lable: 'x' }], 'OPTION_UNKNOWN /b/disks/0/lable'],
    ['disks', [{ label: 'x' }], 'OPTION_MISSING /b/disks/0'],
  ])('are made of %s being %j', (option, value, complaint) => {
    expect(complaints({ [option]: value })).toEqual([complaint]);
  });

  it('are made of an option that is missing, at the component', () => {
    const { findings, complete } = decode({});
    expect(findings.map(({ code, pointer, message }) => [code, pointer, message])).toEqual([
      ['OPTION_MISSING', '/b', 'builder "test" needs the option "name"'],
    ]);
    expect(complete).toBe(false);
  });

  it('leave the option with its default, or without a value', () => {
    const { config, broken } = decode({ name: 'n', kind: 'blue', size: 'x', code: '!' });
    expect(config).toEqual({ name: 'n', kind: 'red', size: 5, wait: 300_000 });
    expect([...broken].sort()).toEqual(['code', 'kind', 'size']);
  });

  it('are not made of options whose values are not known yet', () => {
    const layers = [{ config: { name: 'n', size: 'x', kind: 'y' }, pointer: '/b' }];
    expect(decodeAndValidate(validator, layers, '/b', new Set(['size', 'kind'])).findings).toEqual([]);
  });

  it('say what to write instead of an option that there was once', () => {
    expect(decode({ name: 'n', NOME: 'x' }).findings[0]?.hint).toBe('write it as name');
  });

  it('are made at the layer that has the value', () => {
    const { findings } = decode({ name: 'n', size: 3 }, { size: 30 });
    expect(findings.map(({ pointer }) => pointer)).toEqual(['/o/size']);
  });

  it('do not say of a misspelt option that it is missing as well', () => {
    expect(decode({ nmae: 'x' }).findings.map(({ code }) => code)).toEqual(['OPTION_UNKNOWN']);
    expect(decode({ wholly: 'x' }).findings.map(({ code }) => code)).toEqual(['OPTION_UNKNOWN', 'OPTION_MISSING']);
  });

  it('say in a hint what a duration without a unit probably means', () => {
    expect(decode({ name: 'n', wait: '90' }).findings[0]?.hint).toBe('is it seconds? then write "90s"');
  });
});
