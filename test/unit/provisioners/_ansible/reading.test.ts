import { expect, test } from 'vitest';
import { playReader } from '../../../../provisioners/_ansible/play-reader.ts';
import { requirementKinds } from '../../../../provisioners/_ansible/requirement-kinds.ts';

test.each([
  ['- src: geerlingguy.nginx\n', ['role']],
  ['---\nroles:\n  - name: a\ncollections:\n  - name: b.c\n', ['role', 'collection']],
  ['collections:\n  - b.c\n', ['collection']],
  ['{"collections": [{"name": "b.c"}]}', ['collection']],
  ['# mine\n--- {roles: [{name: a}], collections: [b.c]}\n', ['role', 'collection']],
  ['{"roles":[{"name":"a"}],"collections":["b.c"]}', ['role', 'collection']],
  ['- name: collections\n  src: a\n', ['role']],
])('the requirements file %j asks for %j', (text, kinds) => {
  expect(requirementKinds(text)).toEqual(kinds);
});

test('the task that failed is known, and one whose failure was ignored is not blamed', () => {
  const reader = playReader();
  reader.read('TASK [web : first] ****');
  reader.read('fatal: [default]: FAILED! => {"msg": "no"}');
  expect(reader.failedTask()).toBe('web : first');
  reader.read('...ignoring');
  expect(reader.failedTask()).toBeUndefined();
  reader.read('RUNNING HANDLER [restart [it]] ****');
  reader.read('failed: [default] (item=1) => {}');
  expect(reader.failedTask()).toBe('restart [it]');
  expect(reader.unreachable()).toBe(false);
  reader.read('fatal: [default]: UNREACHABLE! => {}');
  expect(reader.unreachable()).toBe(true);
});

test('colours do not hide what failed', () => {
  const reader = playReader();
  reader.read('TASK [paint] ****');
  reader.read('\u001b[0;31mfatal: [default]: FAILED! => {}\u001b[0m');
  expect(reader.failedTask()).toBe('paint');
});
