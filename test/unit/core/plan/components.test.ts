import { describe, expect, it } from 'vitest';
import { TemplateError } from '../../../../core/errors/errors.ts';
import type { RenderData } from '../../../../core/run/build-run.ts';
import type { PlannedBuild } from '../../../../core/plan/plan.ts';
import { codes, codesAndPlaces, planTemplate, type Given } from '../../../support/plan-template.ts';

const target = '/tmp/kiln-no-such/t';
const builder = { type: 'file', target, content: 'x' };

async function onlyBuild(template: object, given: Given = {}): Promise<PlannedBuild> {
  const { plan, diagnostics } = await planTemplate(template, given);
  expect(codes(diagnostics)).toEqual([]);
  const build = plan?.builds[0];
  if (build === undefined) throw new Error('there is no build');
  return build;
}

/** The configuration of the build's first provisioner. */
async function configured(build: PlannedBuild | undefined, data: RenderData = {}): Promise<unknown> {
  const planned: { configure(data: RenderData): Promise<unknown> } | undefined = build?.provisioners[0];
  return planned?.configure(data);
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

  it('are filled in again until nothing changes', async () => {
    const build = await onlyBuild({
      variables: { v: '{{`{{ build_name }}`}}' },
      builders: [{ ...builder, content: '{{ user `v` }}' }],
    });
    expect(build.config).toMatchObject({ content: 'file' });
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
    expect(build.render(late, { Vars: 'A=1', Script: '/s' })).toBe('A=1 /s A=1!');
    expect(() => build.render('{{ .Script }}', {})).toThrow();
  });

  it('that ask for the running build wait for its data', async () => {
    expect(await configOf({ inline: ['{{ build `ID` }} {{ .Host }}'] }, { ID: 'i-1', Host: 'h' })).toMatchObject({
      inline: ['i-1 h'],
    });
  });

  it('that ask for the running build are judged when its data are there', async () => {
    const template = {
      builders: [builder],
      provisioners: [{ type: 'shell-local', inline: ['x'], valid_exit_codes: ['{{ build `Status` }}'] }],
    };
    const build = await onlyBuild(template);
    expect(await configured(build, { Status: '4' })).toMatchObject({ valid_exit_codes: [4] });
    const wrong = configured(build, { Status: 'x' });
    await expect(wrong).rejects.toThrow(TemplateError);
    await expect(wrong).rejects.toMatchObject({ diagnostics: [{ code: 'OPTION_WRONG_TYPE', location: { line: 16 } }] });
    await expect(configured(build, {})).rejects.toMatchObject({
      diagnostics: [{ code: 'INTERPOLATION_FAILED' }],
    });
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
        [{ name: 'sums', pointer: '/post-processors/0', keepInputArtifact: false }],
        [{ name: 'manifest', pointer: '/post-processors/2', keepInputArtifact: undefined }],
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
      { severity: 'warning', code: 'INTERPOLATION_NO_VALUE' },
      { severity: 'warning', code: 'VARIABLE_UNDECLARED', hint: 'did you mean "name"?', location: { column: 26 } },
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
