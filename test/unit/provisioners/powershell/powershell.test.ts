import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { JsonObject } from '../../../../core/contract/json.ts';
import type { PowershellProvisionerConfig } from '../../../../provisioners/powershell/config.gen.ts';
import { inlineCommand, scriptCommand } from '../../../../provisioners/powershell/command.ts';
import { elevatedRunner } from '../../../../provisioners/powershell/elevated-runner.ts';
import { provisioner } from '../../../../provisioners/powershell/index.ts';
import { escapeForDoubleQuotes } from '../../../../provisioners/powershell/script-text.ts';
import { componentConfig, prepareContext } from '../../../support/component-config.ts';
import {
  localWindows,
  windowsRun,
  type LocalWindows,
  type LocalWindowsOptions,
} from '../../../support/winrm/local-windows.ts';
import type { TestProvisionRun } from '../../../support/provision-run.ts';

const directory = mkdtempSync(join(tmpdir(), 'kiln-powershell-'));
const script = join(directory, 'install.ps1');
beforeAll(() => writeFileSync(script, 'echo "script $NAME"\nexit 3\n'));
afterAll(() => rmSync(directory, { recursive: true }));

function config(options: JsonObject): PowershellProvisionerConfig {
  return componentConfig('provisioners/powershell', options);
}

function guestOf(options: LocalWindowsOptions = {}): LocalWindows {
  const guest = localWindows(options);
  onTestFinished(() => guest.remove());
  return guest;
}

async function provisionOn(guest: LocalWindows, options: JsonObject): Promise<TestProvisionRun> {
  const run = windowsRun(guest);
  await provisioner.provision(config(options), run);
  return run;
}

function codes(options: JsonObject): readonly string[] {
  const statPath = (path: string): 'file' | undefined => (path === script ? 'file' : undefined);
  return provisioner.prepare(config(options), prepareContext({ statPath })).map(({ code }) => code);
}

test.each<[JsonObject, readonly string[]]>([
  [{ inline: ['ls'] }, []],
  [{ script }, []],
  [{}, ['SCRIPT_REQUIRED']],
  [{ inline: ['ls'], script }, ['SCRIPT_AMBIGUOUS']],
  [{ scripts: ['none.ps1'] }, ['SCRIPT_NOT_FOUND']],
  [{ inline: ['ls'], elevated_password: 'p' }, ['POWERSHELL_ELEVATED_USER']],
  [{ inline: ['ls'], environment_vars: ['A'] }, ['ENVIRONMENT_VARIABLE_MALFORMED']],
  [{ inline: ['ls'], environment_vars: ['{{ user `pair` }}', 'B=1'] }, []],
])('%j is judged %j', (options, expected) => {
  expect(codes(options)).toEqual(expected);
});

test.each<JsonObject>([{ debug_mode: 3 }, { execution_policy: 'some' }])('%j is not taken', (options) => {
  // The values are the schema's to judge.
  const schema = JSON.parse(readFileSync('provisioners/powershell/schema.json', 'utf8')) as {
    properties: Record<string, { maximum?: number; enum?: string[] }>;
  };
  const [[name, value] = ['', '']] = Object.entries(options);
  const { maximum, enum: values } = schema.properties[name] ?? {};
  expect(
    typeof value === 'number' ? value <= (maximum ?? 0) : values?.includes(JSON.stringify(value).slice(1, -1)),
  ).toBe(false);
});

describe('the default commands are those of Packer', () => {
  const plain = { execution_policy: 'bypass', use_pwsh: false, debug_mode: 0 } as const;
  const body =
    "& { if (Test-Path variable:global:ProgressPreference){set-variable -name variable:global:ProgressPreference -value 'SilentlyContinue'};";
  const rest = ". {{.Vars}}; &'{{.Path}}'; exit $LastExitCode }";

  test.each([
    [plain, 'powershell -executionpolicy bypass -file {{.Path}}'],
    [{ ...plain, use_pwsh: true }, 'pwsh -executionpolicy bypass -file {{.Path}}'],
    [{ ...plain, execution_policy: 'allsigned' }, 'powershell -executionpolicy allsigned -file {{.Path}}'],
    [{ ...plain, execution_policy: 'none' }, 'powershell -file {{.Path}}'],
  ] as const)('for inline lines with %j', (options, command) => {
    expect(inlineCommand(options)).toBe(command);
  });

  test.each([
    [plain, false, `powershell -executionpolicy bypass "${body}${rest}"`],
    [{ ...plain, debug_mode: 2 }, false, `powershell -executionpolicy bypass "${body}Set-PsDebug -Trace 2;${rest}"`],
    [{ ...plain, use_pwsh: true }, false, `pwsh -executionpolicy bypass -command "${body}${rest}"`],
    [{ ...plain, execution_policy: 'none' }, true, `${body}${rest}`],
    [{ ...plain, execution_policy: 'none' }, false, `powershell "${body}${rest}"`],
  ] as const)('for script files with %j (login shell is PowerShell: %s)', (options, isPlain, command) => {
    expect(scriptCommand(options, isPlain)).toBe(command);
  });
});

test.each([
  ['a$b', 'a`$b'],
  ['say "hi"', 'say `"hi`"'],
  ['back`tick', 'back``tick'],
  ["it's", "it`'s"],
  ['\u201ccurly\u201d', '`\u201ccurly`\u201d'],
])('%s between double quotes is %s', (text, escaped) => {
  expect(escapeForDoubleQuotes(text)).toBe(escaped);
});

describe('inline lines', () => {
  test('go into one script with their variables, run, and are removed', async () => {
    const guest = guestOf();
    const run = await provisionOn(guest, {
      inline: ['echo "$A, $B"', 'echo $PACKER_BUILD_NAME'],
      environment_vars: ['A=a "quoted" $5 `'],
      env: { B: 'pass {{.WinRMPassword}}' },
    });
    expect(run.shown).toEqual(['stdout a "quoted" $5 `, pass Winrm$1', 'stdout vm']);
    expect(run.said[0]).toBe('running PowerShell script: <inline>');
    expect(guest.done).toHaveLength(3);
    expect(guest.done[0]).toMatch(/^upload c:\/Windows\/Temp\/script-[0-9a-f-]{36}\.ps1$/);
    expect(guest.done[1]).toMatch(
      /^powershell -executionpolicy bypass -file c:\/Windows\/Temp\/script-[0-9a-f-]{36}\.ps1$/,
    );
    expect(guest.left()).toEqual([]);
  });

  test('are wrapped so that an exception and the status of the last program count', async () => {
    const guest = guestOf();
    await provisionOn(guest, { inline: ['one', 'two'], debug_mode: 1, valid_exit_codes: [127] });
    expect([...guest.files.values()][0]).toBe(`$ProgressPreference = 'SilentlyContinue'
Set-PSDebug -Trace 1
$exitCode = 0
try {
$env:PACKER_BUILD_NAME="vm"; 
one
two
$exitCode = 0
} catch {
Write-Error "An error occurred: $_"
$exitCode = 1
}
if ((Test-Path variable:global:LASTEXITCODE) -and ($null -ne $LASTEXITCODE) -and ($LASTEXITCODE -ne 0)) {
$exitCode = $LASTEXITCODE
}
exit $exitCode
`);
  });

  test('with letters beyond ASCII begin with the mark that Windows PowerShell needs', async () => {
    const guest = guestOf({ instead: () => ({ exitStatus: 0, disconnected: false, outputTail: '' }) });
    await provisionOn(guest, { inline: ['echo ü'] });
    expect([...guest.files.values()][0]?.startsWith('\ufeff$Progress')).toBe(true);
  });
});

describe('script files', () => {
  test('get their variables by a script that is taken in first, and their status is judged', async () => {
    const guest = guestOf();
    const options = { script, environment_vars: ['NAME=Ann'], env_var_format: '$env:%s="%s"; ' };
    const failure = provisionOn(guest, options);
    await expect(failure).rejects.toMatchObject({ code: 'SCRIPT_FAILED', exitStatus: 3 });
    const run = await provisionOn(guest, { ...options, valid_exit_codes: [0, 3] });
    expect(run.shown).toEqual(['stdout script Ann']);
    const [variables] = [...guest.files].find(([path]) => path.includes('packer-ps-env-vars-')) ?? [];
    expect(guest.files.get(variables ?? '')).toBe('$env:NAME="Ann"; $env:PACKER_BUILD_NAME="vm"; ');
  });

  test('keep their names in a remote_path that is a directory, and stay with skip_clean', async () => {
    const guest = guestOf();
    const other = join(directory, 'other.ps1');
    writeFileSync(other, 'echo other\n');
    await provisionOn(guest, {
      scripts: [other, script],
      remote_path: 'c:/kiln/',
      remote_env_var_path: 'c:/Windows/Temp/vars.ps1',
      skip_clean: true,
      valid_exit_codes: [0, 3],
    });
    expect(guest.done.filter((one) => one.startsWith('upload'))).toEqual([
      'upload c:/Windows/Temp/vars.ps1',
      'upload c:/kiln/other.ps1',
      'upload c:/Windows/Temp/vars.ps1',
      'upload c:/kiln/install.ps1',
    ]);
    expect(guest.left()).toEqual(['vars.ps1']);
  });

  test('over SSH with execution_policy none are given to the login shell itself', async () => {
    const guest = guestOf({ kind: 'ssh', instead: () => ({ exitStatus: 0, disconnected: false, outputTail: '' }) });
    await provisionOn(guest, { script, execution_policy: 'none' });
    expect(guest.done[2]).toMatch(/^& \{ if .*exit \$LastExitCode \}$/);
  });

  test('run by an execute_command of the template', async () => {
    const guest = guestOf();
    const execute = 'echo path {{.Path}} vars {{.Vars}}';
    const run = await provisionOn(guest, {
      script,
      execute_command: execute,
      remote_path: 'c:/x.ps1',
      remote_env_var_path: 'c:/v.ps1',
    });
    expect(run.shown).toEqual(['stdout path c:/x.ps1 vars c:/v.ps1']);
  });
});

describe('with elevated_user', () => {
  const options: JsonObject = {
    inline: ['echo "as $WHO"'],
    elevated_user: "O'Neil & <Sons>",
    elevated_password: '{{.WinRMPassword}}',
    env: { WHO: 'admin' },
  };

  test('the command runs by a scheduled task of that user, and its output is shown', async () => {
    const guest = guestOf();
    const secrets: string[] = [];
    const run = windowsRun(guest, { addSecret: (value) => void secrets.push(value) });
    await provisioner.provision(config({ ...options, elevated_env_var_format: '$env:%s="%s"; ' }), run);
    expect(run.shown).toEqual(['stdout as admin']);
    expect(secrets).toEqual(['Winrm$1']);
    const runner = guest.done.find((one) => one.includes('packer-elevated-shell-') && !one.startsWith('upload'));
    expect(runner).toMatch(
      /^powershell -executionpolicy bypass -file "C:\/Windows\/Temp\/packer-elevated-shell-[0-9a-f-]{36}\.ps1"$/,
    );
    expect(JSON.parse(readFileSync(guest.at('c:/elevated.json'), 'utf8'))).toMatchObject({
      user: "O'Neil & <Sons>",
      password: 'Winrm$1',
      line: expect.stringMatching(
        /^powershell -executionpolicy bypass -file \S+\.ps1 > %SYSTEMROOT%\/Temp\/packer-[0-9a-f-]{36}\.out 2>&1$/,
      ) as string,
    });
  });

  test('the task gets a password or none, its command is XML, and nothing is expanded', () => {
    const task = { name: 'packer-1', user: 'SYSTEM', password: '', command: 'echo "a" & b', path: 'C:/r.ps1' };
    const without = elevatedRunner(task);
    expect(without).not.toContain('<LogonType>');
    expect(without).toContain(
      '<Arguments>/c echo &quot;a&quot; &amp; b &gt; %SYSTEMROOT%/Temp/packer-1.out 2&gt;&amp;1</Arguments>',
    );
    const withOne = elevatedRunner({ ...task, user: 'ann', password: "it's $secret" });
    expect(withOne).toContain('<LogonType>Password</LogonType>');
    expect(withOne).toContain("$password = 'it''s $secret'");
  });

  test("elevated_execute_command is the task's command", async () => {
    const guest = guestOf();
    await provisionOn(guest, {
      ...options,
      elevated_execute_command: 'echo special {{.Path}}',
      remote_path: 'c:/i.ps1',
    });
    const written = JSON.parse(readFileSync(guest.at('c:/elevated.json'), 'utf8')) as { line: string };
    expect(written.line).toContain('echo special c:/i.ps1 > ');
  });
});

test('a guest that is away when a script is to start is tried again', async () => {
  let reconnects = 0;
  const guest = guestOf({
    refuseUploads: 1,
    reconnect: () => {
      reconnects += 1;
      return Promise.resolve();
    },
  });
  const run = await provisionOn(guest, { inline: ['echo in'] });
  expect(run.shown).toEqual(['stdout in']);
  expect(reconnects).toBe(1);
});

test('a guest that stays away fails the build when start_retry_timeout is over', async () => {
  const failure = provisionOn(guestOf({ refuseUploads: 99 }), { inline: ['echo'], start_retry_timeout: '1ms' });
  await expect(failure).rejects.toMatchObject({ code: 'COMMUNICATOR_LOST' });
});

test.each([
  [[0], false],
  [[0, 16001], true],
  [[0, 2300218], true],
])('a connection that ends with the script is taken when valid_exit_codes is %j: %s', async (valid, isTaken) => {
  const gone = { exitStatus: undefined, disconnected: true, outputTail: '' };
  const guest = guestOf({ instead: (command) => (command.includes('-file') ? gone : undefined) });
  const done = provisionOn(guest, { inline: ['x'], valid_exit_codes: valid });
  if (isTaken) await done;
  else await expect(done).rejects.toMatchObject({ code: 'SCRIPT_DISCONNECTED' });
});

test('scripts that cannot be removed are named, and the build goes on', async () => {
  let isAway = false;
  const guest = guestOf({
    instead: (command) => {
      if (isAway) throw new Error('the guest is off');
      isAway = command.includes('-file');
      return isAway ? { exitStatus: 0, disconnected: false, outputTail: '' } : undefined;
    },
  });
  const run = await provisionOn(guest, { inline: ['x'], remote_path: 'c:/x.ps1' });
  expect(run.said.at(-1)).toContain('scripts were left in the guest (c:/x.ps1): the guest is off');
});

test('a rendered entry that is no variable is named', async () => {
  const failure = provisionOn(guestOf(), { inline: ['x'], environment_vars: ['{{.WinRMPassword}}'] });
  await expect(failure).rejects.toMatchObject({ code: 'ENVIRONMENT_VARIABLE_MALFORMED' });
});

test('a script that was removed meanwhile is named', async () => {
  await expect(provisionOn(guestOf(), { script: join(directory, 'gone.ps1') })).rejects.toMatchObject({
    code: 'SCRIPT_UNREADABLE',
  });
});

test('pause_after can be cancelled', async () => {
  const cancelling = new AbortController();
  const guest = guestOf();
  const run = windowsRun(guest, {
    signal: cancelling.signal,
    say: (text) => {
      if (text.startsWith('pausing')) cancelling.abort();
    },
  });
  await expect(provisioner.provision(config({ inline: ['true'], pause_after: '1h' }), run)).rejects.toMatchObject({
    code: 'CANCELLED',
  });
});

test.each<[string, JsonObject]>([
  ['inline lines', { inline: ['echo "$TOKEN"'] }],
  ['a script file', { script }],
  [
    'a script of another user',
    { inline: ['echo "$TOKEN"'], elevated_user: 'ann', elevated_password: 'hunter2-of-ann' },
  ],
])('the variables and passwords of %s are in no command line of the guest', async (_what, options) => {
  const guest = guestOf();
  await provisionOn(guest, { ...options, env: { TOKEN: 'hunter2-of-powershell' }, valid_exit_codes: [0, 3] });
  expect([...guest.files.values()].join('\n')).toContain('hunter2-of-powershell');
  const lines = guest.done.filter((line) => !line.startsWith('upload '));
  const decoded = lines.map((line) => {
    const encoded = /-EncodedCommand (\S+)/.exec(line)?.[1] ?? '';
    return `${line} ${Buffer.from(encoded, 'base64').toString('utf16le')}`;
  });
  expect(lines.length).toBeGreaterThan(0);
  expect(decoded.filter((line) => line.includes('hunter2'))).toEqual([]);
  expect(guest.left()).toEqual([]);
});
