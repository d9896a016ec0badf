/** A small text that asks for endless work, or a large one where work may grow faster than the text. */
export interface Bomb {
  readonly name: string;
  readonly text: () => string;
}

const fileBuilder = { type: 'file', target: '/tmp/kiln-bomb', content: 'x' };

/** A template whose shell provisioner has this text. */
function option(name: string, text: string | (() => string)): Bomb {
  return {
    name,
    text: () => {
      const inline = [typeof text === 'string' ? text : text()];
      return JSON.stringify({
        builders: [{ type: 'null', communicator: 'none' }],
        provisioners: [{ type: 'shell', inline }],
      });
    },
  };
}

function variable(name: string, variables: () => Readonly<Record<string, string>>): Bomb {
  return {
    name,
    text: () => JSON.stringify({ variables: variables(), builders: [{ ...fileBuilder, content: '{{user `a`}}' }] }),
  };
}

/** The same in a provisioner's option, which is filled in until nothing changes. */
function rendered(name: string, variables: () => Readonly<Record<string, string>>): Bomb {
  return {
    name,
    text: () =>
      JSON.stringify({
        variables: variables(),
        builders: [fileBuilder],
        provisioners: [{ type: 'shell-local', inline: ['{{user `a`}}'] }],
      }),
  };
}

function whole(name: string, text: () => string): Bomb {
  return { name, text };
}

const million = 1_000_000;

export const bombs: readonly Bomb[] = [
  whole('lists in lists', () => '['.repeat(million)),
  whole('objects in objects', () => '{"a":'.repeat(million)),
  whole('lists in lists, closed', () => `{"builders":${'['.repeat(100_000)}${']'.repeat(100_000)}}`),
  whole('a megabyte of commas', () => ','.repeat(million)),
  whole('a megabyte of faults in one line', () => `{"builders":[${'x y '.repeat(million / 4)}]}`),
  whole('a megabyte of faults in many lines', () => `{"builders":[${'x y\n'.repeat(million / 4)}]}`),
  whole('a text that is not closed, of blanks', () => `{"a":"${' '.repeat(million)}x\n`),
  whole('commas and blanks in a text that is not closed', () => `{"a":"${',  '.repeat(million / 3)}x\n`),
  whole('comments', () => `{${'/**/'.repeat(million / 4)}${'//\n'.repeat(million / 4)}}`),
  whole('wrong escapes', () => `{"a":"${'\\q'.repeat(million / 2)}"}`),
  whole('the same name again and again', () => `{${'"a":1,'.repeat(million / 6)}"a":1}`),
  whole('the same name again and again, in objects of their own', () =>
    JSON.stringify({ builders: [] }).replace('[]', `[${'{"a":1,"a":1},'.repeat(million / 14)}{}]`),
  ),
  whole('many unknown names at the top', () =>
    JSON.stringify({
      ...Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`name-${String(index)}`, 1])),
      builders: [fileBuilder],
    }),
  ),
  whole('many unknown options', () =>
    JSON.stringify({
      builders: [
        {
          ...fileBuilder,
          ...Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`option_${String(index)}`, 1])),
        },
      ],
    }),
  ),
  whole('many unknown options of a builder with many options', () =>
    JSON.stringify({
      builders: [
        {
          type: 'qemu',
          ...Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`option_${String(index)}`, 1])),
        },
      ],
    }),
  ),
  whole('many builders of an unknown type', () =>
    JSON.stringify({
      builders: Array.from({ length: 20_000 }, (_, index) => ({
        name: `b${String(index)}`,
        type: `t${String(index)}`,
      })),
    }),
  ),
  whole('many builders of one name', () =>
    JSON.stringify({ builders: Array.from({ length: 50_000 }, () => fileBuilder) }),
  ),
  whole('many post-processors that name builders that are not there', () =>
    JSON.stringify({
      builders: [fileBuilder],
      'post-processors': Array.from({ length: 20_000 }, (_, index) => ({
        type: 'checksum',
        only: [`b${String(index)}`],
      })),
    }),
  ),
  whole('many undeclared variables', () =>
    JSON.stringify({
      builders: [{ type: 'null', communicator: 'none' }],
      provisioners: [
        { type: 'shell', inline: Array.from({ length: 30_000 }, (_, index) => `{{user \`v${String(index)}\`}}`) },
      ],
    }),
  ),
  whole('many faulty texts in one line', () =>
    JSON.stringify({
      builders: [{ type: 'null', communicator: 'none' }],
      provisioners: [
        { type: 'shell', inline: Array.from({ length: 30_000 }, (_, index) => `{{nothing${String(index)}}}`) },
      ],
    }),
  ),
  whole('a text of 20 MiB', () =>
    JSON.stringify({ builders: [{ ...fileBuilder, content: 'x'.repeat(20 * 1024 * 1024) }] }),
  ),
  whole('a name of 5 MiB', () => JSON.stringify({ builders: [{ ...fileBuilder, ['x'.repeat(5 * 1024 * 1024)]: 1 }] })),
  whole('a type of 5 MiB', () => JSON.stringify({ builders: [{ type: 'x'.repeat(5 * 1024 * 1024) }] })),

  option('if in if', '{{if true}}'.repeat(100_000)),
  option('if in if, closed', `${'{{if true}}'.repeat(5000)}${'{{end}}'.repeat(5000)}`),
  option('else if after else if', `{{if false}}${'{{else if false}}'.repeat(5000)}{{end}}`),
  option('parentheses', `{{${'('.repeat(100_000)}1${')'.repeat(100_000)}}}`),
  option('pipes', `{{1${' | print'.repeat(100_000)}}}`),
  option('pipes that double', `{{"x"${' | printf "%[1]s%[1]s"'.repeat(100)}}}`),
  option('arguments', `{{print${' 1'.repeat(300_000)}}}`),
  option('delimiters that open', '{{'.repeat(500_000)),
  option('dots that open', '{{.'.repeat(300_000)),
  option('blanks before a trim marker', () => `${' '.repeat(400_000)}x`.repeat(2) + '{{- "x" }}'),
  option('blanks in an action', () => `{{ "x" ${' '.repeat(400_000)} | print }}`),
  option('blanks after an action', () => `{{ "x" }}${' '.repeat(500_000)}`.repeat(2)),
  option('a comment that is not closed', `{{/*${'*'.repeat(500_000)}`),
  option('comments that are not closed', '{{/* '.repeat(100_000)),
  option('a literal of 8 MB', () => `{{"${'x'.repeat(8_000_000)}"}}`),
  option('a literal of 8 MB that is not closed', () => `{{"${'x'.repeat(8_000_000)}`),
  option('literals that are not closed', '{{"x'.repeat(100_000)),
  option('a literal of escapes', () => `{{"${'\\n'.repeat(2_000_000)}"}}`),
  option('a number of a million digits', () => `{{${'9'.repeat(million)}}}`),
  option('a fraction of a million digits', () => `{{1.${'9'.repeat(million)}}}`),
  option('an exponent of a million digits', () => `{{1e${'9'.repeat(million)}}}`),
  option('a large exponent', '{{printf "%f" 1e308}}{{printf "%.1000000f" 1e308}}'),
  option('a name of a million letters', () => `{{${'x'.repeat(million)}}}`),
  option('fields of fields', () => `{{${'.a'.repeat(million / 2)}}}`),
  option('variables', () => Array.from({ length: 30_000 }, (_, index) => `{{$v${String(index)} := 1}}`).join('')),
  option('range over a large number', '{{range 100000000000}}{{end}}'),
  option('range over a large number in another', '{{range 1000000}}{{range 1000000}}x{{end}}{{end}}'),
  option('range with nothing in it', '{{range 999999}}{{end}}'.repeat(100)),
  option(
    'range that prints',
    '{{range 900000}}xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx{{end}}',
  ),
  option('a text that doubles', '{{$x := "x"}}{{range 100}}{{$x = printf "%s%s" $x $x}}{{end}}{{$x}}'),
  option('a text that doubles, by print', '{{$x := "x"}}{{range 100}}{{$x = print $x $x}}{{end}}{{len $x}}'),
  option('a text that doubles, by html', '{{$x := "<"}}{{range 100}}{{$x = html $x $x}}{{end}}'),
  option('a text that doubles, by urlquery', '{{$x := "é"}}{{range 100}}{{$x = urlquery $x $x}}{{end}}'),
  option('a text that grows by replacing', '{{$x := "x"}}{{range 100}}{{$x = replace_all "x" $x $x}}{{end}}'),
  option('a text that grows by replacing nothing', '{{$x := "x"}}{{range 100}}{{$x = replace_all "" $x $x}}{{end}}'),
  option('a text that grows by replacing a few', '{{$x := "x"}}{{range 100}}{{$x = replace "x" $x 1000 $x}}{{end}}'),
  option('a wide format', '{{range 1000}}{{printf "%1000000d%1000000d%1000000d" 1 2 3}}{{end}}'),
  option('a wide format thrown away', '{{range 10000}}{{$x := printf "%1000000d" 1}}{{end}}'),
  option(
    'a wide format by a star',
    '{{printf "%*d" 1000000 1 | printf "%[1]s%[1]s%[1]s%[1]s%[1]s%[1]s%[1]s%[1]s" | printf "%q%[1]q%[1]q%[1]q"}}',
  ),
  option('much work on a long text', '{{$x := printf "%1000000d" 1}}{{range 10000}}{{$y := upper $x}}{{end}}'),
  option('much comparing of long texts', '{{$x := printf "%1000000d" 1}}{{range 10000}}{{$y := split $x "" 5}}{{end}}'),
  option(
    'much formatting of long texts',
    '{{$x := printf "%1000000d" 1}}{{range 10000}}{{$y := printf "%x" $x}}{{end}}',
  ),
  option('define that calls itself', '{{define "a"}}{{template "a"}}{{end}}{{template "a"}}'),
  option('define that calls itself twice', '{{define "a"}}{{template "a"}}{{template "a"}}{{end}}{{template "a"}}'),
  option(
    'define that calls itself deep inside',
    () => `{{define "a"}}${'{{if true}}'.repeat(190)}{{template "a"}}${'{{end}}'.repeat(190)}{{end}}{{template "a"}}`,
  ),
  option(
    'define that calls itself from parentheses',
    () => `{{define "a"}}{{template "a" ${'('.repeat(190)}1${')'.repeat(190)}}}{{end}}{{template "a"}}`,
  ),
  option(
    'define that calls another that calls it',
    '{{define "a"}}{{template "b"}}{{end}}{{define "b"}}{{template "a"}}{{end}}{{template "a"}}',
  ),
  option(
    'defines that double',
    () =>
      Array.from(
        { length: 60 },
        (_, i) => `{{define "d${String(i)}"}}{{template "d${String(i + 1)}"}}{{template "d${String(i + 1)}"}}{{end}}`,
      ).join('') + '{{define "d60"}}x{{end}}{{template "d0"}}',
  ),
  option(
    'what renders to itself and more',
    '{{define "q"}}{{"{{"}}print "{{print `{{x}}` }}" }}x{{end}}{{template "q"}}',
  ),
  option(
    'a text that renders to an expression that renders to itself twice',
    '{{ printf "%s%s" "{{ user `x` }}" "{{ printf `%s%s` `{{1}}` `{{2}}` }}" }}',
  ),
  whole('many texts that each take long', () =>
    JSON.stringify({
      builders: [{ type: 'null', communicator: 'none' }],
      provisioners: [{ type: 'shell', inline: Array.from({ length: 1000 }, () => '{{range 400000}}{{end}}') }],
    }),
  ),
  whole('many endless texts', () =>
    JSON.stringify({
      builders: [{ type: 'null', communicator: 'none' }],
      provisioners: [{ type: 'shell', inline: Array.from({ length: 1000 }, () => '{{range 100000000}}{{end}}') }],
    }),
  ),
  whole('an endless text in many builds', () =>
    JSON.stringify({
      builders: Array.from({ length: 200 }, (_, index) => ({
        type: 'null',
        communicator: 'none',
        name: `b${String(index)}`,
      })),
      provisioners: [{ type: 'shell', inline: ['{{build_name}}{{range 100000000}}{{end}}'] }],
    }),
  ),

  variable('a variable that needs itself', () => ({ a: 'x{{user `a`}}' })),
  variable('variables in a circle', () => ({ a: '{{user `b`}}', b: '{{user `c`}}', c: '{{user `a`}}' })),
  variable('a long chain of variables', () => ({
    a: '{{user `v0`}}',
    ...Object.fromEntries(
      Array.from({ length: 20_000 }, (_, i) => [`v${String(i)}`, `{{user \`v${String(i + 1)}\`}}`]),
    ),
    v20000: 'x',
  })),
  variable('variables that double', () => ({
    a: '{{user `v0`}}',
    ...Object.fromEntries(
      Array.from({ length: 60 }, (_, i) => [
        `v${String(i)}`,
        `{{user \`v${String(i + 1)}\`}}{{user \`v${String(i + 1)}\`}}`,
      ]),
    ),
    v60: 'x',
  })),
  variable('a large circle of variables', () =>
    Object.fromEntries(
      Array.from({ length: 5000 }, (_, i) => [
        i === 0 ? 'a' : `v${String(i)}`,
        `{{user \`${i === 4999 ? 'a' : `v${String(i + 1)}`}\`}}`,
      ]),
    ),
  ),
  rendered('a value that makes a text which asks for itself', () => ({
    a: '{{ print "{{user `b`}}" }}',
    b: '{{ print "{{user `a`}}" }}',
  })),
  rendered('a value that grows as it is rendered', () => ({
    a: '{{ print "{{ user `b` }}{{ user `b` }}" }}',
    b: '{{ print "{{ user `b` }}{{ user `b` }}" }}',
  })),
  variable('many variables', () =>
    Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [i === 0 ? 'a' : `v${String(i)}`, '{{timestamp}}'])),
  ),
];
