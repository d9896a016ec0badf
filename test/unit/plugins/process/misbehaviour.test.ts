import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startPluginProcess } from '../../../../plugins/process/host/plugin-process.ts';
import {
  fakeGuest,
  runBuilder,
  runPostProcessor,
  runProvisioner,
  type TestedRun,
} from '../../../../plugins/sdk/testing.ts';
import { pluginIn, scriptPlugin } from '../../../support/plugins/process-plugin.ts';

/** The least that a plugin has to do, in Python; what `answer(ask)` returns is written. */
const HEAD = `
import json, os, signal, sys, time
def write(message):
    sys.stdout.write(json.dumps({"jsonrpc": "2.0", **message}) + "\\n"); sys.stdout.flush()
def read():
    line = sys.stdin.readline()
    if not line: sys.exit(0)
    return json.loads(line)
def hello():
    ask = read(); write({"id": ask["id"], "result": {"protocol": 1}}); return read()
`;

const components = {
  builders: { tried: { schema: './schema.json', resources: ['thing'] } },
  provisioners: { tried: { schema: './schema.json' } },
  'post-processors': { tried: { schema: './schema.json' } },
};

async function runScript(script: string, signal?: AbortSignal): Promise<TestedRun> {
  const folder = await scriptPlugin(['python3', './plugin'], HEAD + script, components);
  const tried = await (await pluginIn(folder))('provisioners', 'tried');
  return runProvisioner(tried, {}, { guest: fakeGuest(), ...(signal === undefined ? {} : { signal }) });
}

/** Processes whose command line has the text. */
function processesWith(text: string): string {
  try {
    return execFileSync('pgrep', ['-f', text], { encoding: 'utf8' });
  } catch {
    return '';
  }
}

describe('a plugin process that', () => {
  test('cannot be started is named, with what is missing', async () => {
    const folder = await scriptPlugin(['kiln-no-such-program'], '', components);
    const tried = await (await pluginIn(folder))('provisioners', 'tried');
    const { failure } = await runProvisioner(tried, {}, { guest: fakeGuest() });
    expect(failure).toMatchObject({ code: 'PLUGIN_START' });
    expect(failure?.message).toContain('the plugin "tried"');
    expect(failure?.message).toContain('kiln-no-such-program is missing');
  });

  test('dies before it has said hello shows its last words', async () => {
    const { failure } = await runScript('sys.stderr.write("no module named frobnicate\\n"); sys.exit(3)');
    expect(failure).toMatchObject({ code: 'PLUGIN_START' });
    expect(failure?.message).toContain('ended with status 3');
    expect(JSON.stringify(failure)).toContain('no module named frobnicate');
  });

  test('crashes in a call is a failure of that call, with its last words', async () => {
    const { failure } = await runScript(
      'hello(); sys.stderr.write("oh dear\\n"); os.kill(os.getpid(), signal.SIGSEGV)',
    );
    expect(failure).toMatchObject({ code: 'PLUGIN_CRASHED' });
    expect(failure?.message).toContain('SIGSEGV');
    expect(JSON.stringify(failure)).toContain('oh dear');
  });

  test('is killed for its memory is told of as such', async () => {
    const { failure } = await runScript('hello(); os.kill(os.getpid(), signal.SIGKILL)');
    expect(failure).toMatchObject({ code: 'PLUGIN_CRASHED' });
    expect(failure?.hint).toContain('run out of memory');
  });

  test('prints something else to standard output is ended', async () => {
    const { failure } = await runScript('hello(); print("Hello from my plugin"); sys.stdout.flush(); time.sleep(600)');
    expect(failure).toMatchObject({ code: 'PLUGIN_PROTOCOL' });
    expect(failure?.message).toContain('"Hello from my plugin"');
  });

  test.each([
    ['answers twice', 'write({"id": ask["id"], "result": {}})', 'succeeded'],
    ['answers under a wrong id first', 'pass', 'succeeded'],
  ])('%s is heard once', async (_, more, outcome) => {
    const run = await runScript(
      `ask = hello(); write({"id": 4711, "result": {}}); write({"id": ask["id"], "result": {}}); ${more}; read()`,
    );
    expect(run.outcome).toBe(outcome);
    expect(run.lines.join('\n')).toContain('an answer that nobody waits for (id 4711)');
  });

  test.each([
    ['a result of another form', 'write({"id": ask["id"], "result": {"artifact": 1}})', 'result must NOT have'],
    [
      'a name that leads to all objects',
      'sys.stdout.write(\'{"jsonrpc":"2.0","method":"say","params":{"__proto__":{"x":1}}}\\n\')',
      '__proto__',
    ],
    [
      'the same name in disguise',
      'sys.stdout.write(\'{"jsonrpc":"2.0","method":"say","params":{"\\\\u005f_proto__":{"x":1}}}\\n\')',
      '__proto__',
    ],
    [
      'a message that is too deep',
      'sys.stdout.write(\'{"jsonrpc":"2.0","id":\' + "[" * 100000 + "]" * 100000 + "}\\n")',
      'levels deep',
    ],
    ['a line without an end', 'sys.stdout.write("x" * (17 << 20))', 'more than 16 MiB'],
    ['a notification that there is not', 'write({"method": "shout", "params": {}})', '"shout"'],
    [
      'bytes of a negative number',
      'write({"method": "stream.data", "params": {"stream": 1, "bytes": -1}})',
      'bytes must be',
    ],
  ])('sends %s is ended and named', async (_, script, message) => {
    const { failure } = await runScript(`ask = hello(); ${script}; sys.stdout.flush(); time.sleep(600)`);
    expect(failure).toMatchObject({ code: 'PLUGIN_PROTOCOL' });
    expect(failure?.message).toContain('the plugin "tried"');
    expect(failure?.message).toContain(message);
    expect(Object.hasOwn(Object.prototype, 'x')).toBe(false);
  });

  test('asks for what there is not is answered, and may go on', async () => {
    const run = await runScript(`
ask = hello(); write({"id": 1, "method": "launch.missiles", "params": {}}); a = read()
write({"id": 2, "method": "guest.exec", "params": {"run": "nobody", "command": "true"}}); b = read()
write({"id": 3, "method": "guest.exec", "params": {"run": ask["params"]["run"], "comand": "true"}}); c = read()
write({"id": 4, "method": "step.start", "params": {"run": ask["params"]["run"], "name": "x"}}); d = read()
codes = [each["error"]["code"] for each in (a, b, c, d)]
write({"method": "say", "params": {"run": ask["params"]["run"], "text": repr(codes)}})
write({"id": ask["id"], "result": {}}); read()`);
    expect(run.outcome).toBe('succeeded');
    expect(run.lines).toContain('[-32601, -32602, -32602, -32602]');
  });

  test('floods standard error is read on, and its end is shown', { timeout: 120_000 }, async () => {
    const mebibytes = process.env['KILN_LONG_TESTS'] === undefined ? 32 : 1024;
    const { failure } = await runScript(
      `hello()\nfor n in range(${mebibytes}): sys.stderr.write(("x" * 1023 + "\\n") * 1024)\nsys.stderr.write("the end\\n"); sys.exit(7)`,
    );
    expect(failure).toMatchObject({ code: 'PLUGIN_CRASHED' });
    expect(JSON.stringify(failure)).toContain('the end');
  });

  test('floods standard output is ended at once', async () => {
    const { failure } = await runScript('hello()\nwhile True: sys.stdout.write("spam " * 1000000)');
    expect(failure).toMatchObject({ code: 'PLUGIN_PROTOCOL' });
  });

  test('does not heed a cancel is ended, with what it started', { timeout: 60_000 }, async () => {
    const cancelling = new AbortController();
    const mark = `kiln-test-${process.pid}-stubborn`;
    setTimeout(() => cancelling.abort(), 2000);
    const run = await runScript(
      `hello()
import subprocess; subprocess.Popen(["bash", "-c", "exec -a ${mark} sleep 600"])
signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)`,
      cancelling.signal,
    );
    expect(run.outcome).toBe('cancelled');
    expect(processesWith(mark)).toBe('');
  });

  test('has a version of its own of the protocol is refused, and both are named', async () => {
    const { failure } = await runScript('ask = read(); write({"id": ask["id"], "result": {"protocol": 7}}); read()');
    expect(failure).toMatchObject({ code: 'PLUGIN_PROTOCOL_VERSION' });
    expect(failure?.message).toContain('speaks version 7 of the plugin protocol, and this Kiln 1');
  });
});

test('a plugin process that does not say hello is ended and named', async () => {
  const folder = await scriptPlugin(['python3', './plugin'], 'import time; time.sleep(600)', components);
  const started = startPluginProcess({
    name: 'tried',
    version: '0.1.0',
    command: ['python3', join(folder, 'plugin')],
    env: [],
    startTimeout: 500,
    log: () => undefined,
    odd: () => undefined,
    notice: () => undefined,
    answer: () => Promise.resolve({}),
    tell: () => ({ code: 0, message: '' }),
  });
  await expect(started).rejects.toMatchObject({ code: 'PLUGIN_HANGS' });
  await expect(started).rejects.toThrow('the plugin "tried" did not answer "initialize" within 0.5 s and was ended');
  expect(processesWith(folder)).toBe('');
});

describe('what a plugin says it has made', () => {
  async function build(artifact: string): Promise<TestedRun> {
    const script = `${HEAD}ask = hello(); write({"id": ask["id"], "result": {"artifact": ${artifact}}}); read()`;
    const folder = await scriptPlugin(['python3', './plugin'], script, components);
    return runBuilder(await (await pluginIn(folder))('builders', 'tried'), {});
  }
  const made = (file: string): string =>
    `{"builderId": "x", "id": "x", "description": "x", "files": [${JSON.stringify(file)}], "properties": {}}`;

  test.each([
    ['/etc/../etc/passwd', 'no plain absolute path'],
    ['/no/such/file', 'not there'],
  ])('is not believed when its file is %s', async (file, message) => {
    const { failure } = await build(made(file));
    expect(failure).toMatchObject({ code: 'PLUGIN_PROTOCOL' });
    expect(failure?.message).toContain(message);
  });

  test('is refused when Kiln itself works there', async () => {
    const { failure } = await build(made('/'));
    expect(failure).toMatchObject({ code: 'OUTPUT_PROTECTED' });
  });
});

test('a plugin that dies between what it has made and its id has that found and given back by another process', async () => {
  const script = `${HEAD}
place = os.path.dirname(os.path.abspath(sys.argv[0]))
ask = hello()
while True:
    params, method = ask["params"], ask["method"]
    if method == "build":
        write({"id": 1, "method": "resource.acquire", "params":
            {"run": params["run"], "resource": "thing", "describe": "a thing", "locator": place}})
        open(os.path.join(place, "thing-" + read()["result"]["token"]), "w").close()
        os._exit(9)
    if method == "find":
        write({"id": ask["id"], "result": {"ids": [n for n in os.listdir(params["locator"]) if params["token"] in n]}})
    if method == "release":
        os.remove(os.path.join(params["locator"], params["id"])); write({"id": ask["id"], "result": {}})
    ask = read()`;
  const folder = await scriptPlugin(['python3', './plugin'], script, components);
  const run = await runBuilder(await (await pluginIn(folder))('builders', 'tried'), {});
  expect(run.failure?.code).toBe('PLUGIN_CRASHED');
  expect(run.leftBehind).toEqual([]);
  expect(execFileSync('ls', [folder], { encoding: 'utf8' })).not.toContain('thing-');
});

test('a plugin has neither credentials nor proxies of the environment, but what it was granted', async () => {
  const secrets = {
    AWS_SECRET_ACCESS_KEY: 'k',
    OS_PASSWORD: 'p',
    HTTPS_PROXY: 'http://u:p@proxy',
    KILN_TEST_GRANTED: 'yes',
  };
  Object.assign(process.env, secrets);
  try {
    const script = `${HEAD}ask = hello()
write({"method": "say", "params": {"run": ask["params"]["run"], "text": json.dumps(sorted(os.environ))}})
write({"id": ask["id"], "result": {"artifact": "input", "input": "keep"}}); read()`;
    const folder = await scriptPlugin(['python3', './plugin'], script, components);
    const tried = await (await pluginIn(folder, ['KILN_TEST_GRANTED']))('post-processors', 'tried');
    const { lines, failure } = await runPostProcessor(tried, {});
    expect(failure).toBeUndefined();
    const names = JSON.parse(lines.find((line) => line.startsWith('[')) ?? '[]') as string[];
    expect(names).toEqual(expect.arrayContaining(['PATH', 'HOME', 'KILN_RUN_ID', 'KILN_TEST_GRANTED']));
    for (const name of ['AWS_SECRET_ACCESS_KEY', 'OS_PASSWORD', 'HTTPS_PROXY']) expect(names).not.toContain(name);
  } finally {
    for (const name of Object.keys(secrets)) Reflect.deleteProperty(process.env, name);
  }
});
