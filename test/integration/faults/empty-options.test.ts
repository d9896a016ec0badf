import { existsSync, readFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { file, kiln, path } from '../../cli/run-kiln.ts';
import { nullBuilder, sshdMissing, type TestSshd } from '../../support/ssh/sshd.ts';
import { testWithSshd } from '../../support/ssh/test-with-sshd.ts';
const test = testWithSshd();

describe.skipIf(sshdMissing() !== undefined)('what is empty has its default', () => {
  async function build(guest: TestSshd, name: string, options: object, login: object = {}): Promise<number | null> {
    const builders = [{ ...nullBuilder(guest), ...login }];
    const { code } = await kiln([
      'build',
      file(`${name}.json`, { builders, provisioners: [{ type: 'shell', ...options }] }),
    ]);
    return code;
  }

  test.for<[string, string | readonly never[]]>([
    ['execute_command', ''],
    ['inline_shebang', ''],
    ['env_var_format', ''],
    ['remote_folder', ''],
    ['remote_file', ''],
    ['remote_path', ''],
    ['start_retry_timeout', '0s'],
    ['valid_exit_codes', []],
    ['valid_exit_codes', ''],
  ])('shell with %s %j runs its script', async ([option, value], { sshd: guest }) => {
    const ran = path(`ran-${option}-${String(value.length)}`);
    const inline = [`test "$A" = b`, `dirname "$0" >${ran}`];
    expect(await build(guest, option, { [option]: value, environment_vars: ['A=b'], inline })).toBe(0);
    expect(readFileSync(ran, 'utf8')).toBe('/tmp\n');
  });

  test('a command that fails ends the script with an empty inline_shebang, as with none', async ({ sshd: guest }) => {
    const ran = path('went-on');
    expect(await build(guest, 'failing', { inline_shebang: '', inline: ['false', `touch ${ran}`] })).toBe(1);
    expect(existsSync(ran)).toBe(false);
  });

  test('a time of nothing is no limit of nothing', async ({ sshd: guest }) => {
    const login = { ssh_timeout: '0s', ssh_keep_alive_interval: 0, ssh_handshake_attempts: 0, ssh_ciphers: [] };
    expect(await build(guest, 'times', { inline: ['true'], pause_after: '0s' }, login)).toBe(0);
  });
});
