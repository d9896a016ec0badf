import { describe, expect, test } from 'vitest';
import { comparable, packer, type Ended } from '../template/differential/beside-packer.ts';
import { directory, file, kiln } from './run-kiln.ts';

const version = await packer(directory, ['version']);
const missing = !version.output.startsWith('Packer v1.6.6');
if (missing) {
  expect(process.env['CI'], 'packer 1.6.6 has to be installed for this test').not.toBe('true');
  console.log('skipped: packer 1.6.6 is not installed');
}

const rich = {
  _comment: 'why',
  min_packer_version: '1.0.0',
  description: 'Two lines,\nwith a comma',
  variables: { city: 'Rome', 'a-long-name': 'a,b', needed: null, pw: 'hush', ünï: '✓', lines: 'a\r\nb' },
  'sensitive-variables': ['pw'],
  builders: [
    { type: 'null', communicator: 'none' },
    { type: 'amazon-ebs', name: 'cloud {{user `city`}}' },
    { type: 'virtualbox-iso', name: 'desk' },
  ],
  provisioners: [{ type: 'shell', inline: ['true'] }, { type: 'puppet-server' }],
  'post-processors': ['vagrant', [{ type: 'compress' }, 'upload']],
};

const bare = { builders: [{ type: 'docker' }] };
const broken = '{"builders": [}';

async function both(args: readonly string[], stdin?: string): Promise<readonly [Ended, Ended]> {
  const { code, stdout } = await kiln(args, stdin === undefined ? {} : { stdin });
  return [{ status: code ?? -1, output: stdout }, await packer(directory, args, stdin)];
}

describe.skipIf(missing)('beside Packer 1.6.6', () => {
  test.each([
    ['everything', rich],
    ['next to nothing', bare],
  ])('inspect of a template with %s writes the same bytes, for people and for programs', async (_what, template) => {
    const name = file('inspected.json', template);
    const [ours, theirs] = await both(['inspect', name]);
    expect(ours).toEqual(theirs);
    const [our, their] = await both(['inspect', '-machine-readable', name]);
    expect(comparable(our.output)).toBe(comparable(their.output));
    expect(our.status).toBe(their.status);
  });

  test.each([
    [{ builders: [{ type: 'foo' }], provisioners: [{ type: 'bar', only: ['bar'] }] }],
    [{ builders: [{ type: 'foo' }], provisioners: [{ type: 'bar', except: ['bar'] }] }],
    [{ builders: [{ type: 'foo' }], provisioners: [{ type: 'bar', override: { bar: {} } }] }],
    [{ builders: [{ type: 'foo' }], 'post-processors': [{ type: 'bar', only: ['bar'] }] }],
    [{ builders: [{ type: 'foo' }], provisioners: [{ type: 'bar', only: ['foo'] }] }],
    [{ builders: [{ type: 'vsphere-iso', network: 'n', networkCard: 'vmxnet3', disk_size: 5000 }] }],
  ])('fix makes the same of a template, checks what it names, and ends alike: %j', async (template) => {
    const name = file('fixed.json', template);
    const [ours, theirs] = await both(['fix', name]);
    expect(ours.status).toBe(theirs.status);
    // Packer's complaint comes behind what it prints.
    const [fixed = ''] = /^\{[^]*?\n\}/.exec(theirs.output) ?? [];
    expect(JSON.parse(ours.output)).toEqual(JSON.parse(fixed));
  });

  test('a variable that names one that nobody gives is taken by both', async () => {
    const name = file('unknown.json', {
      variables: { a: 'x={{user `nobody`}} y={{user `c`}}', b: '{{user `c`}}', c: '1' },
      builders: [{ type: 'null', communicator: 'none' }],
    });
    const [ours, theirs] = await both(['validate', name]);
    expect([ours.status, theirs.status]).toEqual([0, 0]);
  });

  test.each([
    ['{{ build `ID` }}', 'Null'],
    ['{{ template_dir }}', directory],
  ])('a provisioner of the null builder reads %s as in Packer, from standard input too', async (text, meant) => {
    const template = {
      builders: [{ type: 'null', communicator: 'none' }],
      provisioners: [{ type: 'shell-local', inline: [`echo "told: ${text}"`] }],
    };
    const ended = await both(['build', '-'], JSON.stringify(template));
    for (const { status, output } of ended) {
      expect(status).toBe(0);
      expect(output).toContain(`told: ${meant}`);
    }
  });

  test('inspect and validate -syntax-only end alike for templates that are not well-formed', async () => {
    for (const template of [broken, { builders: [{ name: 'x' }] }, { ...bare, unknown: 1 }, { variables: { a: [] } }]) {
      const name = file('not-well-formed.json', template);
      for (const args of [['inspect'], ['inspect', '-machine-readable'], ['validate', '-syntax-only']]) {
        const [ours, theirs] = await both([...args, name]);
        expect(ours.status).toBe(theirs.status);
        expect(ours.status).toBe(1);
      }
    }
  });

  test('validate -syntax-only says the same of a good template', async () => {
    const [ours, theirs] = await both(['validate', '-syntax-only', file('good.json', bare)]);
    expect(ours).toEqual(theirs);
  });

  test.each([
    'plain text',
    '{{user `city`}}',
    '{{ user "long" | upper | replace "A" "o" 1 }}',
    '{{if eq (user `city`) "Rome"}}yes{{else}}no{{end}}',
    '{{user `no-such`}}!',
    '{{ .Name }}',
    '{{pwd}}',
    '{{template_dir}}',
    '{{printf "%05d|%q" 42 "x"}}',
    '{{split "a-b-c" "-" 1}}',
    '{{isotime "2006"}}',
  ])('console answers the same to a piped line: %s', async (line) => {
    const name = file('console.json', { variables: { city: 'Rome', long: 'banana {{user `city`}}' }, ...bare });
    const [ours, theirs] = await both(['console', name], `${line}\n`);
    expect(ours).toEqual(theirs);
  });

  test('console takes variables from the command line as Packer does', async () => {
    const name = file('console.json', { variables: { city: 'Rome' }, ...bare });
    file('vars.json', { city: 'Oslo', other: 'x' });
    for (const args of [['-var', 'city=Bern'], ['-var-file=vars.json'], ['-config-type=json']]) {
      const [ours, theirs] = await both(['console', ...args, name], '{{user `city`}} {{user `other`}}\n');
      expect(ours).toEqual(theirs);
    }
  });
});
