import { describe, expect, it } from 'vitest';
import { codes, codesAndPlaces, planTemplate, type Given } from '../../../support/kiln/plan-template.ts';

function file(name: string, more: object = {}): object {
  return { type: 'file', name, target: '/tmp/kiln-no-such/t', content: 'x', ...more };
}

async function names(template: object, options: Given['options'] = {}): Promise<unknown> {
  const { plan, diagnostics } = await planTemplate(template, { options });
  return [plan?.builds.map(({ name }) => name), codes(diagnostics)];
}

const three = { builders: [file('web'), file('web-arm'), file('db')] };

describe('the builds of a plan', () => {
  it('are in the order of their names, with variables filled in', async () => {
    const builders = [file('z-{{user `v`}}'), file('{{ timestamp }}'), { type: 'file', target: '/t', content: 'x' }];
    const { plan } = await planTemplate({ variables: { v: '1' }, builders });
    expect(plan?.builds.map(({ name, displayName }) => [name, displayName])).toEqual([
      ['1772600767', 'file.1772600767'],
      ['file', 'file'],
      ['z-1', 'file.z-1'],
    ]);
  });

  it('cannot have the same name once variables are filled in', async () => {
    const builders = [file('{{user `v`}}'), file('a')];
    const { diagnostics } = await planTemplate({ variables: { v: 'a' }, builders });
    expect(codesAndPlaces(diagnostics)).toEqual(['PLAN_DUPLICATE_BUILD 14:15']);
  });

  it('are those that -only names, exactly or by a pattern', async () => {
    expect(await names(three, { only: ['web'] })).toEqual([['web'], []]);
    expect(await names(three, { only: ['web*'] })).toEqual([['web', 'web-arm'], []]);
    expect(await names(three, { only: ['?b', 'web-[a-b]rm'] })).toEqual([['db', 'web-arm'], []]);
  });

  it('are not those that -except names', async () => {
    expect(await names(three, { except: ['w*'] })).toEqual([['db'], []]);
    expect(await names(three, { only: ['w*'], except: ['web'] })).toEqual([['web-arm'], []]);
  });

  it('are warned about when a name leads nowhere, with the name that was meant', async () => {
    const { plan, diagnostics } = await planTemplate(three, { options: { only: ['web', 'weg-arm'] } });
    expect(plan?.builds.map(({ name }) => name)).toEqual(['web']);
    expect(diagnostics).toMatchObject([{ code: 'PLAN_UNKNOWN_NAME', hint: 'did you mean "web-arm"?' }]);
  });

  it('have to be some', async () => {
    expect(await names(three, { except: ['*'] })).toEqual([undefined, ['PLAN_NO_BUILDS']]);
  });

  it('that are left out are not looked at', async () => {
    expect(await names({ builders: [file('a'), { type: 'no-such', name: 'b' }] }, { only: ['a'] })).toEqual([
      ['a'],
      [],
    ]);
  });

  it('take post-processors out by -except, with the rest of their sequence', async () => {
    const template = {
      builders: [file('a')],
      'post-processors': [['manifest', { type: 'checksum', name: 'sums' }, 'compress'], 'manifest', ['checksum']],
    };
    const { plan } = await planTemplate(template, { options: { except: ['sums'] } });
    expect(plan?.builds[0]?.postProcessors.map((sequence) => sequence.map(({ type }) => type))).toEqual([
      ['manifest'],
      ['manifest'],
      ['checksum'],
    ]);
  });
});

describe('a build that starts from another', () => {
  it('knows its source by the name that variables fill in', async () => {
    const builders = [file('b', { from: '{{user `v`}}-1' }), file('{{user `v`}}-1')];
    const { plan } = await planTemplate({ variables: { v: 'a' }, builders });
    expect(plan?.builds.map(({ name, from }) => [name, from])).toEqual([
      ['a-1', []],
      ['b', ['a-1']],
    ]);
  });

  it('brings its source along when -only does not name it, with a warning', async () => {
    const builders = [file('a'), file('b', { from: 'a' }), file('c', { from: 'b' })];
    expect(await names({ builders }, { only: ['c'] })).toEqual([
      ['a', 'b', 'c'],
      ['PLAN_SOURCE_INCLUDED', 'PLAN_SOURCE_INCLUDED'],
    ]);
  });

  it('cannot do without its source', async () => {
    const builders = [file('a'), file('b', { from: 'a' })];
    expect(await names({ builders }, { except: ['a'] })).toEqual([undefined, ['PLAN_SOURCE_EXCLUDED']]);
  });

  it('cannot start from one that does not exist, nor from itself by way of others', async () => {
    expect(await names({ builders: [file('a', { from: 'aa' })] })).toEqual([
      undefined,
      ['TEMPLATE_UNKNOWN_BUILDER_NAME'],
    ]);
    const builders = [file('a', { from: 'b' }), file('b', { from: 'c' }), file('c', { from: 'b' })];
    const { diagnostics } = await planTemplate({ builders });
    expect(codes(diagnostics)).toEqual(['TEMPLATE_FROM_CYCLE']);
    expect(diagnostics[0]?.message).toContain('"b" → "c" → "b"');
    expect(await names({ builders: [file('a', { from: { b: 1 } })] })).toEqual([undefined, ['TEMPLATE_WRONG_TYPE']]);
  });

  it('may have several sources, each of which is brought along, has to exist and may not start from it', async () => {
    const builders = [file('a'), file('b', { from: 'a' }), file('c', { from: ['b', 'a', 'b'] })];
    const { plan } = await planTemplate({ builders });
    expect(plan?.builds.map(({ from }) => from)).toEqual([[], ['a'], ['b', 'a']]);
    expect(await names({ builders }, { only: ['c'] })).toEqual([
      ['a', 'b', 'c'],
      ['PLAN_SOURCE_INCLUDED', 'PLAN_SOURCE_INCLUDED'],
    ]);
    expect(await names({ builders }, { only: ['c'], except: ['a'] })).toEqual([
      undefined,
      ['PLAN_SOURCE_EXCLUDED', 'PLAN_SOURCE_EXCLUDED', 'PLAN_SOURCE_INCLUDED'],
    ]);

    const unknown = await planTemplate({ builders: [file('a'), file('b', { from: ['a', 'z'] })] });
    expect(unknown.diagnostics[0]?.pointer).toBe('/builders/1/from/1');
    const round = [
      file('a'),
      file('b', { from: ['a', 'c'] }),
      file('c', { from: ['a', 'b'] }),
      file('d', { from: 'c' }),
    ];
    const { diagnostics } = await planTemplate({ builders: round });
    expect(diagnostics.map(({ message }) => message)).toEqual([
      'the builds start from each other in a circle: "b" → "c" → "b"',
    ]);
  });
});
