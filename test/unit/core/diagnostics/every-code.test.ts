import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { catalogue, type DiagnosticCode } from '../../../../core/diagnostics/catalogue.ts';
import type { LocatedDiagnostic } from '../../../../core/diagnostics/diagnostic.ts';
import { TemplateError } from '../../../../core/errors/errors.ts';
import type { ComponentRegistry } from '../../../../core/contract/component-registry.ts';
import { builtin } from '../../../../plugins/builtin.ts';
import { defineDataSource, StepError, type FetchRun } from '../../../../plugins/sdk/index.ts';
import { planTemplate, type Given } from '../../../support/kiln/plan-template.ts';

const directory = mkdtempSync(join(tmpdir(), 'kiln-codes-'));

afterAll(() => rmSync(directory, { recursive: true }));

interface Case {
  readonly code: DiagnosticCode;
  /** A template in which «» are around what the caret has to be under. */
  readonly wrong: string;
  /** What goes in place of the marked part, or of the whole template, to make the complaint go. */
  readonly right: string;
  readonly pointer: string;
  readonly hint?: RegExp;
  readonly given?: Given;
  /** Given instead in the right case. */
  readonly rightGiven?: Given;
}

const nil = '{"type":"null","communicator":"none"}';
const file = '{"type":"file","target":"/tmp/kiln-no-such/t"}';
const qemu = '"type":"qemu","iso_url":"a.iso","iso_checksum":"none","ssh_username":"u"';
const deep = `{"builders":[${nil}],"comments":`;

/** The null builder with an option that only a keyword beyond the usual ones can refuse. */
const odd = {
  ...builtin,
  builders: {
    odd: {
      schema: () =>
        Promise.resolve({
          type: 'object',
          additionalProperties: false,
          properties: { n: { type: 'integer', multipleOf: 2 } },
        }),
      load: () => builtin.builders['null']!.load(),
    },
  },
};

const unloadable = {
  ...builtin,
  builders: {
    ...builtin.builders,
    lost: {
      plugin: { name: 'kiln-plugin-lost', version: '1.0.0', remedy: 'install it again' },
      schema: () => Promise.resolve({}),
      load: () => Promise.reject(new Error('no such file')),
    },
  },
};

/** Variables of which each is twice the one before. */
function doubled(count: number): Readonly<Record<string, string>> {
  const twice = (index: number): string => (index === 0 ? 'x' : `{{user \`v${index - 1}\`}}`.repeat(2));
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`v${index}`, twice(index)]));
}

/** A template with this many options that do not exist. */
function unknownOptions(count: number): string {
  const options = Array.from({ length: count }, (_, index) => [`option_${String(index)}`, 1] as const);
  return JSON.stringify({ builders: [{ type: 'null', communicator: 'none', ...Object.fromEntries(options) }] });
}

/** A template with one data source, which is written so. */
const withData = (data: string): string => `{"data":{${data}},\n"builders":[${nil}]}`;

/** A data source of whatever outcome its option names. */
const fetching: ComponentRegistry = {
  ...builtin,
  dataSources: {
    store: {
      schema: () => Promise.resolve({ type: 'object', properties: { way: { type: 'string' } }, 'x-outputs': {} }),
      load: () =>
        Promise.resolve(
          defineDataSource({
            fetch: async ({ way }: { readonly way: string }, run: FetchRun) => {
              if (way === 'late') await new Promise(() => undefined);
              if (way === 'warns') run.warn('that is odd');
              if (way === 'fails') throw new StepError('no', { code: 'NO', pointer: '/way', hint: 'yes' });
              return {};
            },
          }),
        ),
    },
  },
};

const given: Given = { options: { components: fetching } };

const cases: readonly Case[] = [
  {
    code: 'DATA_FETCH_FAILED',
    ...{ wrong: withData(`"d":{"type":"store",\n"way":«"fails"»}`), right: '"works"' },
    ...{ pointer: '/data/d/way', hint: /yes/, given, rightGiven: given },
  },
  {
    code: 'DATA_FETCH_TIMEOUT',
    ...{ wrong: withData(`«"d"»:{"type":"store",\n"way":"late","timeout":"5ms"}`), right: '"_a":{"type":"store"},"e"' },
    ...{ pointer: '/data/d', hint: /timeout/, given },
    rightGiven: { options: { components: fetching, fetchData: false } },
  },
  {
    code: 'DATA_FETCH_WARNING',
    ...{ wrong: withData(`«"d"»:{"type":"store",\n"way":"warns"}`), right: '"_a":{"type":"store"},"d"' },
    ...{ pointer: '/data/d', given, rightGiven: { options: { components: fetching, fetchData: false } } },
  },
  {
    code: 'TEMPLATE_DATA_NAME',
    ...{ wrong: withData(`«"d.e"»:{"type":"store"}`), right: '"d_e"', pointer: '/data/d.e', given, rightGiven: given },
  },
  { code: 'COMPLAINTS_LEFT_OUT', wrong: unknownOptions(1001), right: unknownOptions(1000), pointer: '' },
  { code: 'JSON_SYNTAX', wrong: `{\n  "builders": [${nil}]« »"x": 1}`, right: ', ', pointer: '' },
  {
    code: 'JSON_DUPLICATE_KEY',
    wrong: `{"_a":"1","builders":[{"type":"null","communicator":"none",\n «"communicator"»:"none"}]}`,
    right: '"name"',
    pointer: '/builders/0/communicator',
  },
  {
    code: 'JSON_NUMBER_RANGE',
    wrong: `{"builders":[{"type":"null","communicator":"none","ssh_port":«1e999»}]}`,
    right: '22',
    pointer: '/builders/0/ssh_port',
  },
  { code: 'JSON_TOO_DEEP', wrong: `${deep}${'['.repeat(5000)}${']'.repeat(5000)}}`, right: `${deep}[]}`, pointer: '' },
  { code: 'TEMPLATE_NOT_OBJECT', wrong: `«[»1]`, right: `{"builders":[${nil}]}`, pointer: '' },
  {
    code: 'TEMPLATE_UNKNOWN_KEY',
    wrong: `{"builders":[${nil}],\n «"provisoners"»:[]}`,
    right: '"provisioners"',
    pointer: '/provisoners',
    hint: /provisioners/,
  },
  { code: 'TEMPLATE_COMMENT_NOT_TEXT', wrong: `{"builders":[${nil}],"_why":«5»}`, right: '"5"', pointer: '/_why' },
  { code: 'TEMPLATE_WRONG_TYPE', wrong: `{"builders":«"x"»}`, right: `[${nil}]`, pointer: '/builders' },
  {
    code: 'TEMPLATE_TYPE_MISSING',
    wrong: `{"builders":[${nil}],"provisioners":[«{»"inline":"x"}]}`,
    right: '{"type":"shell-local",',
    pointer: '/provisioners/0',
  },
  {
    code: 'TEMPLATE_DUPLICATE_BUILDER',
    wrong: `{"builders":[${nil},«{»"type":"null","communicator":"none"}]}`,
    right: '{"name":"other",',
    pointer: '/builders/1',
  },
  {
    code: 'TEMPLATE_NESTED_SEQUENCE',
    wrong: `{"builders":[${nil}],"post-processors":[["manifest",«[»"manifest"]]]}`,
    right: '"manifest"], ["manifest",',
    pointer: '/post-processors/0/1',
  },
  { code: 'TEMPLATE_NO_BUILDERS', wrong: `{«"builders"»:[]}`, right: `{"builders":[${nil}]}`, pointer: '/builders' },
  {
    code: 'TEMPLATE_UNKNOWN_BUILDER_NAME',
    wrong: `{"builders":[${nil}],"provisioners":[{"type":"shell-local","inline":"x","only":[«"nul"»]}]}`,
    right: '"null"',
    pointer: '/provisioners/0/only/0',
    hint: /"null"/,
  },
  {
    code: 'TEMPLATE_ONLY_AND_EXCEPT',
    wrong: `{"builders":[${nil}],"provisioners":[«{»"type":"shell-local","inline":"x","only":["null"],"except":["null"]}]}`,
    right: `{"builders":[${nil}],"provisioners":[{"type":"shell-local","inline":"x","only":["null"]}]}`,
    pointer: '/provisioners/0',
  },
  {
    code: 'TEMPLATE_VERSION',
    wrong: `{"min_packer_version":«"99.0.0"»,"builders":[${nil}]}`,
    right: '"1.0.0"',
    pointer: '/min_packer_version',
  },
  {
    code: 'TEMPLATE_VERSION_SYNTAX',
    wrong: `{"min_packer_version":«"new"»,"builders":[${nil}]}`,
    right: '"1.0.0"',
    pointer: '/min_packer_version',
  },
  {
    code: 'TEMPLATE_FROM_CYCLE',
    wrong: `{"builders":[{"name":"a",${qemu},"from":«"b"»},{"name":"b",${qemu},"from":"a"}]}`,
    right: '""',
    pointer: '/builders/0/from',
  },
  {
    code: 'VARIABLE_REQUIRED',
    wrong: `{"variables":{«"a"»:null},"builders":[${nil}]}`,
    right: '"a":"x","_"',
    pointer: '/variables/a',
    hint: /-var/,
    rightGiven: { vars: ['a=1', '_=1'] },
  },
  {
    code: 'VARIABLE_NOT_TEXT',
    wrong: `{"variables":{«"a"»:["x"]},"builders":[${nil}]}`,
    right: '"a":"1"},"comments":[],"sensitive-variables":[],"push":{"b"',
    pointer: '/variables/a',
  },
  {
    code: 'VARIABLE_COERCED',
    wrong: `{"variables":{"a":«5»},"builders":[${nil}]}`,
    right: '"5"',
    pointer: '/variables/a',
    hint: /quotes/,
  },
  {
    code: 'VARIABLE_CYCLE',
    wrong: `{"variables":{"a":"«{{user \`b\`}}»","b":"{{user \`a\`}}"},"builders":[${nil}]}`,
    right: 'x',
    pointer: '/variables/a',
  },
  {
    code: 'VARIABLE_UNDEFINED',
    wrong: `{"variables":{"c":"1","a":"{{user «\`b\`»}}"},"builders":[${nil}]}`,
    right: '`c`',
    pointer: '/variables/a',
  },
  {
    code: 'VARIABLE_SENSITIVE_SHORT',
    wrong: `{"variables":{"a":"x"},"sensitive-variables":[«"a"»],"builders":[${nil}]}`,
    right: '',
    pointer: '/sensitive-variables/0',
  },
  {
    code: 'VARIABLE_RECURSION',
    wrong: JSON.stringify({ variables: doubled(40), builders: [{ type: 'null', communicator: 'none' }] }),
    right: JSON.stringify({ variables: doubled(10), builders: [{ type: 'null', communicator: 'none' }] }),
    pointer: '/variables/v21',
  },
  {
    code: 'VARIABLE_UNDECLARED',
    wrong: `{"variables":{"city":"x"},"builders":[{"type":"file","target":"/tmp/kiln-no-such/t","content":"{{user «\`citi\`»}}"}]}`,
    right: '`city`',
    pointer: '/builders/0/content',
    hint: /city/,
  },
  {
    code: 'VARIABLE_SENSITIVE_UNKNOWN',
    wrong: `{"variables":{"pw":"x"},"sensitive-variables":[«"pv"»],"builders":[${nil}]}`,
    right: '"pw"',
    pointer: '/sensitive-variables/0',
  },
  {
    code: 'INTERPOLATION_FAILED',
    wrong: `{"builders":[{"type":"file","target":"/tmp/kiln-no-such/t","content":"{{«uper» \`x\`}}"}]}`,
    right: 'upper',
    pointer: '/builders/0/content',
    hint: /upper/,
  },
  {
    code: 'INTERPOLATION_BUILD_UNAVAILABLE',
    wrong: `{"builders":[{"type":"file","target":"/tmp/kiln-no-such/t","content":"{{«build» \`ID\`}}"}]}`,
    right: 'upper',
    pointer: '/builders/0/content',
  },
  {
    code: 'INTERPOLATION_NO_VALUE',
    wrong: `{"builders":[{"type":"file","target":"/tmp/kiln-no-such/t","content":"{{«.Name»}}"}]}`,
    right: 'build_name',
    pointer: '/builders/0/content',
    hint: /build_name/,
  },
  {
    code: 'INTERPOLATION_UNKNOWN_NAME',
    wrong: `{"builders":[{"type":"null","communicator":"none"}],"provisioners":[{"type":"shell-local","inline":["x"],"execute_command":["sh","-c","{{«.Vasr»}}"]}]}`,
    right: '.Vars',
    pointer: '/provisioners/0/execute_command/2',
    hint: /"\.Vars"/,
  },
  {
    code: 'COMPONENT_UNKNOWN',
    wrong: `{"builders":[{"type":«"nul"»}]}`,
    right: '"null","communicator":"none"',
    pointer: '/builders/0/type',
    hint: /"null"/,
  },
  {
    code: 'OPTION_UNKNOWN',
    wrong: `{"builders":[{"type":"file","target":"/tmp/kiln-no-such/t",«"contents"»:"x"}]}`,
    right: '"content"',
    pointer: '/builders/0/contents',
    hint: /content/,
  },
  {
    code: 'OPTION_WRONG_TYPE',
    wrong: `{"builders":[{"type":"null","communicator":"none","ssh_port":«"many"»}]}`,
    right: '"22"',
    pointer: '/builders/0/ssh_port',
  },
  {
    code: 'OPTION_DEPRECATED',
    wrong: `{"builders":[{"type":"null","communicator":"none",«"ssh_wait_timeout"»:"5m"}]}`,
    right: '"ssh_timeout"',
    pointer: '/builders/0/ssh_wait_timeout',
    hint: /ssh_timeout/,
  },
  {
    code: 'OPTION_MISSING',
    wrong: `{"builders":[«{»"type":"file"}]}`,
    right: '{"target":"/tmp/kiln-no-such/t",',
    pointer: '/builders/0',
  },
  {
    code: 'OPTION_NOT_ALLOWED',
    wrong: `{"builders":[{${qemu},"format":«"qcow"»}]}`,
    right: '"qcow2"',
    pointer: '/builders/0/format',
    hint: /qcow2/,
  },
  {
    code: 'OPTION_PATTERN',
    wrong: `{"builders":[{${qemu},"disk_size":«"big"»}]}`,
    right: '"8g"',
    pointer: '/builders/0/disk_size',
    hint: /8g/,
  },
  {
    code: 'OPTION_OUT_OF_RANGE',
    wrong: `{"builders":[{"type":"null","communicator":"none","ssh_port":«70000»}]}`,
    right: '22',
    pointer: '/builders/0/ssh_port',
  },
  {
    code: 'OPTION_INVALID',
    wrong: `{"builders":[{"type":"odd","n":«3»}]}`,
    right: '4',
    pointer: '/builders/0/n',
    given: { options: { components: odd } },
  },
  {
    code: 'PLUGIN_FAILED',
    wrong: `{"builders":[{"type":«"lost"»,"communicator":"none"}]}`,
    right: '"null"',
    pointer: '/builders/0/type',
    hint: /install it again/,
    given: { options: { components: unloadable } },
  },
  {
    code: 'COMMUNICATOR_NONE',
    wrong: `{"builders":[${nil}],"provisioners":[«{»"type":"shell","inline":["true"]}]}`,
    right: `{"builders":[${nil}],"provisioners":[{"type":"shell-local","inline":["true"]}]}`,
    pointer: '/provisioners/0',
    hint: /except/,
  },
  {
    code: 'OPTION_DURATION',
    wrong: `{"builders":[{"type":"null","communicator":"none","ssh_timeout":«"soon"»}]}`,
    right: '"5m"',
    pointer: '/builders/0/ssh_timeout',
    hint: /5m|90s/,
  },
  {
    code: 'RETRIES_NOT_NUMBER',
    wrong: `{"variables":{"n":"«often»"},"builders":[${nil}],"provisioners":[{"type":"shell-local","inline":"x","max_retries":"{{user \`n\`}}"}]}`,
    right: '2',
    pointer: '/provisioners/0/max_retries',
  },
  {
    code: 'PLAN_NO_BUILDS',
    wrong: `{"builders":[${nil}]}`,
    right: `{"builders":[${nil},${file}]}`,
    pointer: '',
    given: { options: { except: ['null'] } },
  },
  {
    code: 'PLAN_UNKNOWN_NAME',
    wrong: `{"builders":[${nil}]}`,
    right: `{"builders":[${nil},${file}]}`,
    pointer: '',
    given: { options: { except: ['file'] } },
  },
  {
    code: 'PLAN_DUPLICATE_BUILD',
    wrong: `{"variables":{"a":"«x»"},"builders":[{"type":"null","communicator":"none","name":"x"},{"type":"null","communicator":"none","name":"{{user \`a\`}}"}]}`,
    right: 'y',
    pointer: '/builders/1/name',
  },
  {
    code: 'PLAN_SOURCE_EXCLUDED',
    wrong: `{"builders":[{"name":"a",${qemu}},{"name":"b","type":"qemu","ssh_username":"u","from":«"a"»}]}`,
    right: '"a"',
    pointer: '/builders/1/from',
    given: { options: { except: ['a'] } },
    rightGiven: {},
  },
  {
    code: 'PLAN_SOURCE_INCLUDED',
    wrong: `{"builders":[{"name":"a",${qemu}},{"name":"b","type":"qemu","ssh_username":"u","from":«"a"»}]}`,
    right: '"a"',
    pointer: '/builders/1/from',
    given: { options: { only: ['b'] } },
    rightGiven: {},
  },
];

/** Codes of variable files: the file's name and text, with the marks. */
const fileCases: readonly {
  readonly code: DiagnosticCode;
  readonly name: string;
  readonly wrong: string;
  readonly right: string;
}[] = [
  { code: 'VARIABLE_FILE_LINE', name: 'a.env', wrong: 'A=1\n«nonsense»\n', right: 'B=2' },
  { code: 'VARIABLE_FILE_NOT_OBJECT', name: 'a.json', wrong: '«[»]', right: '{"a":"1"} // ' },
  { code: 'VARIABLE_FILE_YAML', name: 'a.yaml', wrong: 'a: 1\n«a»: 2\n', right: 'b' },
];

async function complaints(text: string, given: Given | undefined): Promise<readonly LocatedDiagnostic[]> {
  try {
    return (await planTemplate(text, given)).diagnostics;
  } catch (error) {
    if (error instanceof TemplateError) return error.diagnostics;
    throw error;
  }
}

/** "line:column text" of the marked part. */
function marked(text: string): string | undefined {
  const [before = '', inside] = text.split(/[«»]/);
  if (inside === undefined) return undefined;
  const lines = before.split('\n');
  return `${lines.length}:${(lines.at(-1) ?? '').length + 1} ${inside}`;
}

function underlined({ location, excerpt }: LocatedDiagnostic): string | undefined {
  if (location === undefined || excerpt === undefined) return undefined;
  const from = location.column - 1;
  return `${location.line}:${location.column} ${excerpt.slice(from, from + location.length)}`;
}

const corrected = (text: string, right: string): string =>
  text.includes('«') && !right.includes('"builders"') ? text.replace(/«[^»]*»/, () => right) : right;

describe('each code of the catalogue', () => {
  it('has a case here', () => {
    expect([...cases, ...fileCases].map(({ code }) => code).sort()).toEqual(Object.keys(catalogue).sort());
  });

  it.each(cases)('$code is said where the fault is, with its pointer, and not when it is mended', async (each) => {
    const wrong = await complaints(each.wrong.replaceAll(/[«»]/g, ''), each.given);
    const [found, ...more] = wrong.filter(({ code }) => code === each.code);
    expect(found, JSON.stringify(wrong)).toBeDefined();
    expect(more).toEqual([]);
    if (found === undefined) return;
    const place = marked(each.wrong);
    if (place !== undefined) expect(underlined(found)).toBe(place);
    expect(found.pointer).toBe(each.pointer);
    expect(found.message).not.toBe('');
    if (each.hint !== undefined) expect(found.hint).toMatch(each.hint);
    const right = await complaints(corrected(each.wrong, each.right), each.rightGiven ?? each.given);
    expect(right.filter(({ code }) => code === each.code)).toEqual([]);
  });

  it.each(fileCases)('$code is said where the fault of the variable file is', async ({ code, name, wrong, right }) => {
    const path = join(directory, name);
    const given = { varFiles: [path] };
    writeFileSync(path, wrong.replaceAll(/[«»]/g, ''));
    const [found] = (await complaints(`{"builders":[${nil}]}`, given)).filter((each) => each.code === code);
    expect(found?.location?.file).toBe(path);
    // The line itself may be that of a secret.
    expect(found?.excerpt).toBeUndefined();
    const { line, column } = found?.location ?? {};
    expect(marked(wrong)).toMatch(new RegExp(`^${line}:${column} `));
    writeFileSync(path, corrected(wrong, right));
    expect((await complaints(`{"builders":[${nil}]}`, given)).map((each) => each.code)).not.toContain(code);
  });
});
