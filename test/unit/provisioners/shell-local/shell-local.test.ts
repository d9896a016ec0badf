import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { linuxPath } from '../../../../core/shell-local/run.ts';
import type { JsonObject } from '../../../../core/contract/json.ts';
import type { ShellLocalProvisionerConfig } from '../../../../provisioners/shell-local/config.gen.ts';
import { provisioner } from '../../../../provisioners/shell-local/index.ts';
import { componentConfig, prepareContext } from '../../../support/component-config.ts';
import { localGuest } from '../../../support/ssh/local-guest.ts';
import { provisionRun, type TestProvisionRun } from '../../../support/provision-run.ts';

function config(options: JsonObject): ShellLocalProvisionerConfig {
  return componentConfig('provisioners/shell-local', options);
}

async function provision(options: JsonObject): Promise<TestProvisionRun> {
  const run = provisionRun(localGuest());
  await provisioner.provision(config(options), run);
  return run;
}

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kiln-shell-local-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe('prepare', () => {
  const context = prepareContext({ statPath: (path) => (path === 'here.sh' ? 'file' : undefined) });

  test.each<[JsonObject, readonly string[]]>([
    [{ inline: ['true'] }, []],
    [{ script: 'here.sh' }, []],
    [{}, ['SCRIPT_REQUIRED']],
    [{ inline: [] }, ['SCRIPT_REQUIRED']],
    [{ inline: ['true'], script: 'here.sh' }, ['SCRIPT_AMBIGUOUS']],
    [{ scripts: ['here.sh', 'gone.sh'] }, ['SCRIPT_NOT_FOUND']],
    [{ inline: ['true'], environment_vars: ['A'] }, ['ENVIRONMENT_VARIABLE_MALFORMED']],
    [
      { inline: ['true'], environment_vars: ['A-B=1', 'C=1', '1A=1'] },
      ['ENVIRONMENT_VARIABLE_NAME', 'ENVIRONMENT_VARIABLE_NAME'],
    ],
    [{ inline: ['true'], env: { 'A B': '1', _a1: '1' } }, ['ENVIRONMENT_VARIABLE_NAME']],
    [{ inline: ['true'], environment_vars: ['A-B=1'], execute_command: ['env', '{{.Vars}}', 'sh', '{{.Script}}'] }, []],
    [{ inline: ['true'], environment_vars: ' =1' }, ['ENVIRONMENT_VARIABLE_MALFORMED']],
    [{ inline: ['true'], use_linux_pathing: true }, ['SHELL_LOCAL_LINUX_PATHING']],
  ])('%j gives %j', (options, codes) => {
    expect(provisioner.prepare(config(options), context).map(({ code }) => code)).toEqual(codes);
  });
});

describe('provision', () => {
  test('shows what the script says, with the variables of the template and of Kiln', async () => {
    const inline = ['echo "$A $B $PACKER_BUILD_NAME"', 'echo oops >&2'];
    const { shown } = await provision({ inline, environment_vars: ["A=it's", 'B=1'], env: { B: '2' } });
    expect(shown.toSorted()).toEqual(['stderr oops', "stdout it's 2 vm"]);
  });

  test('takes variables with a blank behind the comma, and leaves the blanks of values', async () => {
    const { shown } = await provision({ inline: ['echo "[$A][$B]"'], environment_vars: 'A= 1, B=2 ' });
    expect(shown).toEqual(['stdout [ 1][2 ]']);
  });

  test('a script file without the executable bit is refused with its status and reason', async () => {
    const script = join(directory, 'plain.sh');
    await writeFile(script, 'true\n');
    await expect(provision({ script })).rejects.toMatchObject({ code: 'SCRIPT_FAILED', exitStatus: 126 });
  });

  test('fails with the status that is not allowed, and takes those that are', async () => {
    await expect(provision({ inline: ['echo last', 'exit 3'] })).rejects.toMatchObject({
      code: 'SCRIPT_FAILED',
      exitStatus: 3,
      outputTail: 'last\n',
      message: 'script <inline> exited with status 3 (expected 0)',
    });
    await provision({ inline: ['exit 3'], valid_exit_codes: [0, 3] });
  });

  test("runs a template's own command, of one element by a shell", async () => {
    const inline = ['#!/bin/sh', 'echo "$1 $A"'];
    const list = { execute_command: ['/bin/sh', '-c', '{{.Vars}} sh {{.Script}} arg'] };
    expect((await provision({ inline, env: { A: 'x' }, ...list })).shown).toEqual(['stdout arg x']);
    const one = { execute_command: ['{{.Vars}} sh {{.Script}} arg'] };
    expect((await provision({ inline, env: { A: 'y' }, ...one })).shown).toEqual(['stdout arg y']);
  });

  test('does nothing on systems that only_on does not name', async () => {
    const marker = join(directory, 'marker');
    const run = await provision({ inline: [`touch ${marker}`], only_on: ['windows'] });
    expect(run.said.join('\n')).toContain('only_on');
    expect(await readdir(directory)).toEqual([]);
  });

  test('stops at the first script that fails', async () => {
    for (const [name, text] of [
      ['a', '#!/bin/sh\nexit 1\n'],
      ['b', `#!/bin/sh\ntouch ${directory}/marker\n`],
    ] as const) {
      await writeFile(join(directory, name), text, { mode: 0o755 });
    }
    await expect(provision({ scripts: [join(directory, 'a'), join(directory, 'b')] })).rejects.toThrow('status 1');
    expect(await readdir(directory)).toEqual(['a', 'b']);
  });

  test('a cancelled script is ended', async () => {
    const controller = new AbortController();
    const run = provisionRun(localGuest(), { signal: controller.signal, output: () => controller.abort() });
    const started = performance.now();
    await expect(provisioner.provision(config({ inline: ['echo go', 'sleep 60'] }), run)).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});

test.each([
  ['C:\\Users\\me\\a.sh', '/mnt/c/Users/me/a.sh'],
  ['D:/x', '/mnt/d/x'],
  ['scripts\\a.sh', 'scripts/a.sh'],
])('%s is %s for the Windows Subsystem for Linux', (path, expected) => {
  expect(linuxPath(path)).toBe(expected);
});
