import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { directory, file, kiln, path } from '../../cli/run-kiln.ts';

const root = join(import.meta.dirname, '../../..');
const folder = path('plugins');
const binary = join(folder, 'host.example/org/test/packer-plugin-test_v1.2.3_x5.0_linux_amd64');

/** A plugin where `packer plugins install` puts it, which says in `started` how often it was started for what. */
function install(): void {
  mkdirSync(join(binary, '..'), { recursive: true });
  const run = `exec ${root}/.kiln/node/node ${root}/test/support/packer-plugin/test-plugin.ts "$@"`;
  writeFileSync(binary, `#!/bin/sh\necho "$1" >> ${path('started')}\n${run}\n`);
  chmodSync(binary, 0o755);
  writeFileSync(`${binary}_SHA256SUM`, createHash('sha256').update(readFileSync(binary)).digest('hex'));
}
install();

const env = { PACKER_PLUGIN_PATH: folder };

function template(type: string, options: object = { greeting: 'hello' }): string {
  const provisioners = [{ type: `test-${type}`, ...options }];
  const builders = [{ type: 'file', name: 'web', target: `${type}.txt`, content: 'x' }];
  return file(`${type}.json`, { variables: { a: '1', b: '2' }, builders, provisioners });
}

function startedFor(what: string): number {
  return readFileSync(path('started'), 'utf8')
    .split('\n')
    .filter((line) => line === what).length;
}

/** Processes of the plugin that are still there. */
function left(): string {
  try {
    return execFileSync('pgrep', ['-f', 'packer-plugin/test-plugin.ts start'], { encoding: 'utf8' });
  } catch {
    return '';
  }
}

test('a plugin with several components, over protobuf, is described once', async () => {
  const built = await kiln(['build', '-color=false', template('good', { greeting: 'hello {{build_name}}' })], { env });
  expect(built.stdout).toContain('web: hello {{build_name}} from web');
  expect(built.stdout).toContain('variables: a b');
  expect(built.code).toBe(0);
  expect(await kiln(['validate', template('good')], { env })).toMatchObject({ code: 0 });
  expect(startedFor('describe')).toBe(1);
  expect(left()).toBe('');
});

test('what is wrong is located: by the schema, and by the plugin', async () => {
  const misspelt = await kiln(['validate', template('good', { greetin: 'x' })], { env });
  expect(misspelt.stderr + misspelt.stdout).toMatch(/OPTION_UNKNOWN.*\/provisioners\/0\/greetin\b/);
  expect(misspelt.stderr + misspelt.stdout).toContain('did you mean "greeting"');
  const refused = await kiln(['validate', template('good', { greeting: 'bad' })], { env });
  expect(refused.stderr + refused.stdout).toMatch(/PLUGIN_REFUSED.*\/provisioners\/0\/greeting\n\s+greeting is bad/);
  expect(refused.code).toBe(1);
});

test.each([
  ['crash', 1, /the process of the plugin "test" ended with status 7/],
  ['flood', 0, /succeeded|finished/],
  ['garbage', 0, /succeeded|finished/],
] as const)('a plugin that does %s', async (type, code, words) => {
  const built = await kiln(['build', '-color=false', template(type)], { env });
  expect([built.code, built.stdout + built.stderr]).toEqual([code, expect.stringMatching(words)]);
  expect(built.stdout + built.stderr).not.toMatch(/\n\s+at .*:\d+:\d+/);
  expect(left()).toBe('');
  expect(readdirSync(directory).filter((name) => name.startsWith('.') || name.includes('kiln-packer'))).toEqual([]);
});

test('a plugin that hangs ends with the run', { timeout: 60_000 }, async () => {
  let interrupted = false;
  const built = await kiln(['build', '-color=false', template('hang')], {
    env,
    onOutput: (stdout, child) => {
      if (interrupted || !stdout.includes('variables: a b')) return;
      interrupted = true;
      child.kill('SIGINT');
    },
  });
  expect(built.code).not.toBe(0);
  expect(left()).toBe('');
});

test('a plugin whose checksum is another is not started', async () => {
  const starts = startedFor('describe') + startedFor('start');
  appendFileSync(binary, '# changed\n');
  try {
    const refused = await kiln(['validate', template('good')], { env });
    expect(refused.stderr + refused.stdout).toContain('its checksum is not that of');
    expect(refused.code).toBe(1);
    expect(startedFor('describe') + startedFor('start')).toBe(starts);
  } finally {
    install();
  }
});
