import { describe, expect, it } from 'vitest';
import { TemplateError } from '../../../../core/errors/errors.ts';
import type { RenderData } from '../../../../core/contract/build-run.ts';
import type { PlannedBuild } from '../../../../core/plan/plan.ts';
import { codes, codesAndPlaces, planTemplate, type Given } from '../../../support/kiln/plan-template.ts';

const target = '/tmp/kiln-no-such/t';
const quietly = { facts: undefined, onNoValue: () => undefined };
const builder = { type: 'file', target, content: 'x' };

async function onlyBuild(template: object, given: Given = {}): Promise<PlannedBuild> {
  const { plan, diagnostics } = await planTemplate(template, given);
  expect(codes(diagnostics)).toEqual([]);
  const build = plan?.builds[0];
  if (build === undefined) throw new Error('there is no build');
  return build;
}

/** The configuration of the build's first provisioner. */
async function configured(
  build: PlannedBuild | undefined,
  data: RenderData = {},
  warned: string[] = [],
): Promise<unknown> {
  const voice = { warn: (text: string) => void warned.push(text), addSecret: () => undefined };
  return (await build?.provisioners[0]?.configure(data, voice))?.config;
}

async function configOf(provisioner: object, data: Record<string, string> = {}): Promise<Record<string, unknown>> {
  const build = await onlyBuild({ builders: [builder], provisioners: [{ type: 'shell-local', ...provisioner }] });
  return (await configured(build, data)) as Record<string, unknown>;
}

describe('the options of a component', () => {
  it('have their texts filled in, in lists and in maps and their names too', async () => {
    const config = await configOf({
      inline: ['{{ build_name }} {{ build_type }}', '{{ upper "a" }}'],
      env: { 'X_{{ lower `Y` }}': '{{ packer_version }}' },
    });
    expect(config).toMatchObject({ inline: ['file file', 'A'], env: { X_y: '1.16.0' } });
  });

  it('are filled in once in a builder, as by Packer, so that braces can be written', async () => {
    const build = await onlyBuild({
      variables: { v: '{{`{{ build_name }}`}}' },
      builders: [{ ...builder, content: '{{ user `v` }} {{`{{`}}x}}' }],
    });
    expect(build.config).toMatchObject({ content: '{{ build_name }} {{x}}' });
  });

  it('keep what a variable brings of names that nothing fills in, in a builder, and say so', async () => {
    const { plan, diagnostics } = await planTemplate({
      variables: { v: '{{ .HTTPIP }}' },
      builders: [{ ...builder, content: '{{ user `v` }} {{ .Foo }}' }],
    });
    expect(plan?.builds[0]?.config).toMatchObject({ content: '{{ .HTTPIP }} <no value>' });
    const said = diagnostics.map(({ message }) => message);
    expect(said).toEqual([
      'nothing fills in {{ .HTTPIP }} of the variable "v" in this option; it stays as it is written, as with Packer',
      expect.stringContaining('{{ .Foo }} in this option; Packer writes "<no value>"'),
    ]);
  });

  it('are filled in again until nothing changes in a provisioner', async () => {
    const build = await onlyBuild({
      variables: { v: '{{`{{ build_name }}`}}' },
      builders: [builder],
      provisioners: [{ type: 'shell-local', inline: ['{{ user `v` }}'] }],
    });
    expect(await configured(build, {})).toMatchObject({ inline: ['file'] });
  });

  it('are understood in any case of their names, and as the type that they have', async () => {
    expect(await configOf({ INLINE: 'a,b', Valid_Exit_Codes: '0,2', use_linux_pathing: 'false' })).toMatchObject({
      inline: ['a', 'b'],
      valid_exit_codes: [0, 2],
      use_linux_pathing: false,
    });
  });

  it('have their defaults', async () => {
    expect(await configOf({ inline: ['x'] })).toMatchObject({ inline_shebang: '/bin/sh -e', valid_exit_codes: [0] });
  });

  it('stay as written when they are late, and are rendered by the build', async () => {
    const late = '{{ .Vars }} {{ .Script }} {{ user `v` }}';
    const build = await onlyBuild({
      variables: { v: '{{ .Vars }}!' },
      builders: [builder],
      provisioners: [{ type: 'shell-local', inline: ['x'], execute_command: ['sh', '-c', late] }],
    });
    expect(await configured(build, {})).toMatchObject({ execute_command: ['sh', '-c', late] });
    expect(build.render(late, { Vars: 'A=1', Script: '/s' }, quietly)).toBe('A=1 /s A=1!');
    expect(() => build.render('{{ .Script }}', {}, quietly)).toThrow();
  });

  it('that ask for the running build wait for its data', async () => {
    expect(await configOf({ inline: ['{{ build `ID` }} {{ .Host }}'] }, { ID: 'i-1', Host: 'h' })).toMatchObject({
      inline: ['i-1 h'],
    });
  });

  it('that ask for the running build are judged when its data are there', async () => {
    const template = {
      builders: [builder],
      provisioners: [{ type: 'shell-local', inline: ['x'], valid_exit_codes: ['{{ build `ID` }}'] }],
    };
    const build = await onlyBuild(template);
    expect(await configured(build, { ID: '4' })).toMatchObject({ valid_exit_codes: [4] });
    const wrong = configured(build, { ID: 'x' });
    await expect(wrong).rejects.toThrow(TemplateError);
    await expect(wrong).rejects.toMatchObject({ diagnostics: [{ code: 'OPTION_WRONG_TYPE', location: { line: 16 } }] });
  });

  it('may not ask for a fact that builds of this type do not have', async () => {
    const provisioners = [{ type: 'shell-local', inline: ['{{ build `Pasword` }} {{ build `SourceAMI` }}'] }];
    const { diagnostics } = await planTemplate({ builders: [builder], provisioners });
    expect(diagnostics).toMatchObject([
      { code: 'INTERPOLATION_UNKNOWN_NAME', hint: 'did you mean "Password"?', location: { line: 13, column: 13 } },
    ]);
  });

  it.each(['ID', 'Host', 'Port', 'Password', 'SSHPrivateKey', 'WinRMPassword', 'PackerHTTPIP', 'PackerHTTPAddr'])(
    'have an empty text for %s when this build has none, and a warning is given',
    async (fact) => {
      const inline = [`[{{ build \`${fact}\` }}] [{{ .${fact} }}]`];
      const build = await onlyBuild({ builders: [builder], provisioners: [{ type: 'shell-local', inline }] });
      const warned: string[] = [];
      expect(await configured(build, {}, warned)).toMatchObject({ inline: ['[] []'] });
      expect(warned).toEqual([expect.stringContaining(`this build has no "${fact}"`)]);
    },
  );

  it('may split and test what only the running build knows', async () => {
    const inline = [
      '{{ split (build `Host`) "." 3 }}',
      '{{ upper .User }}',
      '{{ if eq (build `Port`) "22" }}a{{ else }}b{{ end }}',
    ];
    const build = await onlyBuild({ builders: [builder], provisioners: [{ type: 'shell-local', inline }] });
    expect(await configured(build, { Host: '10.0.0.7', Port: 22, User: 'u' })).toMatchObject({
      inline: ['7', 'U', 'a'],
    });
  });

  it('may ask for what a source made, by its name', async () => {
    const provisioners = [{ type: 'shell-local', inline: ['{{ build `From.a` }}'], only: ['b'] }];
    const builders = [
      { ...builder, name: 'a' },
      { ...builder, name: 'b', from: 'a' },
    ];
    expect(codes((await planTemplate({ builders, provisioners })).diagnostics)).toEqual([]);
  });

  it('are warned of for what turns out to have no value when the build runs', async () => {
    const provisioners = [{ type: 'shell-local', inline: ['{{ index . "x" }} {{ .ID }}'] }];
    const build = await onlyBuild({ builders: [builder], provisioners });
    const warned: string[] = [];
    expect(await configured(build, { ID: 'i' }, warned)).toMatchObject({ inline: ['<no value> i'] });
    expect(warned).toEqual([expect.stringMatching(/^t\.json:\d+:\d+: \{\{ index \. "x" \}\} has no value/)]);
  });

  it('are laid over by the override of that builder alone, which goes by its name as written', async () => {
    const { plan, diagnostics } = await planTemplate({
      variables: { v: 'one' },
      builders: [
        { ...builder, name: '{{user `v`}}' },
        { ...builder, name: 'two' },
      ],
      provisioners: [
        {
          type: 'shell-local',
          inline: ['a', 'b'],
          env: { A: '1' },
          override: { '{{user `v`}}': { inline: ['c'], env: { B: '2' } } },
        },
      ],
    });
    expect(codes(diagnostics)).toEqual([]);
    const configs = await Promise.all((plan?.builds ?? []).map((build) => configured(build)));
    expect(configs).toMatchObject([
      { inline: ['c'], env: { A: '1', B: '2' } },
      { inline: ['a', 'b'], env: { A: '1' } },
    ]);
  });

  it('are worked out for each build when they ask for its name', async () => {
    const { plan } = await planTemplate({
      builders: [
        { ...builder, name: 'a' },
        { ...builder, name: 'b' },
      ],
      provisioners: [{ type: 'shell-local', inline: ['{{ build_name }}'] }],
    });
    const configs = await Promise.all((plan?.builds ?? []).map((build) => configured(build)));
    expect(configs).toMatchObject([{ inline: ['a'] }, { inline: ['b'] }]);
  });
});

describe('what the engine itself reads of a component', () => {
  it('is in the plan: pauses, timeouts, retries, names and what is kept', async () => {
    const build = await onlyBuild({
      variables: { n: '3' },
      builders: [builder],
      provisioners: [
        { type: 'shell-local', inline: ['x'], pause_before: '1m', timeout: '2s', max_retries: '{{user `n`}}' },
        { type: 'shell-local', inline: ['x'], only: ['file'] },
      ],
      'error-cleanup-provisioner': { type: 'shell-local', inline: ['y'], only: ['nobody'] },
      'post-processors': [{ type: 'checksum', name: 'sums', keep_input_artifact: false }, [], 'manifest'],
    }).catch((error: unknown) => error);
    expect(build).toMatchObject({
      provisioners: [
        { pointer: '/provisioners/0', pauseBefore: 60_000, timeout: 2000, maxRetries: 3 },
        { pointer: '/provisioners/1', pauseBefore: 0, timeout: undefined, maxRetries: 0 },
      ],
      errorCleanupProvisioner: { pointer: '/error-cleanup-provisioner' },
      postProcessors: [
        [{ name: 'sums', pointer: '/post-processors/0', input: 'discard' }],
        [{ name: 'manifest', pointer: '/post-processors/2', input: undefined }],
      ],
    });
  });

  it('leaves out provisioners and post-processors that are for other builders', async () => {
    const { plan } = await planTemplate({
      builders: [
        { ...builder, name: 'a' },
        { ...builder, name: 'b' },
      ],
      provisioners: [
        { type: 'shell-local', inline: ['x'], only: ['a'] },
        { type: 'shell-local', inline: ['y'], except: ['a'] },
      ],
      'post-processors': [['manifest', { type: 'checksum', only: ['b'] }]],
    });
    expect(
      plan?.builds.map((build) => [
        build.provisioners.map(({ pointer }) => pointer),
        build.postProcessors.map((sequence) => sequence.map(({ type }) => type)),
      ]),
    ).toEqual([
      [['/provisioners/0'], [['manifest']]],
      [['/provisioners/1'], [['manifest', 'checksum']]],
    ]);
  });

  it('has to be a number of retries', async () => {
    const provisioners = [{ type: 'shell-local', inline: ['x'], max_retries: '{{user `n`}}' }];
    const { diagnostics } = await planTemplate({ variables: { n: 'x' }, builders: [builder], provisioners });
    expect(codesAndPlaces(diagnostics)).toEqual(['RETRIES_NOT_NUMBER 3:11']);
  });
});

describe('complaints about components', () => {
  it('come all together, each at its place', async () => {
    const template = `{
  "builders": [
    { "type": "fil" },
    { "type": "file", "name": "a", "traget": "x", "content": ["x"] }
  ],
  "provisioners": [
    { "type": "shell-local", "inline": ["{{ nope }}"], "valid_exit_codes": [0, "x", -1] },
    { "type": "shell-local" },
    { "type": "shel" }
  ],
  "post-processors": [["manifest", { "type": "checksum", "checksum_types": ["crc"] }], "zip"]
}`;
    const { plan, diagnostics } = await planTemplate(template);
    expect(plan).toBeUndefined();
    expect(codesAndPlaces(diagnostics)).toEqual([
      'COMPONENT_UNKNOWN 3:15',
      'OPTION_UNKNOWN 4:36',
      'OPTION_WRONG_TYPE 4:51',
      'INTERPOLATION_FAILED 7:45',
      'OPTION_WRONG_TYPE 7:80',
      'SCRIPT_REQUIRED 8:5',
      'COMPONENT_UNKNOWN 9:15',
      'OPTION_NOT_ALLOWED 11:77',
      'COMPONENT_UNKNOWN 11:88',
    ]);
  });

  it('say what was probably meant', async () => {
    const { diagnostics } = await planTemplate({ builders: [{ type: 'fiel' }, { ...builder, contents: 'x' }] });
    expect(diagnostics.map(({ hint }) => hint)).toEqual(['did you mean "file"?', 'did you mean "content"?']);
  });

  it('lead to the variable when its value is all there is', async () => {
    const provisioners = [{ type: 'shell-local', inline: ['x'], valid_exit_codes: ['{{user `a`}}', '{{user `c`}}2'] }];
    const variables = { a: '{{user `b`}}', b: 'bad', c: 'y' };
    const { diagnostics } = await planTemplate({ variables, builders: [builder], provisioners });
    expect(codesAndPlaces(diagnostics)).toEqual(['OPTION_WRONG_TYPE 4:11', 'OPTION_WRONG_TYPE 22:9']);
    expect(diagnostics[0]).toMatchObject({
      pointer: '/provisioners/0/valid_exit_codes/0',
      message: expect.stringContaining('its value comes from the variable "b"') as string,
    });
    expect(diagnostics[1]?.hint).toBe('its text is made with the variable "c" (t.json:5:10)');
  });

  it('lead to -var when the value came from there, and to the override that has it', async () => {
    const template = {
      variables: { a: 'x' },
      builders: [builder],
      provisioners: [
        {
          type: 'shell-local',
          inline: ['x'],
          valid_exit_codes: '{{user `a`}}',
          override: { file: { only_on: ['mars'] } },
        },
      ],
    };
    const { diagnostics } = await planTemplate(template, { vars: ['a=bad'] });
    expect(diagnostics).toMatchObject([
      { code: 'OPTION_WRONG_TYPE', location: { file: '-var', line: 1, column: 3, length: 3 }, excerpt: 'a=bad' },
      { code: 'OPTION_NOT_ALLOWED', pointer: '/provisioners/0/override/file/only_on/0', location: { file: 't.json' } },
    ]);
  });

  it('are made once, though many builds have the component', async () => {
    const builders = ['a', 'b', 'c'].map((name) => ({ ...builder, name }));
    const { diagnostics } = await planTemplate({ builders, provisioners: [{ type: 'shell-local', inlin: ['x'] }] });
    expect(codes(diagnostics)).toEqual(['OPTION_UNKNOWN']);
  });

  it('tell of variables that nobody declared and of data that nobody has, as warnings', async () => {
    const { plan, diagnostics } = await planTemplate({
      variables: { name: 'x' },
      builders: [{ ...builder, content: '{{user `nam`}}{{ .HTTPIP }}' }],
    });
    expect(plan?.builds[0]?.config).toMatchObject({ content: '<no value>' });
    expect(diagnostics).toMatchObject([
      { severity: 'warning', code: 'VARIABLE_UNDECLARED', hint: 'did you mean "name"?', location: { column: 26 } },
      { severity: 'warning', code: 'INTERPOLATION_NO_VALUE', location: { column: 36 } },
    ]);
  });

  it('refuse the running build in a builder, and the environment anywhere but in variables', async () => {
    const { diagnostics } = await planTemplate({ builders: [{ ...builder, content: '{{build `ID`}}' }] });
    expect(codes(diagnostics)).toEqual(['INTERPOLATION_BUILD_UNAVAILABLE']);
    const other = await planTemplate({ builders: [{ ...builder, content: '{{env `HOME`}}' }] });
    expect(codes(other.diagnostics)).toEqual(['INTERPOLATION_FAILED']);
  });

  it('find a fault in a late text before anything runs', async () => {
    const provisioners = [{ type: 'shell-local', inline: ['x'], execute_command: ['{{ .Vars }', '{{ if .X }}'] }];
    const { diagnostics } = await planTemplate({ builders: [builder], provisioners });
    expect(codes(diagnostics)).toEqual(['INTERPOLATION_FAILED', 'INTERPOLATION_FAILED']);
  });

  it.each([
    [{ type: 'qemu', iso_url: 'x', iso_md5: 'y' }, /md5: in front/],
    [{ type: 'amazon-ebs', ami_name: 'abc', block_duration_minutes: 60 }, /AWS has ended/],
  ])('say what to write instead of an option that is no more: %j', async (old, hint) => {
    const { diagnostics } = await planTemplate({ builders: [old] });
    const unknown = diagnostics.find(({ code }) => code === 'OPTION_UNKNOWN');
    expect(unknown?.hint).toMatch(hint);
  });

  it('come with those of the syntax', async () => {
    const { diagnostics } = await planTemplate({ builder: [], builders: [{ ...builder, traget: 'x' }] });
    expect(codes(diagnostics)).toEqual(['TEMPLATE_UNKNOWN_KEY', 'OPTION_UNKNOWN']);
  });

  it('come for names that the template does not have, and for too new a version', async () => {
    const { diagnostics } = await planTemplate({
      min_packer_version: '99.0',
      builders: [builder],
      provisioners: [{ type: 'shell-local', inline: ['x'], only: ['fiel'], override: { b: {} } }],
    });
    expect(codes(diagnostics)).toEqual([
      'TEMPLATE_VERSION',
      'TEMPLATE_UNKNOWN_BUILDER_NAME',
      'TEMPLATE_UNKNOWN_BUILDER_NAME',
    ]);
  });
});

describe('names of data, with a leading dot', () => {
  const qemu = { type: 'qemu', iso_url: 'x.iso', iso_checksum: 'none', communicator: 'none' };
  const amazon = { type: 'amazon-ebs', source_ami: 'ami-1', instance_type: 't3.micro', ami_name: 'abc', region: 'x' };
  const ssh = { ssh_username: 'u' };

  it.each([
    ['a boot command', { ...qemu, boot_command: ['http://{{ .HTTPPIP }}/'] }, '/builders/0/boot_command/0', '.HTTPIP'],
    ['a tag', { ...amazon, ...ssh, tags: { a: '{{ .SourceAMINmae }}' } }, '/builders/0/tags/a', '.SourceAMIName'],
    ['the name of a tag', { ...amazon, ...ssh, run_tags: { '{{ .BuildRegio }}': 'a' } }, undefined, '.BuildRegion'],
    [
      'a block of tags',
      { ...amazon, ...ssh, snapshot_tag: [{ key: 'a', value: '{{ $.SourceAMITag.Name }}' }] },
      '/builders/0/snapshot_tag/0/value',
      '.SourceAMITags',
    ],
    ['the description', { ...amazon, ...ssh, ami_description: '{{ upper .SourceAMi }}' }, undefined, '.SourceAMI'],
  ])('are checked in %s, which is rendered late', async (_what, faulty, pointer, meant) => {
    const { diagnostics } = await planTemplate({ builders: [faulty] });
    const found = diagnostics.find(({ code }) => code === 'INTERPOLATION_UNKNOWN_NAME');
    expect(found).toMatchObject({ severity: 'error', hint: `did you mean "${meant}"?` });
    if (pointer !== undefined) expect(found?.pointer).toBe(pointer);
  });

  it('are checked in what a variable brings into a late option', async () => {
    const { diagnostics } = await planTemplate({
      variables: { address: 'http://{{ .HTTPI }}' },
      builders: [{ ...qemu, boot_command: ['{{ user `address` }}'] }],
    });
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toMatchObject([
      { code: 'INTERPOLATION_UNKNOWN_NAME', hint: 'did you mean ".HTTPIP"?' },
    ]);
  });

  it('are a warning where they may never be asked for', async () => {
    const content = '{{ if eq build_name "x" }}{{ .Nope }}{{ end }}{{ with .Name }}{{ .Any }}{{ end }}';
    const { diagnostics } = await planTemplate({ builders: [{ ...qemu, boot_command: [content] }] });
    const found = diagnostics.filter(({ code }) => code === 'INTERPOLATION_UNKNOWN_NAME');
    expect(found).toMatchObject([{ severity: 'warning', message: expect.stringContaining('{{ .Nope }}') as string }]);
  });

  it('may be any of those that the option has, and any tag of the source', async () => {
    const builders = [
      { ...amazon, ...ssh, tags: { a: '{{ .SourceAMITags.Anything }} {{ .BuildRegion }}' } },
      { ...qemu, boot_command: ['{{ .Name }}{{ .HTTPPort }}'], qemuargs: [['-x', '{{ .OutputDir }}']] },
    ];
    const { diagnostics } = await planTemplate({ builders });
    expect(codes(diagnostics).filter((code) => code.startsWith('INTERPOLATION'))).toEqual([]);
  });

  it('are left alone when a late option asks for none and what it does is wrong', async () => {
    const command = ['sh', '-c', '{{ split "a" "-" 3 }}'];
    const provisioners = [{ type: 'shell-local', inline: ['x'], execute_command: command }];
    const { diagnostics } = await planTemplate({ builders: [builder], provisioners });
    expect(diagnostics).toMatchObject([{ code: 'INTERPOLATION_FAILED', pointer: '/provisioners/0/execute_command/2' }]);
  });

  it.each([
    [{ type: 'file', source: 'a', destination: '/tmp/x-{{.Name}}' }, 'the name of the build is {{ build_name }}'],
    [{ type: 'shell-local', inline: ['curl {{ .HTTPIP }}'] }, 'the address is {{ build `PackerHTTPIP` }} here'],
    [{ type: 'shell-local', inline: ['{{ .Hots }}'] }, 'did you mean "Host"?'],
    [{ type: 'shell-local', inline: ['{{ .timestamp }}'] }, 'the function is called without the dot: {{ timestamp }}'],
    [{ type: 'shell-local', inline: ['{{ .v }}'] }, 'the variable is read without the dot: {{ user `v` }}'],
  ])('are warned of in a provisioner that nothing fills in: %j', async (provisioner, hint) => {
    const { diagnostics } = await planTemplate({
      variables: { v: '' },
      builders: [builder],
      provisioners: [provisioner],
    });
    expect(diagnostics.filter(({ code }) => code.startsWith('INTERPOLATION'))).toMatchObject([
      { severity: 'warning', code: 'INTERPOLATION_NO_VALUE', hint },
    ]);
  });

  it('are warned of in a post-processor, and by way of a variable', async () => {
    const { diagnostics } = await planTemplate({
      variables: { id: '{{ .ArtifactId }}' },
      builders: [builder],
      'post-processors': [{ type: 'shell-local', inline: ['{{ user `id` }}'] }],
    });
    expect(diagnostics).toMatchObject([
      { code: 'INTERPOLATION_NO_VALUE', message: expect.stringContaining('of the variable "id"') as string },
    ]);
  });
});

describe('a component without an option that it needs', () => {
  it.each([{}, { targets: [] }, { targets: [{}] }, { targets: 1 }])(
    'is not asked whether it is independent: %j',
    async (options) => {
      const { diagnostics } = await planTemplate({
        builders: [builder],
        'post-processors': [{ type: 'upload', ...options }],
      });
      expect(codes(diagnostics).filter((code) => code.startsWith('OPTION_'))).not.toEqual([]);
    },
  );
});
