import { describe, expect, it } from 'vitest';
import { TemplateError, UsageError } from '../../../../core/errors/errors.ts';
import { checkTemplate } from '../../../../core/template/check-template.ts';
import { parseTemplate } from '../../../../core/template/parse-template.ts';
import { readTemplate, templateSource } from '../../../../core/template/read-template.ts';
import type { Template } from '../../../../core/template/template.ts';
import { compareVersions } from '../../../../core/template/version.ts';

function parse(template: object): Template {
  return parseTemplate(templateSource('t.json', JSON.stringify(template)));
}

function complaints(template: object): readonly string[] {
  return parse(template).findings.map(({ severity, code, pointer }) => `${severity} ${code} ${pointer}`);
}

// What is accepted and what is refused is compared with Packer in test/template/differential.
describe('reading a template', () => {
  it('gives a builder its type for a name, and leaves the rest of its keys to the component', () => {
    const { builders } = parse({
      builders: [
        { Type: 'a', x: 1, from: 'b' },
        { type: 'a', NAME: 'b', only: 2 },
      ],
    });
    expect(builders).toEqual([
      { type: 'a', name: 'a', pointer: '/builders/0', from: 'b', config: { x: 1 } },
      { type: 'a', name: 'b', pointer: '/builders/1', from: undefined, config: { only: 2 } },
    ]);
  });

  it('makes a sequence of every entry of post-processors', () => {
    const { postProcessors } = parse({ 'post-processors': ['a', { type: 'b', name: 'n' }, ['c', { type: 'd' }], []] });
    expect(postProcessors.map((sequence) => sequence.map(({ name }) => name))).toEqual([['a'], ['n'], ['c', 'd'], []]);
  });

  it('takes "$schema" and a comment at the top', () => {
    expect(complaints({ $schema: 'x', _a: 'text' })).toEqual([]);
  });

  it('complains about every fault, with what was probably meant', () => {
    const template = {
      builder: [],
      _note: 5,
      variables: { a: ['x'], b: 5 },
      builders: [{ name: 'x' }, { type: 'a' }, { type: 'a' }],
      provisioners: [{ type: 'a', pause_before: '{{user `p`}}' }, 5],
      'post-processors': [['a', ['b']], { type: 5 }],
    };
    expect([...complaints(template)].sort()).toEqual([
      'error OPTION_DURATION /provisioners/0/pause_before',
      'error TEMPLATE_COMMENT_NOT_TEXT /_note',
      'error TEMPLATE_DUPLICATE_BUILDER /builders/2',
      'error TEMPLATE_NESTED_SEQUENCE /post-processors/0/1',
      'error TEMPLATE_TYPE_MISSING /builders/0',
      'error TEMPLATE_UNKNOWN_KEY /builder',
      'error TEMPLATE_WRONG_TYPE /post-processors/1/type',
      'error TEMPLATE_WRONG_TYPE /provisioners/1',
      'error VARIABLE_NOT_TEXT /variables/a',
      'warning VARIABLE_COERCED /variables/b',
    ]);
    expect(parse(template).findings.find(({ code }) => code === 'TEMPLATE_UNKNOWN_KEY')?.hint).toBe(
      'did you mean "builders"?',
    );
  });

  it('throws located diagnostics when the text is no JSON, and a usage error when there is no text', async () => {
    expect(() => templateSource('t.json', '{')).toThrow(TemplateError);
    await expect(readTemplate('/tmp/kiln-no-such.json')).rejects.toThrow(UsageError);
    await expect(readTemplate('x.pkr.hcl')).rejects.toThrow(/HCL2/);
    await expect(readTemplate('/tmp')).rejects.toThrow(/is a directory/);
  });
});

describe('the names in a template', () => {
  it('have to be those of its builders, as they are written', () => {
    const template = parse({
      builders: [{ type: 'a', name: '{{user `n`}}' }],
      provisioners: [
        { type: 'x', only: ['{{user `n`}}', 'n'], override: { m: {} } },
        { type: 'x', only: ['a'], except: ['b'] },
      ],
      'post-processors': [[{ type: 'y', except: ['c'] }]],
      'sensitive-variables': ['s'],
    });
    expect(checkTemplate(template, '1.16.0').map(({ code, pointer }) => `${code} ${pointer}`)).toEqual([
      'VARIABLE_SENSITIVE_UNKNOWN /sensitive-variables/0',
      'TEMPLATE_UNKNOWN_BUILDER_NAME /provisioners/0/only/1',
      'TEMPLATE_ONLY_AND_EXCEPT /provisioners/1',
      'TEMPLATE_UNKNOWN_BUILDER_NAME /post-processors/0/0/except/0',
      'TEMPLATE_UNKNOWN_BUILDER_NAME /provisioners/0/override/m',
    ]);
  });

  it('are not missed when there is no builder at all', () => {
    expect(checkTemplate(parse({}), '1.16.0').map(({ code }) => code)).toEqual(['TEMPLATE_NO_BUILDERS']);
  });

  it.each([
    ['1.16.0', []],
    ['v1.2', []],
    ['1.16.1', ['TEMPLATE_VERSION']],
    ['1.17', ['TEMPLATE_VERSION']],
    ['new', ['TEMPLATE_VERSION_SYNTAX']],
  ])('include the version that it asks for: %s', (version, codes) => {
    const template = parse({ min_packer_version: version, builders: [{ type: 'a' }] });
    expect(checkTemplate(template, '1.16.0').map(({ code }) => code)).toEqual(codes);
  });
});

describe('versions', () => {
  it.each<[string, string, -1 | 0 | 1 | undefined]>([
    ['1.2', '1.2.0', 0],
    ['1.10.0', '1.9.9', 1],
    ['1.2.0-beta', '1.2.0', -1],
    ['1.2.0-beta.2', '1.2.0-beta.10', -1],
    ['1.2.0-a', '1.2.0-b', -1],
    ['1.2.0+x', '1.2.0+y', 0],
    ['x', '1', undefined],
  ])('%s and %s are compared as semantic versions', (a, b, order) => {
    const found = compareVersions(a, b);
    expect(found === undefined ? found : Math.sign(found)).toBe(order);
  });
});
