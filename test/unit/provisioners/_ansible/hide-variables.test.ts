import { describe, expect, test } from 'vitest';
import { hideVariables } from '../../../../provisioners/_ansible/hide-variables.ts';
import { keyValues } from '../../../../provisioners/_ansible/key-values.ts';

describe('extra arguments', () => {
  async function hide(...given: string[]): Promise<{ args: readonly string[]; files: string[]; warnings: string[] }> {
    const files: string[] = [];
    const warnings: string[] = [];
    const hidden = await hideVariables(given, {
      writeFile: (text) => Promise.resolve(`file${files.push(text)}`),
      warn: (message) => void warnings.push(message),
    });
    return { args: given.map((argument, index) => hidden[index] ?? argument), files, warnings };
  }

  test('have the values of variables taken out into files', async () => {
    const given = ['--become', '-e', 'token=s3cret n=1', '--extra-vars={"a": [1]}', '-ex=y', '--extra-v', `z="1 2"`];
    const { args, files, warnings } = await hide(...given);
    expect(args).toEqual(['--become', '-e', '@file1', '--extra-vars=@file2', '-e@file3', '--extra-v', '@file4']);
    expect(files).toEqual(['{"token":"s3cret","n":"1"}', '{"a": [1]}', '{"x":"y"}', '{"z":"1 2"}']);
    expect(warnings).toEqual([]);
  });

  test('are left alone where they are no variables, or only Ansible knows what they mean, which is said', async () => {
    const given = ['-e', '@vars.yml', '-e', 'words', '--tags', 'x=y', '-i', 'z=1', '--exclude=a=b', '-e', 'a={{ b }}'];
    const { args, files, warnings } = await hide(...given);
    expect({ args, files }).toEqual({ args: given, files: [] });
    expect(warnings).toEqual([expect.stringContaining('stay in the command line')]);
  });
});

test.each([
  ['a=b', { a: 'b' }],
  ['  a=b   c=', { a: 'b', c: '' }],
  [`a="b  c" d='e "f"' g=h"i j"`, { a: 'b  c', d: 'e "f"', g: 'h"i j"' }],
  ['a=b=c =d=e', { a: 'b=c', '=d': 'e' }],
  [String.raw`a=\x41\u00e9\n\\ b=\q c\==d`, { a: 'Aé\n\\', b: String.raw`\q`, [String.raw`c\=`]: 'd' }],
  ['a=1 a=2', { a: '2' }],
  ['', undefined],
  ['a', undefined],
  ['a=b c', undefined],
  ['a="b', undefined],
  ['a={{ b }}', undefined],
  [String.raw`a=\N{DASH}`, undefined],
  ['a=b\nc=d', undefined],
])('%j is read as Ansible does', (text, expected) => {
  expect(keyValues(text)).toEqual(expected);
});
