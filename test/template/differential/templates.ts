/** Templates for the comparison with Packer: every construct of a template's own keys, right and wrong. */
export interface Sample {
  /** Which construct it is about. */
  readonly name: string;
  readonly text: string;
}

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

const oddValues: readonly Json[] = [
  null,
  'text',
  '',
  5,
  1.5,
  true,
  false,
  [],
  {},
  ['a'],
  [5],
  [null],
  [[]],
  [{}],
  { a: 'b' },
  { a: 5 },
  { a: null },
  { a: {} },
  [{ a: 'b' }],
];

const rootKeys = [
  'builders',
  'provisioners',
  'post-processors',
  'error-cleanup-provisioner',
  'variables',
  'sensitive-variables',
  'description',
  'min_packer_version',
  'comments',
  'push',
  '_comment',
  'unknown',
  'Description',
  'VARIABLES',
  'post_processors',
];

const builder: Json = { type: 'qemu', iso_url: 'x.iso' };

function sample(name: string, value: Json): Sample {
  return { name, text: JSON.stringify(value) };
}

/** One key of an object in every odd value. */
function variations(
  name: string,
  keys: readonly string[],
  wrap: (object: Json) => Json,
  base: Json,
): readonly Sample[] {
  return keys.flatMap((key) =>
    oddValues.map((value) =>
      sample(
        `${name}: ${key} is ${JSON.stringify(value)}`,
        wrap({ ...(base as Readonly<Record<string, Json>>), [key]: value }),
      ),
    ),
  );
}

function elements(name: string, key: string): readonly Sample[] {
  return oddValues.map((value) =>
    sample(`${name}: element ${JSON.stringify(value)}`, { builders: [builder], [key]: [value] }),
  );
}

const roots = rootKeys.flatMap((key) =>
  oddValues.map((value) => sample(`root: ${key} is ${JSON.stringify(value)}`, { [key]: value })),
);

const durations = [
  '5s',
  '1h30m',
  '-5s',
  '1.5h',
  '.5s',
  '5',
  '5 s',
  '1d',
  '0',
  '+3ms',
  '1µs',
  '{{user `x`}}',
  '9999999h',
  '1h1h',
  's',
  'h1',
];

const named: readonly Sample[] = [
  ...durations.flatMap((text) => [
    sample(`pause_before ${text}`, { provisioners: [{ type: 'shell', pause_before: text }] }),
    sample(`cleanup timeout ${text}`, { 'error-cleanup-provisioner': { type: 'shell', timeout: text } }),
  ]),
  sample('two builders of one type', { builders: [builder, builder] }),
  sample('a name that is another type', { builders: [{ type: 'a', name: 'b' }, { type: 'b' }] }),
  sample('builders sorted by bytes', {
    builders: [{ type: 'é' }, { type: 'z' }, { type: 'Z' }, { type: 'ab', name: '😀' }, { type: 'q', name: '\uFFFD' }],
  }),
  sample('upper-case keys', {
    Builders: [{ TYPE: 'qemu', NAME: 'x' }],
    Provisioners: [{ Type: 'shell', Only: ['x'] }],
  }),
  sample('one root key in two cases', { builders: [], Builders: [] }),
  sample('unknown types', {
    builders: [{ type: 'no-such' }],
    provisioners: [{ type: 'nor-such' }],
    'post-processors': ['never'],
  }),
  sample('sequences', {
    builders: [builder],
    'post-processors': ['a', { type: 'b' }, ['c', { type: 'd', name: 'e', keep_input_artifact: true }], []],
  }),
  sample('only and except of unknown builders', {
    builders: [builder],
    provisioners: [{ type: 'x', only: ['a'], except: ['b'], override: { c: {} } }],
  }),
  sample('required and optional variables', {
    variables: { r: null, a: '', long_name: 'x,y', n: 'line\nbreak\r', t: '{{timestamp}}' },
  }),
  sample('an only required variable', { variables: { r: null } }),
  sample('sensitive variables', {
    variables: { s: 'hidden', o: 'shown', u: 'hid' },
    'sensitive-variables': ['s', 'nowhere'],
  }),
  sample('an empty sensitive variable', { variables: { s: '', o: 'x' }, 'sensitive-variables': ['s'] }),
  sample('a required sensitive variable', { variables: { s: null, o: 'x' }, 'sensitive-variables': ['s'] }),
  sample('description', { description: 'one, two\nthree\r\nfour % %s', builders: [{ type: 'a', name: 'b,c' }] }),
  sample('unicode escapes', { description: '\u2028\u0001\ud800', variables: { ['\u00e9']: 'x', ab: 'y' } }),
  sample('an HTML-like name', { builders: [{ type: '<a>&', name: 'b' }] }),
  sample('numbers for names', {
    builders: [
      { type: 1e21, name: 1e-7 },
      { type: 123456789012, name: -0 },
    ],
  }),
];

/** Texts that are wrong, or nearly, as JSON. */
const syntax: readonly Sample[] = [
  '',
  ' ',
  '{',
  '}',
  '{}',
  '[]',
  'null',
  'true',
  '"x"',
  '5',
  '{} {}',
  '{}x',
  '{"a"}',
  '{"a":}',
  '{"a" 1}',
  "{'a':1}",
  '{a:1}',
  '{"description":"a\nb"}',
  '{"description":"a\tb"}',
  '{"description":"\\x"}',
  '{"description":"\\u12"}',
  '{"description":"\\u12G4"}',
  '{"description":"\\/\\b\\f"}',
  '{"description":NaN}',
  '{"description":Infinity}',
  '{"_a":01}',
  '{"_a":1.}',
  '{"_a":.5}',
  '{"_a":+1}',
  '{"_a":-}',
  '{"_a":1e}',
  '{"push":{"n":1e400}}',
  '{"push":{"n":1E+2,"m":-0.0e-3}}',
  '{"push":{"a":1,"a":2}}',
  '{"push":{"a":{"b":1,"b":2}}}',
  '{"push":{"a":[{"b":1},{"b":2}]}}',
  '{"push":{"a":1,"\\u0061":2}}',
  '{"variables":{"a":"1","A":"2"}}',
  '{"variables":{"a":"1","a":"2"}}',
  '{"_a":"1","_a":"2"}',
  '{"description":True}',
  '{"description":nul}',
  '{"description":undefined}',
  '{"description":"x"',
  '{"description":"x',
  '{"builders":[{"type":"a"}',
  '{"builders":[{"type":"a"}}',
  '{"builders":[{"type":"a"}]]}',
  '{"builders":[{"type":"a"} {"type":"b"}]}',
  '{"builders":[,{"type":"a"}]}',
  '{"builders":[{"type":"a"},,{"type":"b"}]}',
  '{,"description":"x"}',
  '{"description":"x",}',
  '{"builders":[{"type":"a"},]}',
  '// note\n{}',
  '{/* note */}',
  '{} // note',
  '# note\n{}',
  '{"description":"x" /* a */, /* b */ "push":{} }',
  '\uFEFF{}',
  '\u00a0{}',
  '\f{}',
  '\v{}',
  '{}\0',
  '\r\n{\r\n}\r\n',
  '{"description":`x`}',
  '{"a":[[[[[[[[[[[[]]]]]]]]]]]]}',
  '{"$schema":"x"}',
].map((text) => ({ name: `syntax: ${JSON.stringify(text)}`, text }));

const whole = JSON.stringify(
  {
    description: 'd',
    variables: { a: '1', b: null },
    'sensitive-variables': ['a'],
    builders: [{ type: 'qemu', name: 'web', disk_size: 5, qemuargs: [['-m', '1G']] }, builder],
    provisioners: [{ type: 'shell', only: ['web'], inline: ['a "b" \\ c'], pause_before: '5s' }],
    'post-processors': [['checksum', { type: 'manifest', keep_input_artifact: true }]],
  },
  null,
  1,
);

/** A small generator of reproducible numbers below `limit` (Lehmer's). */
function numbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state * 48271) % 2147483647;
    return state % limit;
  };
}

function mutations(count: number): readonly Sample[] {
  const next = numbers(20261121);
  const scraps = [
    '"',
    ',',
    ':',
    '{',
    '}',
    '[',
    ']',
    ' ',
    '\n',
    '\\',
    '/',
    'x',
    '0',
    '-',
    'null',
    '""',
    '{}',
    '[]',
    '"a":"b",',
  ];
  return Array.from({ length: count }, (_, index) => {
    let text = whole;
    for (let step = 0; step <= index % 3; step++) {
      const at = next(text.length);
      const removed = next(3) === 0 ? 0 : 1 + next(4);
      const added = next(3) === 0 ? '' : (scraps[next(scraps.length)] ?? '');
      text = text.slice(0, at) + added + text.slice(at + removed);
    }
    return { name: `mutation ${String(index)}`, text };
  });
}

function wrapProvisioner(object: Json): Json {
  return { builders: [builder], provisioners: [object] };
}

function wrapPostProcessor(object: Json): Json {
  return { builders: [builder], 'post-processors': [object] };
}

export const samples: readonly Sample[] = [
  ...roots,
  ...elements('provisioners', 'provisioners'),
  ...elements('post-processors', 'post-processors'),
  ...variations('builder', ['type', 'name', 'config', 'Type'], (object) => ({ builders: [object] }), { type: 'qemu' }),
  ...variations(
    'provisioner',
    ['type', 'only', 'except', 'override', 'pause_before', 'timeout', 'max_retries', 'config', 'Only'],
    wrapProvisioner,
    { type: 'shell' },
  ),
  ...variations(
    'post-processor',
    ['type', 'name', 'only', 'except', 'keep_input_artifact', 'config'],
    wrapPostProcessor,
    { type: 'checksum' },
  ),
  ...oddValues.map((value) => sample(`sequence element ${JSON.stringify(value)}`, wrapPostProcessor(['a', value]))),
  ...oddValues.map((value) => sample(`cleanup ${JSON.stringify(value)}`, { 'error-cleanup-provisioner': value })),
  ...named,
  ...syntax,
  ...mutations(120),
];
