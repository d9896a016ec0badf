import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { root } from '../../../core/dev/components.ts';
import type { Provisioner } from '../../../plugins/sdk/index.ts';
import { conformance, fakeGuest, prepare, runProvisioner, type TestedComponent } from '../../../plugins/sdk/testing.ts';

const folder = join(root, 'examples/plugins/motd');
const FILES = ['schema.json', 'index.ts', 'index.test.ts'] as const;
const MOST_LINES = 60;

/** The module as Node itself loads it, with what `kiln-sdk` is for anybody who depends on Kiln. */
const { provisioner } = (await import(/* @vite-ignore */ pathToFileURL(join(folder, 'index.ts')).href)) as {
  readonly provisioner: Provisioner<object>;
};
const motd: TestedComponent = { type: 'motd', schema: join(folder, 'schema.json'), component: provisioner };

describe('the example of docs/plugins.md', () => {
  test.each(FILES)('is the file %s, word for word', (file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    const language = file.endsWith('.ts') ? 'ts' : 'json';
    expect(readFileSync(join(root, 'docs/plugins.md'), 'utf8')).toContain(`\`\`\`${language}\n${text}\`\`\``);
  });

  test('is short, but for its tests', () => {
    const lines = FILES.slice(0, 2).map((file) => readFileSync(join(folder, file), 'utf8').split('\n').length - 1);
    expect(lines.reduce((sum, count) => sum + count)).toBeLessThanOrEqual(MOST_LINES);
  });

  test('passes its own tests, by Node itself', () => {
    const { status, stdout } = spawnSync(process.execPath, ['--test', 'index.test.ts'], {
      cwd: folder,
      encoding: 'utf8',
      // A test runner within a test runner would only report.
      env: { ...process.env, NODE_TEST_CONTEXT: undefined },
    });
    expect(stdout).toMatch(/pass 13\b/);
    expect(status).toBe(0);
  });

  test('has the right types', () => {
    const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
      readonly config: { readonly compilerOptions: object };
    };
    const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
    const program = ts.createProgram([join(folder, 'index.ts')], {
      ...options,
      typeRoots: [join(root, 'node_modules/@types')],
    });
    const faults = ts.getPreEmitDiagnostics(program, program.getSourceFile(join(folder, 'index.ts')));
    expect(faults.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([]);
  });

  test.each(conformance(motd).map(({ rule, check }) => [rule, check] as const))('%s', (_rule, check) => check());

  test('writes the message and gives it to its owner', async () => {
    const guest = fakeGuest();
    const { outcome, lines } = await runProvisioner(motd, { message: 'Welcome', owner: "o'hara" }, { guest });
    expect(outcome).toBe('succeeded');
    expect(lines).toContain('writing /etc/motd');
    expect(guest.files.get('/etc/motd')?.toString()).toBe('Welcome\n');
    expect(guest.commands).toEqual(["chown 'o'\\''hara' /etc/motd"]);
  });

  test('says which option is to blame when the guest has no such user', async () => {
    const guest = fakeGuest(() => ({ exitStatus: 1, stderr: 'chown: invalid user\n' }));
    const { outcome, failure, lines } = await runProvisioner(
      motd,
      { message: 'Welcome', owner: 'nobody-at-all' },
      { guest },
    );
    expect(outcome).toBe('failed');
    expect(failure).toMatchObject({ code: 'MOTD_OWNER', pointer: '/provisioners/0/owner', exitStatus: 1 });
    expect(lines).toContain('chown: invalid user');
  });

  test('complains of its options as kiln validate does', async () => {
    const found = await prepare(
      motd,
      JSON.stringify({ builders: [{ type: 'test' }], provisioners: [{ type: 'motd', message: 'a', path: 'motd' }] }),
    );
    expect(found.map(({ code, pointer }) => [code, pointer])).toEqual([['MOTD_PATH', '/provisioners/0/path']]);
    const template = '{ "builders": [{ "type": "test" }], "provisioners": [{ "type": "motd" }] }';
    expect((await prepare(motd, template)).map(({ code }) => code)).toEqual(['OPTION_MISSING']);
    await expect(runProvisioner(motd, {}, {})).rejects.toThrow(/message/);
  });
});
