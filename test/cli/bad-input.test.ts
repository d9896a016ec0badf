import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { file, kiln, path, stackTrace } from './run-kiln.ts';

const good = { type: 'file', content: 'x', target: path('made.txt') };

interface BadTemplate {
  readonly what: string;
  readonly template: string | object;
  readonly code: string;
  readonly place: string;
  readonly says: string;
}

const bad: readonly BadTemplate[] = [
  { what: 'is empty', template: '', code: 'JSON_SYNTAX', place: 'bad.json:1:1', says: 'empty' },
  {
    what: 'is not JSON',
    template: '{"builders": [\n  nope\n]}',
    code: 'JSON_SYNTAX',
    place: 'bad.json:2:3',
    says: '^^^^',
  },
  { what: 'is a list', template: '[1]', code: 'TEMPLATE_NOT_OBJECT', place: 'bad.json:1:1', says: 'object' },
  {
    what: 'has a part of a wrong type',
    template: '{\n  "builders": "x"\n}',
    code: 'TEMPLATE_WRONG_TYPE',
    place: 'bad.json:2:15  /builders',
    says: 'a list',
  },
  {
    what: 'has an option of a wrong type',
    template: { builders: [{ ...good, content: { a: [1] } }] },
    code: 'OPTION_WRONG_TYPE',
    place: '/builders/0/content',
    says: 'content',
  },
  {
    what: 'names an unknown component',
    template: { builders: [{ ...good, type: 'fiel' }] },
    code: 'COMPONENT_UNKNOWN',
    place: '/builders/0/type',
    says: 'did you mean "file"?',
  },
  {
    what: 'has an unknown option',
    template: { builders: [{ ...good, tarket: 'x' }] },
    code: 'OPTION_UNKNOWN',
    place: '/builders/0/tarket',
    says: 'did you mean "target"?',
  },
  {
    what: 'needs a variable',
    template: { variables: { city: null }, builders: [good] },
    code: 'VARIABLE_REQUIRED',
    place: '/variables/city',
    says: '-var',
  },
];

describe('a template that', () => {
  test.each(bad)('$what ends build and validate with one located complaint and exit code 1', async (sample) => {
    file('bad.json', sample.template);
    for (const command of ['build', 'validate']) {
      const { code, stdout, stderr } = await kiln([command, 'bad.json']);
      expect(stderr).toContain(`error ${sample.code}`);
      expect(stderr).toContain(sample.place);
      expect(stderr).toContain(sample.says);
      expect(stderr.match(/^error /gm)).toHaveLength(1);
      expect(`${stdout}${stderr}`).not.toMatch(stackTrace);
      expect(code).toBe(1);
    }
    expect(existsSync(path('made.txt'))).toBe(false);
  });

  test('has many faults is told all of them in one run, in the order of the source', async () => {
    file('many.json', {
      variables: { city: null },
      builders: [{ ...good, tarket: 1 }, { type: 'nope' }],
      provisioners: [{ type: 'shell-local', inlin: 'x' }],
    });
    const { stderr } = await kiln(['validate', 'many.json']);
    const codes = [...stderr.matchAll(/^error (\w+)/gm)].map(([, code]) => code);
    expect(codes.slice(0, 3)).toEqual(['VARIABLE_REQUIRED', 'OPTION_UNKNOWN', 'COMPONENT_UNKNOWN']);
    expect(codes.length).toBeGreaterThanOrEqual(4);
  });
});

describe('a command line that', () => {
  const usage: readonly (readonly [string, readonly string[], string])[] = [
    ['names a template that does not exist', ['build', 'nope.json'], 'does not exist'],
    ['names a directory', ['validate', '.'], 'is a directory'],
    ['asks for HCL2', ['validate', '-config-type=hcl2', 'a.json'], '-config-type is one of json'],
    ['has a flag that is for HCL2', ['build', '-warn-on-undeclared-var', 'a.json'], 'need no declaration'],
    ['has no template', ['build'], 'the name of the template is missing'],
    ['has two templates', ['validate', 'a.json', 'b.json'], '"b.json" is one argument too many'],
    ['has an unknown flag', ['build', '-forse', 'a.json'], 'did you mean -force?'],
    ['has the beginning of a flag', ['build', '-par=1', 'a.json'], 'did you mean -parallel-builds?'],
    ['has an unknown flag with two dashes', ['validate', '--sintax-only', 'a.json'], 'did you mean -syntax-only?'],
    ['has an unknown command', ['biuld'], 'did you mean build?'],
    ['has a switch with a wrong value', ['build', '-force=maybe', 'a.json'], 'true or false'],
    ['has a number with a wrong value', ['build', '-parallel-builds=-1', 'a.json'], 'at least 0'],
    ['has an unknown choice', ['build', '-on-error=clenup', 'a.json'], 'did you mean "cleanup"?'],
    ['has a flag without its value', ['build', 'a.json', '-var'], '-var needs a value'],
    ['has a variable without a value', ['validate', '-var', 'x', 'a.json'], 'name=value'],
    [
      'names a variable file that does not exist',
      ['validate', '-var-file=no.json', 'a.json'],
      'no.json does not exist',
    ],
    ['asks for two formats', ['build', '-json', '-machine-readable', 'a.json'], 'exclude each other'],
  ];
  test.each(usage)('%s ends with exit code 2 and says what to do', async (_what, args, says) => {
    file('a.json', { builders: [good] });
    const { code, stdout, stderr } = await kiln(args);
    expect(`${stdout}${stderr}`).toContain(says);
    expect(`${stdout}${stderr}`).not.toMatch(stackTrace);
    expect(code).toBe(2);
    expect(existsSync(path('made.txt'))).toBe(false);
  });

  test('asks for an unattended -on-error=ask is refused before anything is made', async () => {
    file('ask.json', { builders: [good] });
    const { code, stderr } = await kiln(['build', '-on-error=ask', 'ask.json']);
    expect(stderr).toContain('ask');
    expect(code).toBe(2);
    expect(existsSync(path('made.txt'))).toBe(false);
  });
});

test('a login in an address is in no complaint', async () => {
  const builder = { type: 'qemu', iso_url: '{{user `u`}}', iso_checksum: 'none', ssh_username: 'root' };
  const name = file('address.json', { variables: { u: '' }, builders: [builder] });
  const { code, stderr } = await kiln(['validate', '-var', 'u=ftp://me:HunterSecret42@host/a.iso', name]);
  expect(code).toBe(1);
  expect(stderr).toContain('ftp://');
  expect(stderr).not.toContain('HunterSecret42');
});
