import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import type { Command } from '../../core/cli/command.ts';
import { commands } from '../../core/cli/commands.ts';
import { flagForm } from '../../core/cli/flags/flags.ts';
import { file, kiln, path, stackTrace } from './run-kiln.ts';

const good = { builders: [{ type: 'file', content: 'x', target: path('made.txt') }] };

test('version is that of the package, whatever the spelling', async () => {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')) as {
    version: string;
  };
  for (const spelling of ['version', '-v', '--version', '-version']) {
    expect(await kiln([spelling])).toEqual({ code: 0, stdout: `Kiln v${version}\n`, stderr: '' });
  }
});

test('validate says in Packer’s words that a template is valid', async () => {
  file('good.json', good);
  expect(await kiln(['validate', 'good.json'])).toEqual({
    code: 0,
    stdout: 'The configuration is valid.\n',
    stderr: '',
  });
  const syntax = await kiln(['validate', '-syntax-only', 'good.json']);
  expect(syntax.stdout).toBe('Syntax-only check passed. Everything looks okay.\n');
});

test('validate -syntax-only looks at no component', async () => {
  file('unknown.json', { builders: [{ type: 'no-such-builder' }] });
  expect((await kiln(['validate', '-syntax-only', 'unknown.json'])).code).toBe(0);
  expect((await kiln(['validate', 'unknown.json'])).code).toBe(1);
});

test('validate -json gives complaints as data', async () => {
  file('data.json', { builders: [{ ...good.builders[0], tarket: 1 }] });
  const { stdout } = await kiln(['validate', '-json', 'data.json']);
  expect(JSON.parse(stdout)).toMatchObject({
    type: 'diagnostic',
    severity: 'error',
    code: 'OPTION_UNKNOWN',
    pointer: '/builders/0/tarket',
    location: { file: 'data.json', line: 7 },
  });
});

describe('help', () => {
  test('lists all commands', async () => {
    const { code, stdout } = await kiln(['help']);
    expect(code).toBe(0);
    for (const name of Object.keys(commands)) expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
    expect((await kiln([])).code).toBe(2);
  });

  test.each(Object.keys(commands))('of %s shows its usage and every flag', async (name) => {
    const command = await commands[name]!.load();
    for (const args of [
      ['help', name],
      [name, '-h'],
      [name, '--help'],
    ]) {
      const { code, stdout } = await kiln(args);
      expect(code).toBe(0);
      expect(stdout).toContain(`usage: kiln ${command.usage}
`);
    }
    const { stdout } = await kiln(['help', name]);
    for (const [flag, definition] of Object.entries(command.flags))
      expect(stdout).toContain(flagForm(flag, definition));
  });
});

/** The commands and those of groups, as they are written. */
async function everyCommand(): Promise<ReadonlyMap<string, Command>> {
  const all = new Map<string, Command>();
  for (const [name, entry] of Object.entries(commands)) {
    const command = await entry.load();
    all.set(name, command);
    for (const [inner, innerEntry] of Object.entries(command.commands ?? {}))
      all.set(`${name} ${inner}`, await innerEntry.load());
  }
  return all;
}

test('docs/cli.md has every command and exactly the flags of each', async () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/cli.md'), 'utf8');
  const sections = new Map(
    page
      .split(/^## kiln /m)
      .slice(1)
      .map((text) => [text.split('\n', 1).join(''), text]),
  );
  const all = await everyCommand();
  expect([...sections.keys()]).toEqual([...all.keys()]);
  for (const [name, command] of all) {
    const section = sections.get(name) ?? '';
    expect(section).toContain(`kiln ${command.usage}`);
    const documented = [...section.matchAll(/^\| `([^`]*)`/gm)].map(([, form]) => form?.replaceAll('\\|', '|'));
    expect(documented).toEqual(Object.entries(command.flags).map(([flag, definition]) => flagForm(flag, definition)));
  }
});

describe('fmt', () => {
  const untidy = '{"builders":[{"type":"null"} // why\n],"variables":{}}';
  const tidy = '{\n  "builders": [\n    {\n      "type": "null"\n    } // why\n  ],\n  "variables": {}\n}\n';

  test('brings a file into the layout, keeping comments and order, and names it', async () => {
    const { code, stdout } = await kiln(['fmt', file('untidy.json', untidy)]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'untidy.json\n' });
    expect(readFileSync(path('untidy.json'), 'utf8')).toBe(tidy);
    expect((await kiln(['fmt', '-check', 'untidy.json'])).code).toBe(0);
  });

  test('-check changes nothing and exits with 1, -diff shows the change', async () => {
    file('check.json', untidy);
    const { code, stdout } = await kiln(['fmt', '-check', '-diff', 'check.json']);
    expect(code).toBe(1);
    expect(stdout).toContain('+      "type": "null"\n');
    expect(readFileSync(path('check.json'), 'utf8')).toBe(untidy);
  });

  test('writes what it reads from standard input to standard output', async () => {
    expect((await kiln(['fmt', '-'], { stdin: untidy })).stdout).toBe(tidy);
  });

  test('keeps lists of texts and numbers on one line where they fit, as prettier does', async () => {
    const long = Array.from({ length: 30 }, (_, n) => `"word ${n}"`);
    const stdin = `{"a":["x","y"],"b":[["md5"]],"c":[ // why\n1],"d":[${long.join()}],"e":[],"f":[1,{"g":[true,null,]}]}`;
    expect((await kiln(['fmt', '-'], { stdin })).stdout).toBe(
      `{\n  "a": ["x", "y"],\n  "b": [["md5"]],\n  "c": [ // why\n    1\n  ],\n  "d": [\n    ${long.join(',\n    ')}\n  ],\n` +
        `  "e": [],\n  "f": [\n    1,\n    {\n      "g": [true, null]\n    }\n  ]\n}\n`,
    );
  });

  test('has nothing to do in the examples', async () => {
    const examples = join(import.meta.dirname, '../../examples');
    expect(await kiln(['fmt', '-check', examples])).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  test('leaves a file that is not JSON alone', async () => {
    file('broken.json', '{"a": }');
    const { code, stderr } = await kiln(['fmt', 'broken.json']);
    expect(code).toBe(1);
    expect(stderr).toContain('JSON_SYNTAX');
    expect(readFileSync(path('broken.json'), 'utf8')).toBe('{"a": }');
  });
});

test('fix keeps what it does not change as it is written, comments and all', async () => {
  file(
    'old.json',
    '{\n  // kept\n  "builders": [{"type": "null", "ssh_wait_timeout": "5m"}],\n  "variables": {"a": "1"}\n}',
  );
  const { code, stdout } = await kiln(['fix', 'old.json']);
  expect(code).toBe(0);
  expect(stdout).toContain('// kept');
  expect(stdout).toContain('"ssh_timeout": "5m"');
  expect(stdout).not.toContain('ssh_wait_timeout');
});

describe('console', () => {
  test('works out piped lines with the template’s variables', async () => {
    const name = file('console.json', { ...good, variables: { a: '1', b: '{{user `a`}}2' } });
    const stdin = '{{user `b`}}\n{{upper "x"}}\nplain\nvariables\nexit\nnot reached\n';
    const { code, stdout } = await kiln(['console', '-var', 'a=7', name], { stdin });
    expect({ code, stdout }).toEqual({ code: 0, stdout: '72\nX\nplain\na: 7\nb: 72\n' });
  });

  test('hides the values of sensitive variables', async () => {
    const name = file('hidden.json', { ...good, variables: { pw: 'hush-hush' }, 'sensitive-variables': ['pw'] });
    const { stdout } = await kiln(['console', name], {
      stdin: 'variables\n{{user `pw`}}\n{{user `pw` | urlquery}}!\n',
    });
    expect(stdout).toBe('pw: <sensitive>\n<sensitive>\n<sensitive>!\n');
  });

  test('says which line could not be worked out and exits with 1', async () => {
    const { code, stdout, stderr } = await kiln(['console'], { stdin: '{{nope}}\n{{upper "y"}}\n' });
    expect(code).toBe(1);
    expect(stdout).toBe('Y\n');
    expect(stderr).toContain('nope');
    expect(stderr).not.toMatch(stackTrace);
  });
});

describe('schema', () => {
  test('accepts good templates and refuses what editors should underline', async () => {
    const { code, stdout } = await kiln(['schema']);
    expect(code).toBe(0);
    const schema = JSON.parse(stdout) as object;
    const check = new Ajv({ strict: false, allErrors: true }).compile(schema);
    const target = '{{user `x`}}';
    const accepted = [
      good,
      { builders: [{ type: 'file', name: 'n', content: 'c', target }], variables: { x: null }, _comment: 'why' },
      {
        ...good,
        provisioners: [{ type: 'shell-local', inline: 'a,b', pause_before: '5s', only: ['file'] }],
        'post-processors': ['manifest', [{ type: 'checksum', checksum_types: 'md5' }, 'compress']],
      },
    ];
    for (const template of accepted) {
      check(template);
      expect(check.errors ?? []).toEqual([]);
    }
    expect(check({ builders: [{ type: 'fiel' }] })).toBe(false);
    expect(check({ builders: [{ ...good.builders[0], tarket: 1 }] })).toBe(false);
    expect(check({ ...good, provisoners: [] })).toBe(false);
    expect(check({ ...good, 'post-processors': [{ type: 'compress', compression_level: { a: 1 } }] })).toBe(false);
  });
});

describe('doctor', () => {
  test('says what was measured of KVM, or why it was not', { timeout: 60_000 }, async () => {
    const { stdout } = await kiln(['doctor']);
    expect(stdout).toMatch(/^ {4}KVM (works: a boot took \d|is not used \(.+\); guests run in software)/m);
  });

  test('tells of every component, and names the command that mends what is missing', async () => {
    const { stdout } = await kiln(['doctor'], { env: { PATH: '/nonexistent' } });
    for (const type of ['builder qemu', 'builder rootfs', 'provisioner shell', 'post-processor manifest']) {
      expect(stdout).toContain(type);
    }
    expect(stdout).toMatch(/✗ qemu-img .*package qemu-utils/);
    expect(stdout).toMatch(/apt-get install -y .*qemu-utils/);
  });

  test('gives the same as data, and its exit code says whether something is missing', async () => {
    const { code, stdout } = await kiln(['doctor', '-json'], { env: { PATH: '/nonexistent' } });
    const report = JSON.parse(stdout) as { mend: string | null; components: readonly { type: string }[] };
    expect(report.mend).toContain('apt-get');
    expect(report.components.length).toBeGreaterThan(8);
    expect(code).toBe(1);
  });
});
