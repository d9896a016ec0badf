import { describe, expect, test } from 'vitest';
import {
  fieldReferences,
  InterpolationError,
  render,
  templateFunctions,
} from '../../../../core/interpolation/index.ts';
import { inBuild } from './context.ts';

const functions = templateFunctions(inBuild);

function failure(body: () => unknown): InterpolationError {
  try {
    body();
  } catch (error) {
    if (error instanceof InterpolationError) return error;
    throw error;
  }
  throw new Error('it was rendered');
}

/** The text, its part that is blamed, and what the message says. */
const failures: readonly (readonly [string, string, RegExp])[] = [
  ['a {{ user `name`', '{{', /not closed/],
  ['a {{ "b }}', '"', /double quotes is not closed/],
  ['a {{ `b }}', '`', /backquotes is not closed/],
  ["a {{ 'b }}", "'", /character constant is not closed/],
  ['a {{/* b }}', '/*', /comment is not closed/],
  ['a {{/* b */ c}}', '*/', /comment ends/],
  ['a {{ (upper `b` }}', '}}', /parenthesis is not closed/],
  ['a {{ upper `b`) }}', ')', /not opened/],
  ['a {{ uper `b` }}', 'uper', /no function "uper"/],
  ['a {{ $b }}', '$b', /no variable "\$b"/],
  ['a {{ "\\q" }}', '"\\q"', /starts no escape/],
  ['a {{ 08 }}', '08', /not a number/],
  ['a {{ 1i }}', '1i', /not a number/],
  ['a {{ 1x }}', '1', /not a number/],
  ['a {{ if true }} b', '{{', /ends before \{\{ end \}\}/],
  ['a {{ end }} b', 'end', /belongs to no/],
  ['{{ if true }}a{{ else }}b{{ else }}c{{ end }}', 'else', /second "else"/],
  ['a {{ `b` | 3 }}', '3', /has to be a function/],
  ['a {{ }} b', '}}', /lacks a value/],
  ['a {{ break }}', 'break', /outside of a "range"/],
  ['a {{ template "b" }}', 'template', /no template "b"/],
  ['{{define "b"}}1{{end}}{{define "b"}}2{{end}}', 'define', /defined twice/],
  ['a {{ split `b-c` "-" 2 }}', 'split', /2 pieces of "b-c"/],
  ['a {{ split `b-c` "-" "2" }}', '"2"', /wants a whole number here and gets a value of type string/],
  ['a {{ upper }}', 'upper', /wants 1 argument and gets 0/],
  ['a {{ printf }}', 'printf', /wants at least 1 argument and gets 0/],
  ['a {{ upper .Missing }}', '.Missing', /wants a text here and gets nothing/],
  ['a {{ eq `5` 5 }}', 'eq', /type string and int cannot be compared/],
  ['a {{ `b` `c` }}', '`b`', /takes no arguments/],
  ['a {{ range `bc` }}{{ end }}', '`bc`', /cannot go through/],
  ['a {{ printf "%x" 1.5 }}', 'printf', /not supported/],
  ['a {{ sed `s/a/b/` `c` }}', 'sed', /no longer/],
  ['a {{ env `HOME` }}', 'env', /in the values of "variables" only/],
  ['a {{ vault `b` `c` }}', 'vault', /in the values of "variables" only/],
  ['a {{ build `ID` }}', 'build', /not known here/],
];

describe('a text that cannot be rendered', () => {
  test.each(failures)('%j blames %j', (text, blamed, message) => {
    const error = failure(() => render(text, { functions }));
    expect(error.message).toMatch(message);
    const place = text.slice(error.offset, error.offset + error.length);
    expect(place).toBe(blamed);
  });

  test('the offset counts UTF-16 code units', () => {
    const text = '😀é {{ nope }}';
    expect(failure(() => render(text, { functions })).offset).toBe(text.indexOf('nope'));
  });

  test('the second of two equal words is the one that is blamed', () => {
    const text = '{{if true}}a{{else}}b{{else}}c{{end}}';
    expect(failure(() => render(text, { functions })).offset).toBe(text.lastIndexOf('else'));
  });

  test.each([
    ['{{ uper `a` }}', /did you mean "upper"/],
    ['{{ user name }}', /needs quotes: \{\{ user `name` \}\}/],
    ['{{ clean_ami_name `a` }}', /clean_resource_name/],
    ['{{ sed `a` `b` }}', /replace_all/],
    ['{{ env `A` }}', /under "variables"/],
    ['{{ "\\d" }}', /backquotes/],
    ['{{ eq `5` 5 }}', /variables are texts/],
  ])('%j is told what to do', (text, hint) => {
    expect(failure(() => render(text, { functions })).hint).toMatch(hint);
  });

  test('the code tells the function "build" and all else apart', () => {
    expect(failure(() => render('{{ build `ID` }}', { functions })).code).toBe('INTERPOLATION_BUILD_UNAVAILABLE');
    expect(failure(() => render('{{ nope }}', { functions })).code).toBe('INTERPOLATION_FAILED');
  });

  test('looking for the names that a text asks for finds what is malformed and leaves alone what fails only when it runs', () => {
    expect(
      failure(() => {
        fieldReferences('{{ nope }}', functions);
      }).offset,
    ).toBe(3);
    expect(() => {
      fieldReferences('{{ split `a` "-" 3 }} {{ build `ID` }}', functions);
    }).not.toThrow();
    expect(() => {
      fieldReferences('no template', functions);
    }).not.toThrow();
  });

  test('deep nesting is refused rather than exhausting the stack', () => {
    const parentheses = `{{ ${'('.repeat(100_000)}1${')'.repeat(100_000)} }}`;
    const conditions = '{{if true}}'.repeat(50_000) + '{{end}}'.repeat(50_000);
    for (const text of [parentheses, conditions]) {
      expect(failure(() => render(text, { functions })).message).toMatch(/nested too deeply/);
    }
  });
});
