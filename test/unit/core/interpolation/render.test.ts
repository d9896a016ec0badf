import { describe, expect, test } from 'vitest';
import {
  InterpolationError,
  render,
  renderKeepingDots,
  renderUntilStable,
  templateFunctions,
} from '../../../../core/interpolation/index.ts';
import { inBuild } from './context.ts';

const functions = templateFunctions(inBuild);
const data = {
  HTTPIP: '10.0.2.2',
  HTTPPort: 8080,
  Ratio: 2.5,
  Tags: { b: '2', a: '1' },
  Disks: ['one', 'two', 'three'],
  Nothing: null,
};

describe('render', () => {
  test.each([
    ['http://{{ .HTTPIP }}:{{ .HTTPPort }}/', 'http://10.0.2.2:8080/'],
    ['{{ .Ratio }}', '2.5'],
    ['{{ .Nothing }}', '<no value>'],
    ['{{ .Tags }}', 'map[a:1 b:2]'],
    ['{{ .Tags.a }} {{ index .Tags "b" }}', '1 2'],
    ['{{ range $k, $v := .Tags }}{{ $k }}={{ $v }};{{ end }}', 'a=1;b=2;'],
    ['{{ range .Disks }}<{{ . }}>{{ end }}', '<one><two><three>'],
    ['{{ range $i, $d := .Disks }}{{ $i }}{{ $d }} {{ end }}', '0one 1two 2three '],
    ['{{ range .Disks }}{{ if eq . "two" }}{{ break }}{{ end }}{{ . }}{{ end }}', 'one'],
    ['{{ range .Disks }}{{ if eq . "two" }}{{ continue }}{{ end }}{{ . }}{{ end }}', 'onethree'],
    ['{{ $last := "" }}{{ range $last = .Disks }}{{ end }}{{ $last }}', 'three'],
    ['{{ range .Disks }}{{ $.HTTPPort }}{{ end }}', '808080808080'],
    ['{{ range 3 }}{{ . }}{{ end }}', '012'],
    ['{{ with .Tags }}{{ .a }}{{ else with .Disks }}b{{ end }}', '1'],
    ['{{ with .Nothing }}a{{ else with .Tags }}{{ .b }}{{ end }}', '2'],
    ['{{ len .Disks }} {{ index .Disks 1 }} {{ slice .Disks 1 }}', '3 two [two three]'],
    ['{{ printf "%d %v %T" .HTTPPort .Disks .Tags }}', '8080 [one two three] map[string]interface {}'],
    ['{{ if eq .HTTPPort 8080 }}same{{ end }}', 'same'],
    ['{{ (index .Disks 0) | upper }}', 'ONE'],
  ])('%j gives %j', (text, output) => {
    expect(render(text, { functions, data })).toBe(output);
  });

  test('names that every JavaScript object has are not among the data', () => {
    expect(render('{{ .constructor }} {{ .toString }}', { functions, data })).toBe('<no value> <no value>');
  });

  test('a text without a template is given back as it is', () => {
    expect(render('}} plain {', { functions })).toBe('}} plain {');
  });

  test('a name that closed data lack is an error that names what was probably meant', () => {
    expect(render('{{ .HTTPIp }}', { functions, data })).toBe('<no value>');
    const closed = (): string => render('a {{ .HTTPIp }}', { functions, data, closed: true });
    expect(closed).toThrow(expect.objectContaining({ offset: 5, hint: 'did you mean "HTTPIP"?' }));
  });

  test.each([
    '{{define "a"}}{{template "a"}}{{end}}{{template "a"}}',
    '{{define "a"}}{{template "b"}}{{template "b"}}{{end}}{{define "b"}}{{template "a"}}{{end}}{{template "a"}}',
    '{{range 99999999}}{{end}}',
    '{{range 900000}}{{printf "%1000000s" `a`}}{{end}}',
  ])('%j comes to an end', (text) => {
    expect(() => render(text, { functions })).toThrow(expect.objectContaining({ code: 'VARIABLE_RECURSION' }));
  });
});

describe('renderUntilStable', () => {
  test('renders what a rendering gives', () => {
    const variables = { command: 'run {{ .HTTPIP }}' };
    const table = templateFunctions({ ...inBuild, variables });
    expect(renderUntilStable('{{ user `command` }}', { functions: table, data })).toBe('run 10.0.2.2');
  });

  test('a text that grows without end is an error', () => {
    const grow = '{{ user `grow` }}';
    const table = templateFunctions({ ...inBuild, variables: { grow: `${grow}x` } });
    const body = (): string => renderUntilStable(grow, { functions: table });
    expect(body).toThrow(expect.objectContaining({ code: 'VARIABLE_RECURSION', offset: 0, length: grow.length }));
  });

  test('a text that doubles each time is an error before it fills the memory', () => {
    const table = templateFunctions({ ...inBuild, variables: { grow: '{{ user `grow` }}{{ user `grow` }}' } });
    const body = (): string => renderUntilStable('{{ user `grow` }}', { functions: table });
    expect(body).toThrow(expect.objectContaining({ code: 'VARIABLE_RECURSION' }));
  });

  test('a later failure is about the whole of the given text', () => {
    const table = templateFunctions({ ...inBuild, variables: { bad: '{{ nope }}' } });
    const body = (): string => renderUntilStable('{{ user `bad` }}', { functions: table });
    expect(body).toThrow(InterpolationError);
    expect(body).toThrow(expect.objectContaining({ offset: 0, length: 16 }));
    expect(body).toThrow(/"{{ nope }}", which this renders to/);
  });
});

describe('renderKeepingDots', () => {
  test.each([
    ['{{ .HTTPIP }}', '{{ .HTTPIP }}'],
    ['{{ upper `a` }}{{.X}}{{ lower `B` }}{{ .X }}', 'A{{.X}}b{{ .X }}'],
    ['{{ .A | printf "%s" }} {{ user `name` }}', '{{ .A | printf "%s" }} web'],
    ['{{ if true }}{{ .A }}{{ end }}', '{{ .A }}'],
    ['{{ if .A }}a{{ else }}b{{ end }}', 'b'],
    ['{{.A}}'.repeat(50), '{{.A}}'.repeat(50)],
    ['{{.$&}}{{ user `name` }}', '{{.$&}}web'],
  ])('%j gives %j', (text, output) => {
    expect(renderKeepingDots(text, { functions })).toBe(output);
  });

  test('offsets are into the text as it was given', () => {
    const text = '{{ .SomeLongName }} {{ nope }}';
    const body = (): string => renderKeepingDots(text, { functions });
    expect(body).toThrow(expect.objectContaining({ offset: text.indexOf('nope') }));
  });
});
