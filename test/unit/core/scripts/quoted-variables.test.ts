import { expect, test } from 'vitest';
import { checkQuotedVariables } from '../../../../core/scripts/quoted-variables.ts';

test.each<[string, string, boolean]>([
  ["sh -c '{{ .Vars }} {{ .Path }}'", 'curl git', true],
  ["sudo sh -c 'umask 022; {{.Vars}} {{.Path}}'", 'a;b', true],
  ["bash -c '{{- .Vars -}} {{.Path}}'", "it's", true],
  ["sh -c '{{ .Vars }} {{ .Path }}'", 'plain-1.0', false],
  ["sh -c '{{ .Vars }} {{ .Path }}'", '', false],
  ["{{ .Vars }} sh -c '{{ .Path }}'", 'curl git', false],
  ["echo 'a' {{ .Vars }} 'b'", 'curl git', false],
  ["echo it\\'s {{ .Vars }}", 'curl git', false],
  ['sh -c "{{ .Vars }} {{ .Path }}"', 'curl git', false],
  ['sh -c "{{ .Vars }} {{ .Path }}"', 'costs $5', true],
  ['echo "it\'s" {{ .Vars }}', 'curl git', false],
  ["{{ user `it's` }} {{ .Vars }}", 'curl git', false],
  ['sh {{ .Path }}', 'curl git', false],
  ["sh -c '{{ .Vars }} {{ .Path }}'", '{{ build `ID` }}', false],
])('%s with the value %j is warned about: %s', (command, value, expected) => {
  const found = checkQuotedVariables({ environment_vars: [`PKGS=${value}`] }, [['/execute_command', command]]);
  expect(found.map(({ code, severity, pointer }) => [code, severity, pointer])).toEqual(
    expected ? [['ENVIRONMENT_VARIABLE_QUOTES', 'warning', '/execute_command']] : [],
  );
  if (value !== '') expect(JSON.stringify(found)).not.toContain(value);
});
