import { describe, expect, it } from 'vitest';
import { parseJsonSource } from '../../../../core/template/json-source.ts';
import { locate, locateAll } from '../../../../core/template/locate.ts';

function complaints(text: string): readonly string[] {
  const source = parseJsonSource('t.json', text);
  return locateAll(source, source.findings).map(
    ({ code, location }) => `${code} ${location?.line}:${location?.column}+${location?.length}`,
  );
}

describe('reading JSON', () => {
  it('takes comments, a comma after the last element and a byte order mark', () => {
    const source = parseJsonSource('t.json', '\uFEFF// a\n{ "a": [1, 2,], /* b */ }');
    expect(source.findings).toEqual([]);
    expect(source.value).toEqual({ a: [1, 2] });
  });

  it('takes a name like any other when it means something to JavaScript', () => {
    const { value } = parseJsonSource('t.json', '{"__proto__":{"a":1},"constructor":2}');
    expect(Object.entries(value as object)).toEqual([
      ['__proto__', { a: 1 }],
      ['constructor', 2],
    ]);
  });

  it.each([
    ['', 'JSON_SYNTAX 1:1+1'],
    ['{"a" 1}', 'JSON_SYNTAX 1:6+1'],
    ["{'a': 1}", 'JSON_SYNTAX 1:2+3'],
    ['{"a": 01}', 'JSON_SYNTAX 1:7+2'],
    ['{"a": .5}', 'JSON_SYNTAX 1:7+2'],
    ['{"a": True}', 'JSON_SYNTAX 1:7+4'],
    ['{"a": "x\\q"}', 'JSON_SYNTAX 1:9+2'],
    ['{"a": "\\u12G4"}', 'JSON_SYNTAX 1:8+2'],
    ['{"a": "x\ty"}', 'JSON_SYNTAX 1:9+1'],
    ['{a: 1}', 'JSON_SYNTAX 1:2+1'],
    ['{"a"}', 'JSON_SYNTAX 1:5+1'],
    ['{"a":}', 'JSON_SYNTAX 1:6+1'],
    ['{"a": [1}', 'JSON_SYNTAX 1:9+1'],
    ['{"a": 1]', 'JSON_SYNTAX 1:8+1'],
    ['{,"a": 1}', 'JSON_SYNTAX 1:2+1'],
    ['[1,,2]', 'JSON_SYNTAX 1:4+1'],
    ['[1 2]', 'JSON_SYNTAX 1:3+1'],
    ['{"a": 1\n"b": 2}', 'JSON_SYNTAX 1:8+1'],
    ['{"a": {{ user `a` }}}', 'JSON_SYNTAX 1:7+14'],
    ['{"a": 1, {{ user `a` }}: 2}', 'JSON_SYNTAX 1:10+14'],
    ['{} /* x', 'JSON_SYNTAX 1:4+2'],
    ['{}\u00a0', 'JSON_SYNTAX 1:3+1'],
    ['{\n"a": "x\n}', 'JSON_SYNTAX 2:6+2'],
    ['{"a": 1', 'JSON_SYNTAX 1:8+1'],
    ['{"a": 1}x', 'JSON_SYNTAX 1:9+1'],
    ['{"a": 1, "a": 2}', 'JSON_DUPLICATE_KEY 1:10+3'],
    ['{"x": [{"a": 1, "\\u0061": 2}]}', 'JSON_DUPLICATE_KEY 1:17+8'],
    ['{"a": 1e999}', 'JSON_NUMBER_RANGE 1:7+5'],
    [`${'['.repeat(300)}${']'.repeat(300)}`, 'JSON_TOO_DEEP 1:257+1'],
  ])('complains about %j where it stops making sense', (text, complaint) => {
    expect(complaints(text)).toEqual([complaint]);
  });

  it.each([
    ['{"a": {{ user "a" }}}', 'put it in double quotes: "{{ user `a` }}"'],
    ['{"a": 1, {{ user `a` }}: 2}', 'put it in double quotes: "{{ user `a` }}"'],
    ['{"a": "b"{{ user `a` }}}', undefined],
    ['{"a": 1} {{ user `a` }}', undefined],
    ['{"a": {{}', undefined],
  ])('says how a template is put in quotes, where quotes are what lacks: %j', (text, hint) => {
    expect(parseJsonSource('t.json', text).findings.map((finding) => finding.hint)).toEqual([hint]);
  });

  it('reports the first fault of every line that it can still make sense of', () => {
    const text = '{\n"a": ],\n"b": 1\n"c": tru,\n\'d\': "x,\n"e" 5,\n"f": [1 2 x]\n}';
    expect(complaints(text)).toEqual([
      'JSON_SYNTAX 2:6+1',
      'JSON_SYNTAX 3:7+1',
      'JSON_SYNTAX 4:6+3',
      'JSON_SYNTAX 5:1+3',
      'JSON_SYNTAX 6:5+1',
      'JSON_SYNTAX 7:8+1',
    ]);
  });

  it('does not run out of stack or time on what is deep or long', () => {
    expect(complaints('['.repeat(1_000_000))).toEqual(['JSON_TOO_DEEP 1:257+1']);
    expect(complaints(`{"a":"${'x'.repeat(5_000_000)}"}`)).toEqual([]);
  });
});

describe('the place of a pointer', () => {
  const source = parseJsonSource('t.json', '{\n  "Builders": [\n    { "a/b": "x\\u0041\\n{{y}}", "n": {} }\n  ]\n}');

  it.each([
    ['', '1:1'],
    ['/Builders', '2:3'],
    ['/builders/0', '3:5'],
    ['/builders/0/a~1b', '3:14'],
    ['/builders/0/n', '3:32'],
    ['/builders/0/none', '3:5'],
    ['/builders/9/x', '2:3'],
  ])('%s is its value, its name for objects and lists, or what is around it', (pointer, place) => {
    const location = locate(source, pointer);
    expect(`${location?.line}:${location?.column}`).toBe(place);
  });

  it('can be its name, or a part of its text, counted behind the escapes', () => {
    expect(locate(source, '/builders/0/a~1b', { kind: 'key' })).toMatchObject({ line: 3, column: 7, length: 5 });
    const part = locate(source, '/builders/0/a~1b', { kind: 'text', offset: 3, length: 5 });
    expect(part).toMatchObject({ line: 3, column: 24, length: 5 });
  });
});
