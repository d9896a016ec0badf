import { expect, test } from 'vitest';
import { hasDotReference, userReferences } from '../../../../core/interpolation/index.ts';

test.each([
  ['{{user `a`}}', ['a']],
  ['{{ user "b" }} and {{ upper (user `c`) }}', ['b', 'c']],
  ['{{user (user "d")}} {{ user `e` | replace (user "f") `` 1 }}', ['d', 'e', 'f']],
  ['{{ if user `g` }}{{- user `h` -}}{{ end }}', ['g', 'h']],
  ['{{ user "\\x69" }}', ['i']],
  ['{{ user `a` }} {{ user `b`', ['a', 'b']],
  ['{{ user (print `a`) }} {{ `a` | user }} {{ user .A }}', []],
  ['user `a` {{ "user `b`" }} {{/* user `c` */}}', []],
  ['{{ .user }} {{ $user }} {{ users `a` }}', []],
  ['plain', []],
])('the variables that %j reads by name are %j', (text, names) => {
  expect(userReferences(text).map(({ name }) => name)).toEqual(names);
});

test('a reference has the place of its literal', () => {
  const text = 'é {{ lower (user `name`) }}';
  expect(userReferences(text)).toEqual([{ name: 'name', offset: text.indexOf('`name`'), length: 6 }]);
});

test.each([
  ['{{ .A }}', true],
  ['{{.A}} b', true],
  ['{{ .A | upper }}', true],
  ['{{ upper .A }}', false],
  ['{{ user `a.b` }}', false],
  ['a . b', false],
  ['{{  .A }}', false],
])('whether %j needs data is %j', (text, needs) => {
  expect(hasDotReference(text)).toBe(needs);
});
