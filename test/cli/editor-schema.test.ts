import { beforeAll, describe, expect, test } from 'vitest';
import {
  getLanguageService,
  TextDocument,
  type CompletionItem,
  type Diagnostic,
  type JSONSchema,
} from 'vscode-json-languageservice';
import { kiln } from './run-kiln.ts';

const service = getLanguageService({});

beforeAll(async () => {
  const { stdout } = await kiln(['schema']);
  service.configure({
    validate: true,
    allowComments: true,
    schemas: [{ uri: 'kiln://template', fileMatch: ['*.json'], schema: JSON.parse(stdout) as JSONSchema }],
  });
});

function open(text: string): TextDocument {
  return TextDocument.create('file:///template.json', 'jsonc', 1, text);
}

/** What the editor underlines: the text and what it says of it. */
async function underlined(text: string): Promise<readonly (readonly [string, string])[]> {
  const document = open(text);
  const found: Diagnostic[] = await service.doValidation(document, service.parseJSONDocument(document), {
    comments: 'ignore',
    trailingCommas: 'ignore',
  });
  return found.map(({ range, message }) => [
    document.getText(range),
    typeof message === 'string' ? message : message.value,
  ]);
}

/** Completes at the mark "│". */
async function completions(marked: string): Promise<readonly CompletionItem[]> {
  const document = open(marked.replace('│', ''));
  const position = document.positionAt(marked.indexOf('│'));
  return (await service.doComplete(document, position, service.parseJSONDocument(document)))?.items ?? [];
}

async function labels(marked: string): Promise<readonly string[]> {
  return (await completions(marked)).map(({ label }) => label);
}

describe('VS Code, with the schema', () => {
  test('completes the keys of a template', async () => {
    const found = await labels('{ "│" }');
    for (const key of ['builders', 'provisioners', 'post-processors', 'variables', 'sensitive-variables']) {
      expect(found).toContain(key);
    }
  });

  test('completes the types of each kind of component', async () => {
    expect(await labels('{ "builders": [{ "type": "│" }] }')).toEqual(expect.arrayContaining(['"qemu"', '"null"']));
    const provisioners = await labels('{ "provisioners": [{ "type": "│" }] }');
    expect(provisioners).toEqual(expect.arrayContaining(['"shell"', '"file"']));
    expect(provisioners).not.toContain('"qemu"');
    expect(await labels('{ "post-processors": ["│"] }')).toContain('"manifest"');
    expect(await labels('{ "post-processors": [[{ "type": "│" }]] }')).toContain('"checksum"');
  });

  test('completes the options of the component that stands there, with their descriptions', async () => {
    const items = await completions('{ "builders": [{ "type": "qemu", "│" }] }');
    const names = items.map(({ label }) => label);
    expect(names).toEqual(expect.arrayContaining(['iso_url', 'ssh_username', 'disk_size', 'name']));
    expect(names).not.toContain('content');
    expect(JSON.stringify(items.find(({ label }) => label === 'iso_url')?.documentation)).toMatch(/\w{3}/);
    expect(await labels('{ "builders": [{ "type": "file", "│" }] }')).toContain('content');
    expect(await labels('{ "provisioners": [{ "type": "shell", "│" }] }')).toContain('pause_before');
  });

  test('offers true and false for switches only, and takes them where Packer does', async () => {
    const offered = async (option: string): Promise<readonly string[]> =>
      labels(`{ "builders": [{ "type": "amazon-ebs", "${option}": │ }] }`);
    expect(await offered('ebs_optimized')).toEqual(expect.arrayContaining(['true', 'false']));
    for (const option of ['ami_name', 'region', 'instance_type', 'ami_users', 'ssh_port']) {
      expect(await offered(option)).not.toContain('true');
    }
    expect(await underlined('{ "builders": [{ "type": "file", "target": true, "content": 1 }] }')).toEqual([]);
    expect(await underlined('{ "builders": [{ "type": "file", "target": ["x"] }] }')).toHaveLength(1);
  });

  test('tells about an option under the pointer', async () => {
    const text = '{ "builders": [{ "type": "qemu", "headless": true }] }';
    const document = open(text);
    const at = document.positionAt(text.indexOf('headless') + 2);
    const hover = await service.doHover(document, at, service.parseJSONDocument(document));
    expect(JSON.stringify(hover?.contents)).toMatch(/\w{3}/);
  });

  test('underlines nothing in a good template, with comments, templates in texts and weak types', async () => {
    const text = `{
      // why
      "variables": { "size": "10G", "cpus": 2, "needed": null },
      "builders": [
        { "type": "qemu", "iso_url": "a.iso", "iso_checksum": "none", "ssh_username": "root", "headless": "{{user \`h\`}}",
          "cpus": "{{user \`cpus\`}}", "ssh_timeout": "20m", "boot_command": "<enter>" },
        { "type": "null", "name": "n", "communicator": "none" },
      ],
      "provisioners": [{ "type": "shell", "inline": "true", "only": ["n"], "override": { "n": { "inline": ["false"] } } }],
      "post-processors": ["manifest", [{ "type": "checksum", "checksum_types": "md5,sha1" }, "compress"]],
    }`;
    expect(await underlined(text)).toEqual([]);
  });

  test.each([
    ['an unknown key of the template', '{ "builders": [], "provisoners": [] }', '"provisoners"'],
    ['an unknown option', '{ "builders": [{ "type": "null", "tarket": 1 }] }', '"tarket"'],
    ['an option of another component', '{ "builders": [{ "type": "null", "iso_url": "x" }] }', '"iso_url"'],
    ['an unknown type', '{ "builders": [{ "type": "qemuu" }] }', '"qemuu"'],
    ['a value of a wrong kind', '{ "builders": [{ "type": "null", "ssh_port": ["x"] }] }', '["x"]'],
    [
      'an option of a post-processor',
      '{ "builders": [], "post-processors": [[{ "type": "manifest", "x": 1 }]] }',
      '"x"',
    ],
  ])('underlines %s', async (_what, text, part) => {
    const found = await underlined(text);
    expect(found.map(([underlinedText]) => underlinedText)).toContain(part);
  });

  test('says which options are missing', async () => {
    const found = await underlined('{ "builders": [{ "type": "file" }] }');
    expect(found.map(([, message]) => message).join()).toContain('target');
  });
});
