import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { command, file, kiln, path, place, stackTrace } from './run-kiln.ts';

function template(name: string, script: string, content = 'x'): string {
  return file(`${name}.json`, {
    builders: [{ type: 'file', name: 'note', content, target: path(`${name}.txt`) }],
    provisioners: [{ type: 'shell-local', inline: [script] }],
  });
}

describe('kiln build', () => {
  test('makes what the template says, and ends with the steps, what was made and where', async () => {
    const { code, stdout } = await kiln(['build', '-v', template('ok', 'echo hi, there')]);
    expect(code).toBe(0);
    expect(readFileSync(path('ok.txt'), 'utf8')).toBe('x');
    expect(stdout).toContain('    file.note: hi, there\n');
    expect(stdout).toMatch(/==> Steps of 'file\.note':\n( +\d+\.\d\d s {2}[\w[].*\n)+/);
    expect(stdout).toContain('[1/1] shell-local: echo hi, there\n');
    expect(stdout).toMatch(/successful builds are:\n--> file\.note: .*ok\.txt\n$/);
  });

  test('gives a build what the builds that it starts from have made', async () => {
    const example = new URL('../../examples/fan-in.json', import.meta.url).pathname;
    const { code } = await kiln(['build', `-var=output=${path('fan-in')}`, example]);
    expect(code).toBe(0);
    expect(readFileSync(path('fan-in/release.txt'), 'utf8')).toBe('Release notes\nAll is well.\n');
  });

  test.each([
    ['the option', [], { variables: {} }, `{{ pwd }}/no/such/file`, 'wrong.json:13:17'],
    [
      'the option, whose name is written in capitals',
      [],
      { variables: {} },
      'no-such-file',
      'wrong.json:13:17',
      'Source',
    ],
    ['the variable that it is', [], { variables: { v: 'no-such' } }, '{{ user `v` }}', 'wrong.json:3:11'],
    ['-var', ['-var', 'v=no-such'], { variables: { v: '' } }, '{{ user `v` }}', '-var:1:3'],
  ])('says where the fault is when it shows at run time: at %s', async (_what, flags, head, source, place, key?) => {
    const builders = [
      { type: 'file', name: 'good', content: 'x', target: path('good.txt') },
      { type: 'file', name: 'bad', [key ?? 'source']: source, target: path('bad.txt') },
    ];
    const { code, stdout } = await kiln(['build', '-json', ...flags, file('wrong.json', { ...head, builders })]);
    expect(code).toBe(1);
    const failure = stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { readonly failure?: { readonly pointer: string; readonly location: string } })
      .find((event) => event.failure !== undefined)?.failure;
    expect(failure?.pointer).toBe(`/builders/1/${key ?? 'source'}`);
    expect(failure?.location).toBe(place);
  });

  test.each([
    ['a checksum over the input', 'post-processors', { type: 'checksum', output: 'about.txt' }, 'output'],
    ['a file that is no manifest', 'post-processors', { type: 'manifest', output: 'about.txt' }, 'output'],
    ['an archive for one file over it', 'post-processors', { type: 'compress', output: 'about.txt' }, 'output'],
    [
      'a command that the data of the run do not fit',
      'provisioners',
      { type: 'shell-local', inline: ['true'], execute_command: ['sh', '-c', '{{ index .Script 9999 }}'] },
      'execute_command',
    ],
    ['a time limit', 'provisioners', { type: 'shell-local', timeout: '100ms', inline: ['exec sleep 60'] }, 'timeout'],
  ])('says which option of a component it is about: %s', async (_what, list, component, option) => {
    const builders = [{ type: 'file', content: 'x', target: path('about.txt') }];
    const { code, stdout } = await kiln(['build', '-json', file('option.json', { builders, [list]: [component] })]);
    expect(code).toBe(1);
    expect(stdout).toContain(`"pointer":"/${list}/0/${option}"`);
    const line = readFileSync(path('option.json'), 'utf8')
      .split('\n')
      .findIndex((text) => text.includes(`"${option}"`));
    expect(stdout).toContain(`"location":"option.json:${line + 1}:`);
  });

  test('adds up what -only and -except are given at several places, and builds nothing for an empty -only', async () => {
    const builders = ['a', 'b', 'c'].map((name) => ({ type: 'file', name, content: 'x', target: path(`f-${name}`) }));
    const name = file('three.json', { builders });
    const made = async (...flags: string[]): Promise<string[]> => {
      const { stdout } = await kiln(['build', '-force', ...flags, name]);
      return [...stdout.matchAll(/^Build 'file\.(\w)' finished/gm)].map(([, each = '']) => each).sort();
    };
    expect(await made('-only=a', '-only=b')).toEqual(['a', 'b']);
    expect(await made('-only=a,b', '-only', 'file.c')).toEqual(['a', 'b', 'c']);
    expect(await made('-except=a', '-except=b')).toEqual(['c']);
    expect(await made('-only=', '-only=b')).toEqual(['b']);
    expect(await made('-except=')).toEqual(['a', 'b', 'c']);
    const { code, stderr } = await kiln(['build', '-only=', name]);
    expect(code).toBe(1);
    expect(stderr).toContain('-only is given and empty');
  });

  test.each([
    ['with a byte order mark', Buffer.from('\uFEFF{"builders":[]}', 'utf16le')],
    ['without one', Buffer.from('{"builders":[]}', 'utf16le')],
    ['of the other order', Buffer.from('{"builders":[]}', 'utf16le').swap16()],
  ])('says of a template and of a variable file in UTF-16 %s what they are', async (_what, bytes) => {
    writeFileSync(path('utf16.json'), bytes);
    const ok = file('ok16.json', { builders: [{ type: 'null', communicator: 'none' }] });
    for (const args of [['utf16.json'], ['-var-file=utf16.json', ok]]) {
      const { stderr } = await kiln(['validate', ...args]);
      expect(stderr).toContain('utf16.json is in UTF-16');
      expect(stderr).toContain('-Encoding utf8');
    }
  });

  test('keeps the values of -var only while the run can be gone on with', async () => {
    const kept = (): string[] =>
      readdirSync(path('values/runs')).map((run) => readFileSync(path(`values/runs/${run}/invocation.json`), 'utf8'));
    const settings = { env: { KILN_STATE_DIR: path('values') } };
    const name = file('values.json', {
      variables: { word: '', exit: '0' },
      builders: [{ type: 'null', communicator: 'none' }],
      provisioners: [{ type: 'shell-local', inline: ['exit {{user `exit`}}'] }],
    });
    await kiln(['build', '-var', 'word=not-for-ever', '-var=exit=1', name], settings);
    expect(kept().join('')).toContain('not-for-ever');
    rmSync(path('values'), { recursive: true });
    expect((await kiln(['build', '-var', 'word=not-for-ever', name], settings)).code).toBe(0);
    expect(kept()).toHaveLength(1);
    expect(kept().join('')).toContain('"withheld":["word"]');
    expect(kept().join('')).not.toContain('not-for-ever');
  });

  test('reads a template from standard input', async () => {
    const text = JSON.stringify({ builders: [{ type: 'file', content: 'in', target: path('stdin.txt') }] });
    expect((await kiln(['build', '-'], { stdin: text })).code).toBe(0);
    expect(readFileSync(path('stdin.txt'), 'utf8')).toBe('in');
  });

  test('takes flags with one dash and with two, before and behind the template', async () => {
    const name = file('vars.json', {
      variables: { a: '', b: '', c: '' },
      builders: [{ type: 'file', content: '{{user `a`}}{{user `b`}}{{user `c`}}', target: path('vars.txt') }],
    });
    file('c.json', { c: '3', a: 'overridden' });
    const { code } = await kiln([
      'build',
      '-var',
      'a=1',
      '--force',
      name,
      '--var=b=2',
      '-var-file=c.json',
      '-color=false',
    ]);
    expect(code).toBe(0);
    expect(readFileSync(path('vars.txt'), 'utf8')).toBe('123');
  });

  test('ends with exit code 1 when a script exits with 3, and says so once, with its place and last output', async () => {
    const { code, stdout, stderr } = await kiln(['build', template('three', 'echo before; exit 3')]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/--> file\.note: .*status 3/);
    expect(stdout).toContain('three.json:');
    expect(stdout).toContain('/provisioners/0');
    expect(stdout).toContain('| before');
    expect(`${stdout}${stderr}`).not.toMatch(stackTrace);
  });

  test('colours by build only when it is asked to, since standard output is no terminal', async () => {
    const name = template('colour', 'echo hi');
    expect((await kiln(['build', '-force', name])).stdout).not.toContain('\u001b');
    const { stdout } = await kiln(['build', '-force', '-color', name]);
    expect(stdout).toContain('\u001b[1;32mfile.note: output will be in this color.\u001b[0m\n');
    expect(stdout).toContain('\u001b[0;32m    file.note: hi\u001b[0m\n');
  });

  test('-timestamp-ui puts the time before the lines of builds', async () => {
    const { stdout } = await kiln(['build', '-force', '-timestamp-ui', template('stamp', 'echo hi')]);
    expect(stdout).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ: {5}file\.note: hi$/m);
  });

  test('-json writes one JSON object a line, from run-started to run-finished', async () => {
    const { stdout, stderr } = await kiln(['build', '-force', '-json', template('json', 'echo hi')]);
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; time: number });
    expect(stderr).toBe('');
    expect(events[0]?.type).toBe('run-started');
    expect(events.at(-1)?.type).toBe('run-finished');
    expect(events.every(({ time }) => Number.isInteger(time))).toBe(true);
  });

  test('keeps sensitive values out of every format', async () => {
    const name = file('secret.json', {
      variables: { word: 'hush-hush' },
      'sensitive-variables': ['word'],
      builders: [{ type: 'file', content: 'x', target: path('secret.txt') }],
      provisioners: [{ type: 'shell-local', inline: ['echo say {{user `word`}} twice'] }],
    });
    for (const flags of [[], ['-json'], ['-machine-readable'], ['-debug']]) {
      const { stdout, stderr } = await kiln(['build', '-force', ...flags, name]);
      expect(stdout).toContain('say ');
      expect(`${stdout}${stderr}`).not.toContain('hush-hush');
    }
  });
});

describe('an interrupted build', () => {
  const signals = [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const;
  test.each(signals)('cancels on %s, cleans up and exits with %i', async (signal, expected) => {
    const name = template(`slow-${signal}`, 'echo started; sleep 60');
    let sent = false;
    const { code, stdout, stderr } = await kiln(['build', name], {
      onOutput: (text, child) => {
        if (!sent && text.includes(': started')) sent = child.kill(signal);
      },
    });
    expect(stdout).toContain(`Cancelling after ${signal}`);
    expect(stdout).toContain("Build 'file.note' was cancelled");
    expect(`${stdout}${stderr}`).not.toMatch(stackTrace);
    expect(code).toBe(expected);
    expect((await kiln(['gc', '-dry-run'])).stdout).toBe('Nothing was left behind.\n');
  });

  test('names what is left on the second signal and exits at once; gc removes it', async () => {
    const name = template('twice', 'trap "" TERM; echo started; sleep 60');
    let sent = 0;
    const started = performance.now();
    const { code, stderr } = await kiln(['build', name], {
      onOutput: (text, child) => {
        if (sent === 0 && text.includes(': started')) sent = Number(child.kill('SIGINT'));
        else if (sent === 1 && text.includes('Cancelling')) sent += Number(child.kill('SIGINT'));
      },
    });
    expect(performance.now() - started).toBeLessThan(20_000);
    expect(stderr).toContain('Stopped.');
    expect(stderr).toContain('kiln gc');
    expect(code).toBe(3);
    const gc = await kiln(['gc']);
    expect(gc.code).toBe(0);
    expect(gc.stdout).toContain('removed ');
    expect((await kiln(['gc'])).stdout).toBe('Nothing was left behind.\n');
  });
});

test('a reader that goes away stops no build and makes no trace', async () => {
  const name = template('closed', 'for i in $(seq 300); do echo line $i; done; sleep 0.3; echo more');
  const [program, ...args] = command(['build', '-force', name]);
  const child = spawn(program, args, { ...place(), stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdout.once('data', () => child.stdout.destroy());
  const [code] = (await once(child, 'close')) as [number];
  expect(stderr).toBe('');
  expect(code).toBe(0);
  expect(existsSync(path('closed.txt'))).toBe(true);
});
