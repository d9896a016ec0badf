import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UsageError } from '../../../../core/errors/errors.ts';
import { readGivenVariables } from '../../../../core/template/variables/given-variables.ts';
import { codes, codesAndPlaces, planTemplate, type Given } from '../../../support/kiln/plan-template.ts';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kiln-variables-'));
});

afterAll(async () => {
  await rm(directory, { recursive: true });
});

async function file(name: string, text: string): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, text);
  return path;
}

const builders = [{ type: 'file', target: '/tmp/kiln-no-such/t', content: 'x' }];

async function values(variables: object, given: Given = {}): Promise<unknown> {
  const { plan, diagnostics } = await planTemplate({ variables, builders }, given);
  expect(codes(diagnostics)).toEqual([]);
  return { ...plan?.variables };
}

describe('the values of variables', () => {
  it('come from -var before variable files, the last file before the first, and those before defaults', async () => {
    const one = await file('one.json', '{"a":"1","b":"1","c":"1"}');
    const two = await file('two.json', '{"b":"2","c":"2"}');
    const given = { varFiles: [one, two], vars: ['c=3', 'c=4'] };
    expect(await values({ a: '0', b: '0', c: '0', d: '0' }, given)).toEqual({ a: '1', b: '2', c: '4', d: '0' });
  });

  it('may use other variables in any order, wherever they come from', async () => {
    const variables = { a: '{{user `b`}}!', b: '{{ user "c" | upper }}', c: 'x' };
    expect(await values(variables, { vars: ['c={{env `WHO`}}'], environment: { WHO: 'me' } })).toEqual({
      a: 'ME!',
      b: 'ME',
      c: 'me',
    });
  });

  it('need no declaration when they are given', async () => {
    expect(await values({}, { vars: ['given=yes', 'empty='] })).toEqual({ given: 'yes', empty: '' });
  });

  it('keep expressions that start with a dot for whoever uses them', async () => {
    expect(await values({ a: 'http://{{ .HTTPIP }}:{{.HTTPPort}}/{{user `b`}}', b: 'c' })).toEqual({
      a: 'http://{{ .HTTPIP }}:{{.HTTPPort}}/c',
      b: 'c',
    });
  });

  it('all tell the same time', async () => {
    expect(await values({ a: '{{timestamp}}', b: '{{isotime}}' })).toEqual({
      a: '1772600767',
      b: '2026-03-04T05:06:07Z',
    });
  });

  it('are given names of functions and of prototypes without harm', async () => {
    const variables = { constructor: 'c', user: '{{user `constructor`}}', toString: 't' };
    expect(await values(variables)).toEqual({ constructor: 'c', user: 'c', toString: 't' });
  });

  it('are taken from numbers and booleans as they are written, with a warning at each', async () => {
    const text =
      '{"variables":{"a":1.10,"b":true},\n"builders":[{"type":"file","target":"/tmp/kiln-x","content":"c"}]}';
    const { plan, diagnostics } = await planTemplate(text);
    expect({ ...plan?.variables }).toEqual({ a: '1.10', b: 'true' });
    expect(codesAndPlaces(diagnostics)).toEqual(['VARIABLE_COERCED 1:19', 'VARIABLE_COERCED 1:28']);
  });
});

describe('a variable that cannot be worked out', () => {
  it('is complained about when it is required and not given', async () => {
    const { plan, diagnostics } = await planTemplate({ variables: { a: null }, builders });
    expect(plan).toBeUndefined();
    expect(codesAndPlaces(diagnostics)).toEqual(['VARIABLE_REQUIRED 3:5']);
    expect(diagnostics[0]?.hint).toContain("-var 'a=…'");
  });

  it('is complained about when a circle leads back to it, once for each circle', async () => {
    const variables = { a: '{{user `b`}}', b: '{{user `c`}}', c: '{{user `a`}}', d: '{{user `d`}}', e: '{{user `a`}}' };
    const { diagnostics } = await planTemplate({ variables, builders });
    expect(codesAndPlaces(diagnostics)).toEqual(['VARIABLE_CYCLE 3:11', 'VARIABLE_CYCLE 6:11']);
    expect(diagnostics[0]?.message).toContain('"a" → "b" → "c" → "a"');
    expect(diagnostics[1]?.message).toContain('"d" needs its own value');
  });

  it('is warned about when it names a variable that nobody has, which is an empty text', async () => {
    const variables = { a: 'x={{user `nobody`}} y={{user `c`}}', b: '{{user `c`}}{{user `citty`}}', c: '1', city: '' };
    const { plan, diagnostics } = await planTemplate({ variables, builders });
    expect(codesAndPlaces(diagnostics)).toEqual(['VARIABLE_UNDEFINED 3:20', 'VARIABLE_UNDEFINED 4:30']);
    expect(diagnostics[1]).toMatchObject({ severity: 'warning', hint: 'did you mean "city"?' });
    expect(plan?.variables).toMatchObject({ a: 'x= y=1', b: '1', c: '1' });
  });

  it('of one or two characters is warned about when it is sensitive', async () => {
    const { diagnostics } = await planTemplate({
      variables: { a: 'a', b: '{{ lower `XY` }}', c: 'abc', d: '' },
      'sensitive-variables': ['a', 'b', 'c', 'd'],
      builders,
    });
    expect(codes(diagnostics)).toEqual(['VARIABLE_SENSITIVE_SHORT', 'VARIABLE_SENSITIVE_SHORT']);
  });

  it('is not complained about again where it is used', async () => {
    const { diagnostics } = await planTemplate({
      variables: { a: null, b: '{{user `a`}}' },
      builders: [{ type: 'file', target: '{{user `b`}}', content: 'x' }],
      provisioners: [{ type: 'shell-local', inline: ['x'], valid_exit_codes: '{{user `b`}}' }],
    });
    expect(codes(diagnostics)).toEqual(['VARIABLE_REQUIRED']);
  });

  it('is complained about at the command line that gave it', async () => {
    const { diagnostics } = await planTemplate({ builders }, { vars: ['name=ab {{ nope }}'] });
    expect(diagnostics).toMatchObject([
      { code: 'INTERPOLATION_FAILED', location: { file: '-var', line: 1, column: 12 }, excerpt: 'name=ab {{ nope }}' },
    ]);
  });

  it('ends with a clear error when it doubles again and again', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `v${index}`);
    const doubled = names.map((name, index) => [name, index === 0 ? 'x' : `{{user \`v${index - 1}\`}}`.repeat(2)]);
    const { diagnostics } = await planTemplate({ variables: Object.fromEntries(doubled) as object, builders });
    expect(codes(diagnostics)).toEqual(['VARIABLE_RECURSION']);
  });

  it('may have ten thousand others behind it', async () => {
    const names = Array.from({ length: 10_000 }, (_, index) => `v${index}`);
    const chain = names.map((name, index) => [name, index === 0 ? 'x' : `{{user \`v${index - 1}\`}}`]);
    const result = (await values(Object.fromEntries(chain) as object)) as Record<string, string>;
    expect(result['v9999']).toBe('x');
  });
});

describe('a variable file', () => {
  it('in JSON may have comments, and every complaint about it has a place', async () => {
    const path = await file('bad.json', '{ // note\n "a": ["x"],\n "b": 5,\n "c": "{{nope}}",\n}');
    const { diagnostics } = await planTemplate({ builders }, { varFiles: [path] });
    expect(diagnostics.map(({ location }) => location?.file)).toEqual([path, path, path]);
    expect(codesAndPlaces(diagnostics)).toEqual([
      'VARIABLE_NOT_TEXT 2:2',
      'VARIABLE_COERCED 3:7',
      'INTERPOLATION_FAILED 4:10',
    ]);
  });

  it('that is no object, or no JSON, is refused', async () => {
    const list = await readGivenVariables([await file('list.json', '[]')], []);
    expect(codes(list.diagnostics)).toEqual(['VARIABLE_FILE_NOT_OBJECT']);
    const broken = await readGivenVariables([await file('broken.json', '{"a":')], []);
    expect(codes(broken.diagnostics)).toEqual(['JSON_SYNTAX']);
  });

  it('in .env style has NAME=VALUE, quotes, comments and "export"', async () => {
    const lines = [
      '# note',
      '',
      'A=1',
      'export B = two words ',
      "C='$x # y' # note",
      'D="a\\n\\"b\\"" ',
      'E=',
      'F=v # c',
    ];
    const { given, diagnostics } = await readGivenVariables([await file('x.env', lines.join('\n'))], []);
    expect(diagnostics).toEqual([]);
    expect(Object.fromEntries(given.map(({ name, value }) => [name, value]))).toEqual({
      A: '1',
      B: 'two words',
      C: '$x # y',
      D: 'a\n"b"',
      E: '',
      F: 'v',
    });
  });

  it('in .env style is complained about line by line', async () => {
    const { given, diagnostics } = await readGivenVariables([await file('.env', 'A=1\nnonsense\nB="x\n')], []);
    expect(given.map(({ name }) => name)).toEqual(['A']);
    expect(codesAndPlaces(diagnostics)).toEqual(['VARIABLE_FILE_LINE 2:1', 'VARIABLE_FILE_LINE 3:1']);
  });

  it('in YAML is a map of names and texts, which count as they are written', async () => {
    const lines = [
      '# note',
      'a: plain text # note',
      'b: "x\\ny"',
      "c: '{{user `a`}}'",
      'version: 1.10',
      'yes: true',
      'day: 2020-01-01',
      'empty:',
      'block: |',
      '  one',
      '  two',
      'base: &it same',
      'again: *it',
    ];
    for (const name of ['x.yaml', 'x.yml', 'X.YML']) {
      const { given, diagnostics } = await readGivenVariables([await file(name, `${lines.join('\n')}\n`)], []);
      expect(diagnostics).toEqual([]);
      expect(Object.fromEntries(given.map((variable) => [variable.name, variable.value]))).toEqual({
        a: 'plain text',
        b: 'x\ny',
        c: '{{user `a`}}',
        version: '1.10',
        yes: 'true',
        day: '2020-01-01',
        empty: '',
        block: 'one\ntwo\n',
        base: 'same',
        again: 'same',
      });
    }
  });

  it('in YAML is complained about with places', async () => {
    const wrong = await readGivenVariables([await file('wrong.yaml', 'a: 1\nb: [x]\nc: {d: 1}\n')], []);
    expect(codesAndPlaces(wrong.diagnostics)).toEqual(['VARIABLE_NOT_TEXT 2:4', 'VARIABLE_NOT_TEXT 3:4']);
    const twice = await readGivenVariables([await file('twice.yaml', 'a: 1\na: 2\n')], []);
    expect(codesAndPlaces(twice.diagnostics)).toEqual(['VARIABLE_FILE_YAML 2:1']);
    const broken = await readGivenVariables([await file('broken.yaml', 'a: "x\n')], []);
    expect(codes(broken.diagnostics)).toContain('VARIABLE_FILE_YAML');
    const list = await readGivenVariables([await file('list.yaml', '- a\n')], []);
    expect(codes(list.diagnostics)).toEqual(['VARIABLE_FILE_NOT_OBJECT']);
    const deep = await readGivenVariables([await file('deep.yaml', `a: ${'['.repeat(100_000)}`)], []);
    expect(codes(deep.diagnostics)).toContain('VARIABLE_FILE_YAML');
    const path = await file('values.yaml', 'a: x\nb: "y {{nope}}"\n');
    const { diagnostics } = await planTemplate({ builders }, { varFiles: [path] });
    expect(codesAndPlaces(diagnostics)).toEqual(['INTERPOLATION_FAILED 2:9']);
    expect(diagnostics[0]?.location?.file).toBe(path);
  });

  it('that is not there is an error of the command line, as is an assignment without "="', async () => {
    await expect(readGivenVariables([join(directory, 'none.json')], [])).rejects.toThrow(UsageError);
    await expect(readGivenVariables([], ['novalue'])).rejects.toThrow(UsageError);
  });
});

describe('sensitive variables', () => {
  it('are secrets of the plan, and are hidden in complaints', async () => {
    const { plan } = await planTemplate({ variables: { pw: 'hush' }, 'sensitive-variables': ['pw'], builders });
    expect(plan?.secrets).toEqual(['hush']);
    const wrong = await planTemplate({
      variables: { pw: 'hush' },
      'sensitive-variables': ['pw'],
      builders: [{ ...builders[0], name: 'x' }],
      provisioners: [{ type: 'shell-local', inline: ['x'], valid_exit_codes: ['{{user `pw`}}'] }],
    });
    expect(wrong.diagnostics[0]).toMatchObject({ code: 'OPTION_WRONG_TYPE', excerpt: '    "pw": "****"' });
    expect(JSON.stringify(wrong.diagnostics)).not.toContain('hush');
  });
});

describe('secret options', () => {
  const machine = { type: 'null', ssh_host: 'h', ssh_username: 'vagrant', ssh_password: 'hunter2' };

  it('are secrets of the plan, but for values that stand in plain sight beside them', async () => {
    const { plan } = await planTemplate({ builders: [machine] });
    expect(plan?.secrets).toEqual(['hunter2']);
    const known = await planTemplate({ builders: [{ ...machine, ssh_password: 'vagrant' }] });
    expect(known.plan?.secrets).toEqual([]);
  });

  it('are found in the objects of a list, too', async () => {
    const target = { url: 'https://host/x', username: 'me', password: 'hunter2' };
    const { plan } = await planTemplate({
      builders: [{ type: 'file', target: 'out', content: 'x' }],
      'post-processors': [{ type: 'upload', targets: ['file:///srv/', target] }],
    });
    expect(plan?.secrets).toEqual(['hunter2']);
  });

  it('are hidden in complaints about them, and nowhere else', async () => {
    const { diagnostics } = await planTemplate({
      builders: [{ ...machine, ssh_password: [['file']] }, { type: 'hunter2' }],
      provisioners: [{ type: 'file' }],
    });
    const unknown = diagnostics.find(({ code }) => code === 'COMPONENT_UNKNOWN');
    expect(unknown?.message).toBe('there is no builder of the type "hunter2"');
    expect(diagnostics.some(({ pointer }) => pointer === '/builders/0/ssh_password')).toBe(true);
  });
});
