import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { codes, planTemplate } from '../../../support/kiln/plan-template.ts';

const directory = mkdtempSync(join(tmpdir(), 'kiln-first-contact-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const file = { type: 'file', target: '/tmp/kiln-no-such/t', content: 'x' };
const builders = [
  { ...file, name: 'notes' },
  { ...file, name: 'web', target: '/tmp/kiln-no-such/w' },
];

async function built(only: readonly string[], except: readonly string[] = []): Promise<readonly string[] | undefined> {
  const { plan } = await planTemplate({ builders }, { options: { only, except } });
  return plan?.builds.map(({ name }) => name);
}

describe('-only and -except', () => {
  it('take the name that Kiln shows, with its type', async () => {
    expect(await built(['file.notes'])).toEqual(['notes']);
    expect(await built(['file.*'])).toEqual(['notes', 'web']);
    expect(await built([], ['file.w*'])).toEqual(['notes']);
    expect(await built(['f*'])).toBeUndefined();
  });

  it('that are empty leave nothing, or nothing out', async () => {
    expect(await built([''])).toBeUndefined();
    expect(await built(['web', ''])).toEqual(['web']);
    expect(await built([], [''])).toEqual(['notes', 'web']);
  });

  it('are complained about at the flag', async () => {
    const { diagnostics } = await planTemplate({ builders }, { options: { only: ['web', 'note'] } });
    expect(diagnostics).toMatchObject([
      {
        code: 'PLAN_UNKNOWN_NAME',
        hint: 'did you mean "notes"?',
        location: { file: '-only', line: 1, column: 11, length: 4 },
        excerpt: '-only=web,note',
      },
    ]);
  });
});

describe('the value of a sensitive variable is in no complaint about', () => {
  const template = { variables: { pw: 'none' }, 'sensitive-variables': ['pw'], builders };

  it.each([
    ['a number', 'd.json', '{"pw":12345678}'],
    ['a line in another form', 'a.env', 'pw: 12345678'],
    ['a comma that lacks', 'e.json', '{"a":"1" "pw":"12345678"}'],
    ['a list', 'f.json', '{"pw":["12345678"]}'],
    ['YAML that is none', 'g.yaml', 'pw: "12345678\nb: x'],
    ['braces in a password', 'h.json', '{"pw":"a{{12345678 x}}b"}'],
    ['braces in a password of a line', 'i.env', 'pw="a{{12345678 \\"}}b"'],
  ])('%s', async (_what, name, text) => {
    const path = join(directory, name);
    writeFileSync(path, text);
    const { diagnostics } = await planTemplate(template, { varFiles: [path] });
    expect(diagnostics.length).toBeGreaterThan(0);
    expect(JSON.stringify(diagnostics)).not.toContain('12345678');
  });

  it('braces in a default or in -var', async () => {
    const faulty = { ...template, variables: { pw: '{{ nope12345678 }}' } };
    expect(JSON.stringify((await planTemplate(faulty)).diagnostics)).not.toContain('12345678');
    const { diagnostics } = await planTemplate(template, { vars: ['pw={{ nope12345678 }}'] });
    expect(codes(diagnostics)).toEqual(['INTERPOLATION_FAILED']);
    expect(JSON.stringify(diagnostics)).not.toContain('12345678');
  });
});

describe('a sensitive value that is wrong for its option is hidden', () => {
  async function told(pw: string, given: Parameters<typeof planTemplate>[1]): Promise<string> {
    const { diagnostics } = await planTemplate(
      {
        variables: { pw },
        'sensitive-variables': ['pw'],
        builders: [{ ...file, source: '{{user `pw`}}', content: '' }],
        'post-processors': [{ type: 'checksum', checksum_types: '{{user `pw`}}' }],
      },
      given,
    );
    expect(diagnostics.length).toBeGreaterThan(0);
    return JSON.stringify(diagnostics);
  }

  it('when -var gives it and it has several lines', async () => {
    expect(await told('', { vars: ['pw=first-of-two\nsecond-of-two'] })).not.toMatch(/(first|second)-of/);
  });

  it('when a file writes it with escapes', async () => {
    const path = join(directory, 'escaped.json');
    writeFileSync(path, '{"pw":"p\\u00e4ssw\\u00f6rd"}');
    const text = await told('', { varFiles: [path] });
    expect(text).toContain(JSON.stringify(`{"pw":"${'*'.repeat(18)}"}`));
    expect(text).not.toMatch(/00e4|ssw/);
  });

  it('when a list is made of it', async () => {
    expect(await told('first-of-two,second-of-two', {})).not.toMatch(/(first|second)-of/);
  });
});

describe('keys that are never filled in', () => {
  it('are complained about where they are, and not at a variable that is right', async () => {
    const { diagnostics } = await planTemplate({
      variables: { t: 'null', d: '5s' },
      builders: [{ type: '{{user `t`}}' }, ...builders],
      provisioners: [{ type: 'shell-local', inline: ['x'], pause_before: '{{user `d`}}' }],
    });
    expect(diagnostics).toMatchObject([
      {
        code: 'COMPONENT_UNKNOWN',
        pointer: '/builders/0/type',
        hint: '"type" cannot use variables',
        location: { line: 8 },
      },
      { code: 'OPTION_DURATION', pointer: '/provisioners/0/pause_before', location: { line: 29 } },
    ]);
  });

  it.each([
    ['false', 'discard'],
    ['1', 'keep'],
    ['', undefined],
  ])('are not keep_input_artifact, which may be a variable: %j', async (keep, meant) => {
    const { plan } = await planTemplate({
      variables: { keep },
      builders,
      'post-processors': [{ type: 'compress', output: 'x.gz', keep_input_artifact: '{{user `keep`}}' }],
    });
    expect(plan?.builds[0]?.postProcessors[0]?.[0]?.input).toBe(meant);
  });

  it("are warned about in the template's own texts as in options: what nobody gives, and what nothing fills in", async () => {
    const { diagnostics } = await planTemplate({
      builders: [{ ...file, name: 'a{{user `n`}}{{ .N }}' }],
      provisioners: [{ type: 'shell-local', inline: ['x'], max_retries: '1{{user `r`}}' }],
      'post-processors': [{ type: 'checksum', keep_input_artifact: '{{user `k`}}' }],
    });
    expect(diagnostics.map(({ severity, code, pointer }) => `${severity} ${code} ${pointer}`)).toEqual([
      'warning VARIABLE_UNDECLARED /builders/0/name',
      'warning INTERPOLATION_NO_VALUE /builders/0/name',
      'warning VARIABLE_UNDECLARED /provisioners/0/max_retries',
      'warning VARIABLE_UNDECLARED /post-processors/0/keep_input_artifact',
    ]);
  });

  it('keep_input_artifact that comes to no boolean is complained about at the variable', async () => {
    const { diagnostics } = await planTemplate({
      variables: { keep: 'perhaps' },
      builders,
      'post-processors': [{ type: 'compress', output: 'x.gz', keep_input_artifact: '{{user `keep`}}' }],
    });
    expect(diagnostics).toMatchObject([{ code: 'TEMPLATE_WRONG_TYPE', location: { line: 3 } }]);
  });
});
