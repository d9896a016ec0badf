import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, test } from 'vitest';
import { file, kiln, path } from './run-kiln.ts';

const nil = { type: 'null', communicator: 'none' };

describe('the values of variables', () => {
  test('come from -var, then the last variable file, whatever its format, then the default', async () => {
    file('one.json', '{"a": "json", "b": "json", "c": "json", "d": "json"}');
    file('two.yaml', 'b: yaml\nc: yaml\nd: yaml\n');
    file('three.env', 'C=unused\nc=env\nd=env\n');
    const name = file('precedence.json', {
      variables: { a: 'default', b: 'default', c: 'default', d: 'default', e: 'default' },
      builders: [
        {
          type: 'file',
          target: path('values.txt'),
          content: '{{user `a`}} {{user `b`}} {{user `c`}} {{user `d`}} {{user `e`}}',
        },
      ],
    });
    const args = ['-var', 'd=flag', '-var-file=one.json', '-var-file=two.yaml', '-var-file=three.env'];
    expect((await kiln(['build', ...args, name])).code).toBe(0);
    expect(readFileSync(path('values.txt'), 'utf8')).toBe('json yaml env flag default');
  });

  test('come from the environment too, which counts less than files and flags; other templates have other variables', async () => {
    file('ci.json', '{"b": "file"}');
    const name = file('ci-template.json', {
      variables: { a: null, b: 'default', c: 'default', token: null },
      'sensitive-variables': ['token'],
      builders: [nil],
      provisioners: [
        { type: 'shell-local', inline: ['echo {{user `a`}} {{user `b`}} {{user `c`}} >>ci.txt'] },
        { type: 'shell-local', inline: ['echo {{user `token`}}; test -e ci-go'] },
        { type: 'shell-local', inline: ['echo {{user `a`}} {{user `b`}} {{user `c`}} >>ci.txt'] },
      ],
    });
    const env = {
      ...{ KILN_VAR_a: 'kiln', PKR_VAR_a: 'packer', PKR_VAR_b: 'packer', PKR_VAR_c: 'packer', KILN_VAR_other: 'x' },
      ...{ KILN_VAR_token: 'Tr0ub4dor-and-3', KILN_STATE_DIR: path('ci-state') },
    };
    const failed = await kiln(['build', '-on-error=keep', '-var-file=ci.json', name], { env });
    expect(failed.code).not.toBe(0);
    expect(failed.stdout).not.toContain('Tr0ub4dor');
    const [run = ''] = readdirSync(path('ci-state/runs'));
    expect(readFileSync(path(`ci-state/runs/${run}/invocation.json`), 'utf8')).not.toContain('Tr0ub4dor');
    file('ci-go', '');
    // What is no secret is known from the run, and a secret is taken from where it was.
    const resumed = await kiln(['resume'], {
      env: { KILN_VAR_token: 'Tr0ub4dor-and-3', KILN_STATE_DIR: path('ci-state') },
    });
    expect(resumed.code).toBe(0);
    expect(readFileSync(path('ci.txt'), 'utf8')).toBe('kiln file packer\nkiln file packer\n');
  });

  test('may be templates, also from outside, and what they ask of the environment is filled in', async () => {
    const name = file('nested.json', {
      variables: { a: '{{user `b`}}!', b: '{{env `CITY` | upper}}', c: '' },
      builders: [{ type: 'file', target: path('nested.txt'), content: '{{user `a`}} {{user `c`}}' }],
    });
    const { code } = await kiln(['build', '-var', 'c={{user `a` | lower}}', name], { env: { CITY: 'Rome' } });
    expect(code).toBe(0);
    expect(readFileSync(path('nested.txt'), 'utf8')).toBe('ROME! rome!');
  });

  test('are complained about where they came from', async () => {
    const name = file('origin.json', {
      variables: { port: '22' },
      builders: [{ ...nil, ssh_port: '{{user `port`}}' }],
    });
    file('bad.json', '{\n  "port": "many"\n}');
    file('bad.yaml', '# note\nport: many\n');
    file('bad.env', 'export port=many\n');
    const places = [
      [['-var-file=bad.json'], 'bad.json:2:12'],
      [['-var-file=bad.yaml'], 'bad.yaml:2:7'],
      [['-var-file=bad.env'], 'bad.env:1:13'],
      [['-var', 'port=many'], '-var:1:6'],
    ] as const;
    for (const [args, place] of places) {
      const { stderr } = await kiln(['validate', ...args, name]);
      expect(stderr).toMatch(new RegExp(`error OPTION_WRONG_TYPE {2}${place} `));
      const { stdout } = await kiln(['validate', '-json', ...args, name]);
      const { location, pointer } = JSON.parse(stdout.split('\n', 1).join('')) as {
        location: { file: string; line: number; column: number };
        pointer: string;
      };
      expect(`${location.file}:${String(location.line)}:${String(location.column)}`).toBe(place);
      expect(pointer).toBe('/builders/0/ssh_port');
    }
  });
});

describe('sensitive variables', () => {
  // Long enough that its Base64 is recognised inside of other Base64, with marks that URLs encode, and of two lines.
  const secret = 'pass/word+one\nsecond & line';
  const variables = { secret, plain: 'in sight' };
  const forms = [
    'pass/word+one',
    'second & line',
    Buffer.from(secret).toString('base64'),
    encodeURIComponent(secret),
    encodeURIComponent('pass/word+one'),
    Buffer.from('pass/word+one').toString('base64').slice(0, 16),
  ];

  function template(name: string, script: string): string {
    return file(name, {
      variables: { ...variables },
      'sensitive-variables': ['secret'],
      builders: [nil],
      provisioners: [
        { type: 'shell-local', environment_vars: ['S={{user `secret`}}', 'P={{user `plain`}}'], inline: [script] },
      ],
    });
  }

  const script = [
    'echo "plain: $P"',
    'echo "whole: $S"',
    'printf %s "$S" | base64 -w0; echo',
    `printf %s "$S" | python3 -c 'import sys,urllib.parse; print(urllib.parse.quote(sys.stdin.read(), safe=""))'`,
    'echo "$S" | head -1 | base64',
    'echo "$S" >&2',
  ].join('\n');

  test.each([
    ['text', []],
    ['-machine-readable', ['-machine-readable']],
    ['-json', ['-json']],
    ['-timestamp-ui', ['-timestamp-ui']],
  ] as const)(
    'appear nowhere in the output as %s: not whole, not by line, not in Base64, not URL-encoded',
    async (_mode, args) => {
      const { code, stdout, stderr } = await kiln(['build', ...args, template('sensitive.json', script)]);
      expect(code).toBe(0);
      expect(stdout).toContain('plain: in sight');
      expect(stdout).toContain('<sensitive>');
      for (const form of forms) expect(`${stdout}${stderr}`).not.toContain(form);
    },
  );

  test('are hidden when their value comes from outside, and in what a failure says', async () => {
    const name = template('failing.json', 'echo "$S" >&2; exit 3');
    const { code, stdout, stderr } = await kiln(['build', '-var', 'secret=from-outside-7', name]);
    expect(code).not.toBe(0);
    expect(`${stdout}${stderr}`).toContain('<sensitive>');
    expect(`${stdout}${stderr}`).not.toContain('from-outside-7');
  });

  test('are hidden by inspect and in complaints', async () => {
    const name = file('complaint.json', {
      variables: { port: 'hush-hush' },
      'sensitive-variables': ['port'],
      builders: [{ ...nil, ssh_port: '{{user `port`}}' }],
    });
    for (const args of [['inspect'], ['inspect', '-machine-readable'], ['validate'], ['validate', '-json']]) {
      const { stdout, stderr } = await kiln([...args, name]);
      expect(`${stdout}${stderr}`).not.toContain('hush-hush');
    }
    const given = await kiln(['validate', '-var', 'port=hush-hush', name]);
    expect(given.stderr).toContain('OPTION_WRONG_TYPE');
    expect(given.stderr).not.toContain('hush-hush');
  });
});

describe('variables that ask a server', () => {
  const servers: Server[] = [];

  afterAll(() => {
    for (const server of servers) server.close();
  });

  /** Address of a server that answers by path. */
  async function serve(answers: Readonly<Record<string, unknown>>): Promise<string> {
    const server = createServer((request, response) => {
      const answer = answers[(request.url ?? '').split('?', 1).join('')];
      response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
      response.end(typeof answer === 'string' ? answer : JSON.stringify(answer ?? { errors: ['no'] }));
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  }

  test('get what Consul, Vault and AWS Secrets Manager have', async () => {
    const consul = await serve({
      '/v1/kv/app/city': [{ Key: 'app/city', Value: Buffer.from('Rome').toString('base64'), Flags: 0 }],
    });
    const vault = await serve({ '/v1/secret/data/app': { data: { data: { pw: 'hush' }, metadata: { version: 1 } } } });
    const aws = await serve({ '/': { Name: 'app', SecretString: '{"key":"abc"}' } });
    const name = file('lookups.json', {
      variables: {
        city: '{{consul_key `app/city`}}',
        pw: '{{vault `/secret/data/app` `pw`}}',
        key: '{{aws_secretsmanager `app` `key`}}',
        both: '{{user `city`}}-{{user `key`}}',
      },
      builders: [{ type: 'file', target: path('lookups.txt'), content: '{{user `both`}} {{user `pw` | upper}}' }],
    });
    const env = {
      CONSUL_HTTP_ADDR: consul,
      VAULT_ADDR: vault,
      VAULT_TOKEN: 't',
      AWS_ENDPOINT_URL_SECRETS_MANAGER: aws,
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'x',
      AWS_REGION: 'eu-west-1',
    };
    const { code, stderr } = await kiln(['build', name], { env });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(readFileSync(path('lookups.txt'), 'utf8')).toBe('Rome-abc HUSH');
  });

  test.each([
    ['Vault', '{{ vault `/secret/data/app` `pw` }}'],
    ['Consul', '{{ consul_key `app/pw` }}'],
  ])('show what %s tells in no output and no report, though nothing says that it is secret', async (_what, asked) => {
    const secret = 'hush-and-no-word';
    const server = await serve({
      '/v1/secret/data/app': { data: { data: { pw: secret }, metadata: { version: 1 } } },
      '/v1/kv/app/pw': [{ Key: 'app/pw', Value: Buffer.from(secret).toString('base64'), Flags: 0 }],
    });
    const name = file('asked.json', {
      variables: { pw: asked },
      builders: [{ type: 'file', target: path('asked.txt'), content: '{{ user `pw` }}' }],
      provisioners: [
        { type: 'shell-local', inline: ['echo "pw=$PW"', 'exit 3'], environment_vars: ['PW={{ user `pw` }}'] },
      ],
    });
    const state = mkdtempSync(path('asked-'));
    const env = { CONSUL_HTTP_ADDR: server, VAULT_ADDR: server, VAULT_TOKEN: 't', KILN_STATE_DIR: state };
    const { code, stdout, stderr } = await kiln(['build', name], { env });
    expect(code).toBe(1);
    expect(stdout).toContain('pw=<sensitive>');
    const reports = readdirSync(state, { recursive: true, encoding: 'utf8' }).filter((each) =>
      each.endsWith('report.json'),
    );
    expect(reports).toHaveLength(1);
    const report = readFileSync(`${state}/${reports[0] ?? ''}`, 'utf8');
    expect(report).toContain('<sensitive>');
    expect(stdout + stderr + report).not.toContain(secret);
  });

  test('say where they stand when there is no answer', async () => {
    const consul = await serve({});
    const name = file('missing.json', { variables: { city: '{{consul_key `app/city`}}' }, builders: [nil] });
    const { code, stderr } = await kiln(['validate', name], { env: { CONSUL_HTTP_ADDR: consul } });
    expect(code).toBe(1);
    expect(stderr).toMatch(/error INTERPOLATION_FAILED {2}missing\.json:3:\d+ {2}\/variables\/city/);
    expect(stderr).toContain('app/city');
  });

  test('are not asked for outside of "variables"', async () => {
    const name = file('elsewhere.json', {
      builders: [{ type: 'file', target: path('x'), content: '{{consul_key `a`}}' }],
    });
    const { code, stderr } = await kiln(['validate', name]);
    expect(code).toBe(1);
    expect(stderr).toContain('INTERPOLATION_FAILED');
  });
});
